import * as v from 'valibot';
import { documentBodySchema, documentNameSchema } from '../../../contract/domain.ts';
import type { PromptMapping } from '../../../contract/exchange.ts';
import { folderSchema, tagsSchema } from '../../../contract/work.ts';

/** A document to be made of a row. */
export interface Prompt {
  readonly document_name: string;
  readonly document_body: string;
  readonly folder: string;
  readonly tags: readonly string[];
}

const promptSchema = v.strictObject({
  document_body: documentBodySchema,
  document_name: documentNameSchema,
  folder: folderSchema,
  tags: tagsSchema,
});

/** What each part is called where a row is refused for it. */
const partNames: Readonly<Record<string, string>> = {
  document_body: 'text',
  document_name: 'name',
  folder: 'folder',
  tags: 'tags',
};

/** A name made of a text's beginning is no longer than this. */
const madeNameLength = 80;

/** The prompt that a row is, or why it is none. */
export function promptOf(cells: readonly string[], mapping: PromptMapping): Prompt | string {
  const cell = (column: number | null): string => (column === null ? '' : (cells[column] ?? ''));
  const document_body = cell(mapping.document_body);
  if (document_body.trim() === '') return 'its text is empty';
  const result = v.safeParse(promptSchema, {
    document_body,
    document_name: cell(mapping.document_name).trim() || nameFrom(document_body),
    folder: cell(mapping.folder),
    tags: tagsIn(cell(mapping.tags)),
  });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const part = partNames[String(issue.path?.[0]?.key)] ?? 'text';
  return `its ${part} ${issue.type === 'max_length' ? 'is too long' : 'has characters that no text may have'}`;
}

/** The first line that says something, cut at a whole character. */
function nameFrom(text: string): string {
  const line = text
    .trim()
    .split(/[\r\n]/, 1)[0]!
    .replaceAll('\0', '');
  if (line.length <= madeNameLength) return line.trim() || 'Untitled';
  const cut = line.slice(0, madeNameLength - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

function tagsIn(cell: string): readonly string[] {
  const tags = cell.split(/[,;]/).map((tag) => tag.trim());
  return [...new Set(tags)].filter((tag) => tag !== '');
}
