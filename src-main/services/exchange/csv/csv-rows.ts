import type { CsvSeparator } from '../../../contract/exchange.ts';

/*
 * CSV as RFC 4180 has it and as programs write it: rows end with LF, CRLF or CR; a cell that
 * begins with a quote ends with one, and holds separators, line ends and doubled quotes in
 * between. A quote inside a cell that does not begin with one stands for itself.
 *
 * A reader of our own and no library: a row whose quotes do not match must cost that row alone,
 * with its line, and not everything up to the next quote or the end of the file. The tests read
 * the same tables with csv-parse and compare.
 */

const maxColumns = 10_000;

interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  /** Where it ends: a cell in quotes may have several. */
  readonly lastLine: number;
  readonly cells: readonly string[];
  /** Why it cannot be read; its cells are of no use then. */
  readonly problem: string | null;
}

/** The rows of a text, one by one. Lines with nothing on them are left out. */
export function* csvRows(text: string, separator: CsvSeparator): Generator<CsvRow> {
  const separatorCode = separator.charCodeAt(0);
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const row = readRow(text, at, separatorCode);
    if (row.problem !== null) {
      yield { line, lastLine: line, cells: [], problem: row.problem };
      // What follows on the next line may be sound, whatever this row's quotes enclose.
      at = afterLineEnd(text, endOfLine(text, at));
      line += 1;
      continue;
    }
    const lastLine = line + row.lineEndsInside;
    const [only] = row.cells;
    const isEmpty = row.cells.length === 1 && only === '' && row.end === at;
    if (!isEmpty) yield { line, lastLine, cells: row.cells, problem: null };
    at = afterLineEnd(text, row.end);
    line = lastLine + 1;
  }
}

interface ReadRow {
  readonly cells: readonly string[];
  /** Where the line end is, or the text's own. */
  readonly end: number;
  readonly lineEndsInside: number;
  readonly problem: string | null;
}

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

function readRow(text: string, start: number, separator: number): ReadRow {
  const cells: string[] = [];
  let lineEndsInside = 0;
  let at = start;
  const failed = (problem: string): ReadRow => ({ cells, end: at, lineEndsInside, problem });
  for (;;) {
    if (cells.length === maxColumns) return failed(`it has more than ${maxColumns} columns`);
    if (text.charCodeAt(at) === quote) {
      const close = closingQuote(text, at);
      if (close < 0) return failed('a quote is opened and never closed');
      const inside = text.slice(at + 1, close);
      at = close + 1;
      if (!endsCell(text, at, separator)) return failed('text follows a closing quote');
      lineEndsInside += inside.match(/\r\n|\n|\r/g)?.length ?? 0;
      cells.push(inside.replaceAll('""', '"'));
    } else {
      const from = at;
      while (!endsCell(text, at, separator)) at += 1;
      cells.push(text.slice(from, at));
    }
    if (text.charCodeAt(at) !== separator) return { cells, end: at, lineEndsInside, problem: null };
    at += 1;
  }
}

function closingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== quote) return at;
  }
  return -1;
}

function endsCell(text: string, at: number, separator: number): boolean {
  if (at >= text.length) return true;
  const code = text.charCodeAt(at);
  return code === separator || code === lineFeed || code === carriageReturn;
}

function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === lineFeed || code === carriageReturn) return at;
  }
  return text.length;
}

function afterLineEnd(text: string, end: number): number {
  const isPair = text.charCodeAt(end) === carriageReturn && text.charCodeAt(end + 1) === lineFeed;
  return end + (isPair ? 2 : 1);
}
