import {
  csvSeparators,
  type CsvSeparator,
  type PromptMapping,
} from '../../../contract/exchange.ts';
import { csvRows } from './csv-rows.ts';

/** As much of a file as is looked at to recognise how it is written. */
const sampleLength = 65_536;
const sampleRows = 50;

/** The first rows that can be read, of a sample that may end within a row. */
export function firstRows(text: string, separator: CsvSeparator): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  for (const { cells, problem } of csvRows(text.slice(0, sampleLength), separator)) {
    if (problem !== null) continue;
    rows.push(cells);
    if (rows.length === sampleRows) break;
  }
  return rows.length > 1 && text.length > sampleLength && rows.length < sampleRows
    ? rows.slice(0, -1)
    : rows;
}

/** The one with which the most rows have the same number of columns, and more than one. */
export function recognisedSeparator(text: string): CsvSeparator {
  let best: CsvSeparator = ',';
  let bestScore = 0;
  for (const separator of csvSeparators) {
    const rows = firstRows(text, separator);
    const width = usualWidth(rows);
    const alike = rows.filter((row) => row.length === width).length;
    // Of two that agree as often, the one that finds more columns.
    const score = width < 2 ? 0 : (alike / rows.length) * (2 - 1 / width);
    if (score > bestScore) [best, bestScore] = [separator, score];
  }
  return best;
}

/** How many columns the most rows have. */
export function usualWidth(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  let usual = 0;
  for (const [width, count] of counts) {
    if (count > (counts.get(usual) ?? 0)) usual = width;
  }
  return usual;
}

/** What columns are called, by what they are. */
const knownNames: Readonly<Record<keyof PromptMapping, readonly string[]>> = {
  document_body: ['document_body', 'body', 'text', 'prompt', 'content', 'input'],
  document_name: ['document_name', 'name', 'title', 'heading', 'subject'],
  folder: ['folder', 'directory', 'category', 'group'],
  tags: ['tags', 'tag', 'labels', 'label', 'keywords'],
};

/** Whether the first row names the columns: one of its cells is what a column is called. */
export function recognisedHeader(rows: readonly (readonly string[])[]): boolean {
  const [first = []] = rows;
  const known = Object.values(knownNames).flat();
  return first.some((cell) => known.includes(normalized(cell)));
}

/** What the names of the columns suggest; else the column with the longest cells is the text. */
export function suggestedMapping(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): PromptMapping {
  const names = columns.map(normalized);
  const columnOf = (part: keyof PromptMapping): number | null => {
    for (const name of knownNames[part]) {
      const index = names.indexOf(name);
      if (index >= 0) return index;
    }
    return null;
  };
  const document_name = columnOf('document_name');
  const folder = columnOf('folder');
  const tags = columnOf('tags');
  const taken = [document_name, folder, tags];
  const document_body =
    columnOf('document_body') ??
    longestColumn(columns.length, rows, (index) => taken.includes(index));
  return { document_body, document_name, folder, tags };
}

function longestColumn(
  columns: number,
  rows: readonly (readonly string[])[],
  isTaken: (index: number) => boolean,
): number {
  let longest = 0;
  let most = -1;
  for (let index = 0; index < columns; index += 1) {
    if (isTaken(index)) continue;
    const length = rows.reduce((sum, row) => sum + (row[index]?.length ?? 0), 0);
    if (length > most) [longest, most] = [index, length];
  }
  return longest;
}

function normalized(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
}
