import * as v from 'valibot';
import { median, rounded } from '../statistics.ts';

/** A window that does not answer for longer is felt. */
const maxDelayMs = 50;

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const ms = v.pipe(v.number(), v.finite(), v.minValue(0));
const units = ['s', 'ms', 'µs', '% of the text'] as const;
const measures = ['copy', 'stat'] as const;

/** What it costs to share a library by a file. */
export const teamRowSchema = v.strictObject({
  job: v.literal('team'),
  what: v.pipe(v.string(), v.nonEmpty()),
  /** The median of the rounds. */
  median: positive,
  unit: v.picklist(units),
  /** How often something plain could be done with the same file in that time; null where there is no file. */
  ratio: v.nullable(positive),
  ratio_to: v.nullable(v.picklist(measures)),
  /** What it must not pass; null for none. */
  limit: v.nullable(positive),
  /** For how long the main process did nothing else meanwhile, at most; null where it has no part in it. */
  delay_ms: v.nullable(ms),
  /** How long it took meanwhile to keep what somebody types, at most. */
  write_ms: v.nullable(ms),
});
export type TeamRow = v.InferOutput<typeof teamRowSchema>;

interface MeasuredTeam {
  readonly what: string;
  readonly unit: TeamRow['unit'];
  /** Of each round, in the unit. */
  readonly values: readonly number[];
  /** What something plain took in the same rounds, in the unit. */
  readonly plain?: { readonly name: (typeof measures)[number]; readonly values: readonly number[] };
  readonly limit?: number;
  readonly meanwhile?: Meanwhile;
}

/** Of the main process, while something else went on. */
export interface Meanwhile {
  readonly delayMs: number;
  readonly writeMs: number;
}

export function toTeamRow(measured: MeasuredTeam): TeamRow {
  const { what, unit, values, plain, limit, meanwhile } = measured;
  const own = median(values);
  return {
    job: 'team',
    what,
    median: rounded(own),
    unit,
    ratio: plain === undefined ? null : rounded(own / median(plain.values)),
    ratio_to: plain?.name ?? null,
    limit: limit ?? null,
    delay_ms: meanwhile === undefined ? null : rounded(meanwhile.delayMs),
    write_ms: meanwhile === undefined ? null : rounded(meanwhile.writeMs),
  };
}

/** The results for people. */
export function teamTableOf(rows: readonly TeamRow[]): string {
  if (rows.length === 0) return '';
  const cells = [
    ['', '', '', '', 'delay', 'write', ''],
    ...rows.map((row) => [
      row.what,
      String(row.median),
      row.unit,
      row.ratio === null ? '' : `${row.ratio} × ${row.ratio_to ?? ''}`,
      msOrNothing(row.delay_ms),
      msOrNothing(row.write_ms),
      failuresOf(row).join(', '),
    ]),
  ];
  const widths = cells[0]!.map((_, column) =>
    Math.max(...cells.map((line) => line[column]!.length)),
  );
  const isText = (column: number) =>
    column === 0 || column === 2 || column === cells[0]!.length - 1;
  return cells
    .map((line) =>
      line
        .map((cell, column) =>
          isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function msOrNothing(value: number | null): string {
  return value === null ? '' : `${value} ms`;
}

function failuresOf({ median: value, unit, limit, delay_ms, write_ms }: TeamRow): string[] {
  const isLate = Math.max(delay_ms ?? 0, write_ms ?? 0) > maxDelayMs;
  return [
    ...(limit !== null && value > limit ? [`FAILURE: over ${limit} ${unit}`] : []),
    ...(isLate ? [`FAILURE: the main process waits over ${maxDelayMs} ms`] : []),
  ];
}
