import type { Row } from './rows.ts';

/** The results for people: a block for each job of a model, the fastest first. */
export function tableOf(rows: readonly Row[]): string {
  const blocks = Map.groupBy(rows, ({ model, job }) => `${model}  ${job}`);
  return [...blocks]
    .map(([title, block]) => [title, ...lines(block.toSorted(byTime))].join('\n'))
    .join('\n\n');
}

const byTime = (a: Row, b: Row) => a.median_ms - b.median_ms;
const nothing = '–';

function lines(rows: readonly Row[]): string[] {
  const peers = Object.keys(rows[0]?.ratio_to ?? {}) as (keyof Row['ratio_to'])[];
  const head = ['', 'device', 'ms', ...peers.map((peer) => `× ${peer}`), 'of limit', 'RSS MiB'];
  const cells = rows.map((row) => [
    row.variant,
    row.device,
    String(row.median_ms),
    ...peers.map((peer) => String(row.ratio_to[peer] ?? nothing)),
    row.limit_fraction === null ? nothing : `${Math.round(100 * row.limit_fraction)}%`,
    String(row.peak_rss_mib ?? nothing),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => line[column]!.length)),
  );
  return [head, ...cells].map((line) =>
    line
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
}
