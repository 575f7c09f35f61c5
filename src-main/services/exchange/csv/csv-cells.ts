import type { CsvSeparator } from '../../../contract/exchange.ts';

/*
 * What a cell is written as. A text that a spreadsheet would take for a formula gets an
 * apostrophe before it, as spreadsheets themselves mark text, and one more where it has some
 * already; reading takes one away again. So nothing is executed and nothing is lost.
 */

const formula = /^'*[=+\-@\t\r]/;
const marked = /^'+[=+\-@\t\r]/;

export type CsvCell = string | number | null;

/** A row with its line end. Numbers stay numbers: -1.5 is no formula. */
export function csvLine(cells: readonly CsvCell[], separator: CsvSeparator = ','): string {
  const written = cells.map((cell) =>
    typeof cell === 'number' ? String(cell) : quoted(asText(cell ?? ''), separator),
  );
  // A row of one empty cell would be an empty line, which is no row.
  return `${written.length === 1 && written[0] === '' ? '""' : written.join(separator)}\r\n`;
}

/** What `csvLine` was given, for a cell of text. */
export function cellText(cell: string): string {
  return marked.test(cell) ? cell.slice(1) : cell;
}

function asText(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

function quoted(text: string, separator: CsvSeparator): string {
  const isPlain = !/["\r\n]/.test(text) && !text.includes(separator);
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}
