import { documentStates, type DocumentSummary } from '../contract/domain.ts';
import { documentSorts, type DocumentFilter } from '../contract/work.ts';
import { defineCommand } from './command.ts';
import { answer } from './context.ts';
import { inState } from './document-words.ts';
import { member } from './member.ts';
import { everyPage } from './pages.ts';
import { personNamed } from './person.ts';
import { listing, oneLine, when } from './table.ts';
import { UsageError } from './usage-error.ts';

export const documentsList = defineCommand({
  name: 'documents list',
  summary: 'The documents, last changed first',
  options: {
    query: {
      kind: 'text',
      value: 'TEXT',
      meaning: 'Only those whose name, text or drafts match; the best match first.',
    },
    state: { kind: 'choice', choices: documentStates, meaning: 'Only those in this state.' },
    editor: {
      kind: 'text',
      value: 'EMAIL-OR-ID',
      meaning: 'Only those that this editor is retained for now.',
    },
    sponsor: {
      kind: 'text',
      value: 'EMAIL-OR-ID',
      meaning: 'Only those that this user has commissioned.',
    },
    due: {
      kind: 'choice',
      choices: ['overdue', 'week'],
      meaning: 'Only those past their day and not done, or those and what is due within a week.',
    },
    conflicts: {
      kind: 'flag',
      meaning: 'Only those with versions that did not merge and stand beside the text.',
    },
    sort: { kind: 'choice', choices: documentSorts, meaning: 'Sorted by this, whatever else.' },
    descending: { kind: 'flag', meaning: 'Sort the other way round.' },
    trash: { kind: 'flag', meaning: 'Those in the trash.' },
  },
  async run(context, { options }) {
    const { sort, state, query = '', due = null } = options;
    if (sort === undefined && options.descending) {
      throw new UsageError('--descending needs --sort COLUMN.');
    }
    const { services } = context.application();
    const principal = await member(services);
    const idOf = async (word: string | undefined) =>
      word === undefined ? null : personNamed(services, principal, word);
    const filter: DocumentFilter = {
      states: state === undefined ? [] : [state],
      sponsor_id: await idOf(options.sponsor),
      editor_id: await idOf(options.editor),
      due,
      has_conflicts: options.conflicts,
    };
    const direction = options.descending ? 'desc' : 'asc';
    const asked = {
      ...({ query, place: options.trash ? 'trash' : 'library', filter } as const),
      ...(sort !== undefined && { sort: { by: sort, direction } as const }),
    };
    const documents = await everyPage(
      async (part) => (await services.documents.list(principal, { ...asked, ...part })).documents,
    );
    answer(context, documents, () => inWords(documents));
  },
});

/** With what there is to tell of work: a library of one's own has no states, editors and days. */
function inWords(documents: readonly DocumentSummary[]): string {
  const columns: readonly (readonly [string, (document: DocumentSummary) => string, boolean?])[] = [
    ['ID', ({ id }) => id],
    ['CHANGED', ({ updated_on }) => when(updated_on)],
    ['WORDS', ({ words }) => String(words)],
    ['STATE', inState, documents.some(({ document_state }) => document_state !== 'draft')],
    [
      'EDITOR',
      ({ editor_name }) => oneLine(editor_name ?? '-', 30),
      documents.some(({ editor_name }) => editor_name !== null),
    ],
    [
      'VERSIONS',
      ({ conflicts }) => (conflicts === 0 ? '-' : `${conflicts + 1} side by side`),
      documents.some(({ conflicts }) => conflicts > 0),
    ],
    ['DUE', ({ due_on }) => due_on ?? '-', documents.some(({ due_on }) => due_on !== null)],
    ['NAME', ({ document_name }) => oneLine(document_name)],
  ];
  const shown = columns.filter(([, , isShown = true]) => isShown);
  return listing(
    'documents',
    shown.map(([header]) => header),
    documents.map((document) => shown.map(([, cell]) => cell(document))),
  );
}
