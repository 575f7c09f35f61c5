import type { Document, OpenDocument } from '../contract/domain.ts';
import { oneLine, printable, table, when } from './table.ts';

/** A state as people say it. */
export function inState({ document_state }: Pick<Document, 'document_state'>): string {
  return document_state.replaceAll('_', ' ');
}

/** A document as it stands: its name, who works on it for when, what is wanted, its text. */
export function documentInWords(opened: OpenDocument): string {
  const { document, sponsor, editor, conflicts } = opened;
  const { document_name, document_body, brief, notes } = document;
  const rows = [
    ...(editor === null ? [] : [['editor', oneLine(editor.name)]]),
    ...(document.due_on === null ? [] : [['due', document.due_on]]),
    ...(document.target_words === null ? [] : [['target', `${document.target_words} words`]]),
    ...(document.folder === '' ? [] : [['folder', oneLine(document.folder)]]),
    ...(document.tags.length === 0 ? [] : [['tags', oneLine(document.tags.join(', '))]]),
  ];
  // Of a document that is nobody's work but one's own there is nothing to tell.
  const isWork = rows.length > 0 || brief !== '' || document.document_state !== 'draft';
  const who = sponsor === null ? [] : [['sponsor', oneLine(sponsor.name)]];
  return [
    document_name,
    ...(isWork ? [table(['state', inState(document)], [...who, ...rows])] : []),
    ...(brief === '' ? [] : [`Brief\n${printable(brief).trimEnd()}`]),
    ...notes.map(({ title, text }) => `Note: ${oneLine(title)}\n${printable(text).trimEnd()}`),
    ...(isWork ? [`Text\n${document_body}`] : [document_body]),
    ...conflicts.map(
      ({ id, author_name, created_on }) =>
        `Beside it stands what ${oneLine(author_name)} wrote at ${when(created_on)}: version ${id}`,
    ),
  ].join('\n\n');
}
