import * as v from 'valibot';
import { median, percentile, rounded } from '../statistics.ts';

/** A list is open before anybody notices that it was not. */
export const limitMs = 100;

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What it costs the main process to answer one request of the window's. */
export const listRowSchema = v.strictObject({
  job: v.literal('lists'),
  list: v.pipe(v.string(), v.nonEmpty()),
  median_ms: positive,
  p95_ms: positive,
  limit_ms: v.literal(limitMs),
  /** Of the answer as JSON. */
  answer_bytes: count,
});
export type ListRow = v.InferOutput<typeof listRowSchema>;

export interface MeasuredList {
  readonly list: string;
  /** The time of each round. */
  readonly ms: readonly number[];
  readonly bytes: number;
}

export function toListRow({ list, ms, bytes }: MeasuredList): ListRow {
  return {
    job: 'lists',
    list,
    median_ms: rounded(median(ms)),
    p95_ms: rounded(percentile(ms, 0.95)),
    limit_ms: limitMs,
    answer_bytes: bytes,
  };
}

/** The results for people, in the order that they were asked in. */
export function listTableOf(rows: readonly ListRow[]): string {
  if (rows.length === 0) return '';
  const head = ['', 'ms', 'p95', 'KiB', ''];
  const cells = rows.map(({ list, median_ms, p95_ms, answer_bytes }) => [
    list,
    String(median_ms),
    String(p95_ms),
    (answer_bytes / 1024).toFixed(1),
    p95_ms > limitMs ? `over ${limitMs} ms` : '',
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => line[column]!.length)),
  );
  return [head, ...cells]
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
