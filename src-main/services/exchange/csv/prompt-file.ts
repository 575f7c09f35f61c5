import { AppError } from '../../../contract/errors.ts';
import type {
  CsvEncoding,
  CsvSeparator,
  PromptMapping,
  PromptPreview,
  RejectedRow,
} from '../../../contract/exchange.ts';
import type { Breathe } from '../breather.ts';
import { csvRows } from './csv-rows.ts';
import { cellText } from './csv-cells.ts';
import { decodeCsv, recognisedEncoding, type CsvText } from './csv-text.ts';
import { promptOf, type Prompt } from './prompt.ts';
import {
  firstRows,
  recognisedHeader,
  recognisedSeparator,
  suggestedMapping,
  usualWidth,
} from './recognise.ts';

/** How a file is to be read; null for what is to be recognised. */
export interface PromptReading {
  readonly encoding: CsvEncoding | null;
  readonly separator: CsvSeparator | null;
  readonly has_header: boolean | null;
}

/** A file of prompts, read: its rows come one by one. */
export interface PromptFile {
  readonly encoding: CsvEncoding;
  readonly separator: CsvSeparator;
  readonly has_header: boolean;
  /** The header's names, or "Column 1" and so on. */
  readonly columns: readonly string[];
  /** What the names of the columns suggest. */
  readonly suggested: PromptMapping;
  /** The first rows of data as they are. */
  readonly sample: readonly (readonly string[])[];
  /**
   * Each row of data: the prompt that it is, or why it is left out. Throws `invalid_input` for a
   * mapping to a column that the file has not.
   */
  rows(mapping: PromptMapping): Generator<PromptRow>;
}

type PromptRow = { readonly line: number } & (
  { readonly prompt: Prompt } | { readonly rejected: RejectedRow; readonly prompt: null }
);

/** Prompts are read whole: a file of them is far smaller than this. */
export const maxPromptFileBytes = 50_000_000;
export const promptFileAdvice = 'Split the file.';

/** Rows that a preview shows, and how much of a cell. */
const previewRows = 10;
const previewLength = 200;
/** Rows left out that are told one by one. */
export const maxToldRows = 100;

/** Throws `invalid_input` for a file without a row that can be read. */
export async function readPrompts(
  bytes: Buffer,
  reading: PromptReading,
  breathe: Breathe,
): Promise<PromptFile> {
  const encoding = reading.encoding ?? recognisedEncoding(bytes);
  const decoded = await decodeCsv(bytes, encoding, breathe);
  const separator = reading.separator ?? recognisedSeparator(decoded.text);
  const first = firstRows(decoded.text, separator);
  const has_header = reading.has_header ?? recognisedHeader(first);
  const width = has_header ? (first[0]?.length ?? 0) : usualWidth(first);
  if (width === 0) {
    throw new AppError(
      'invalid_input',
      'The file has no rows that can be read. Nothing was imported. Choose a CSV file with a text in each row.',
    );
  }
  const sample = has_header ? first.slice(1) : first;
  const columns = Array.from({ length: width }, (_, index) => {
    const name = has_header ? cellText(first[0]![index]!).trim() : '';
    return name === '' ? `Column ${index + 1}` : name;
  });
  return {
    ...{ encoding, separator, has_header, columns },
    suggested: suggestedMapping(columns, sample),
    sample: sample.slice(0, previewRows).map((row) => row.map(cellText)),
    rows(mapping) {
      checkMapping(mapping, width);
      return promptRows(decoded, { separator, has_header, width, mapping });
    },
  };
}

/** What a person is shown of a file before anything is made of it. */
export async function previewOf(
  file: PromptFile,
  mapping: PromptMapping,
  fileName: string,
  breathe: Breathe,
): Promise<PromptPreview> {
  const rejected: RejectedRow[] = [];
  let rows = 0;
  let rejected_count = 0;
  for (const row of file.rows(mapping)) {
    await breathe();
    rows += 1;
    if (row.prompt !== null) continue;
    rejected_count += 1;
    if (rejected.length < maxToldRows) rejected.push(row.rejected);
  }
  const { encoding, separator, has_header, columns } = file;
  return {
    file_name: fileName,
    ...{ encoding, separator, has_header, mapping, rows, rejected, rejected_count },
    columns: columns.map(shortened),
    sample: file.sample.map((row) => row.map(shortened)),
  };
}

interface RowReading extends Pick<PromptFile, 'separator' | 'has_header'> {
  /** How many columns a row must have. */
  readonly width: number;
  readonly mapping: PromptMapping;
}

function* promptRows(
  { text, invalidLines }: CsvText,
  { separator, has_header, width, mapping }: RowReading,
): Generator<PromptRow> {
  let isHeader = has_header;
  for (const { line, lastLine, cells, problem } of csvRows(text, separator)) {
    if (isHeader && problem === null) {
      isHeader = false;
      continue;
    }
    const reject = (reason: string): PromptRow => ({
      line,
      prompt: null,
      rejected: { line, reason },
    });
    if (problem !== null) {
      yield reject(problem);
    } else if (hasLine(invalidLines, line, lastLine)) {
      yield reject('it has bytes that are not valid in the file’s encoding');
    } else if (cells.length !== width) {
      yield reject(`it has ${count(cells.length)} where the file has ${width}`);
    } else {
      const prompt = promptOf(cells.map(cellText), mapping);
      yield typeof prompt === 'string' ? reject(prompt) : { line, prompt };
    }
  }
}

function hasLine(lines: ReadonlySet<number>, first: number, last: number): boolean {
  if (lines.size === 0) return false;
  for (let line = first; line <= last; line += 1) if (lines.has(line)) return true;
  return false;
}

function checkMapping(mapping: PromptMapping, width: number): void {
  for (const column of Object.values(mapping)) {
    if (column === null || column < width) continue;
    throw new AppError(
      'invalid_input',
      `The file has ${count(width)}, and column ${column + 1} is asked for. Nothing was imported. Choose another column.`,
      { details: { columns: width, column } },
    );
  }
}

function count(columns: number): string {
  return columns === 1 ? '1 column' : `${columns} columns`;
}

function shortened(cell: string): string {
  return cell.slice(0, previewLength).toWellFormed();
}
