import * as v from 'valibot';

/*
 * Out and in: prompts as CSV, drafts as CSV or JSON lines, documents and whole libraries as JSON.
 */

export const csvEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type CsvEncoding = (typeof csvEncodings)[number];
export const csvSeparators = [',', ';', '\t', '|'] as const;
export type CsvSeparator = (typeof csvSeparators)[number];
export const draftFormats = ['csv', 'jsonl'] as const;
export type DraftFormat = (typeof draftFormats)[number];

/** Which column of a CSV file is what; an index from 0. Null: there is no such column. */
export const promptMappingSchema = v.strictObject({
  document_body: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000)),
  document_name: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000))),
  folder: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000))),
  tags: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000))),
});
export type PromptMapping = v.InferOutput<typeof promptMappingSchema>;

/** A row that was left out, and why. */
export interface RejectedRow {
  /** Where the row begins in the file, from 1. */
  readonly line: number;
  readonly reason: string;
}

/** A CSV file of prompts before anything is made of it. */
export interface PromptPreview {
  readonly file_name: string;
  readonly encoding: CsvEncoding;
  readonly separator: CsvSeparator;
  readonly has_header: boolean;
  /** The header's names, or "Column 1" and so on. */
  readonly columns: readonly string[];
  /** The first rows, each cell cut to 200 characters. */
  readonly sample: readonly (readonly string[])[];
  /** Rows of data, those that will be left out too. */
  readonly rows: number;
  /** What the names of the columns suggest. */
  readonly mapping: PromptMapping;
  /** The first hundred rows that will be left out with this mapping. */
  readonly rejected: readonly RejectedRow[];
  readonly rejected_count: number;
}
