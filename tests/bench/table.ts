import type { Row } from './rows.ts';

/** The results for people: a block for each model and job. */
export function printTable(rows: readonly Row[]): void {
  console.table(
    rows.map(({ ratio_to, limit_fraction, peak_rss_mib, ...row }) => ({
      ...row,
      ...Object.fromEntries(Object.entries(ratio_to).map(([peer, ratio]) => [`× ${peer}`, ratio])),
      'of limit': limit_fraction,
      'RSS MiB': peak_rss_mib,
    })),
  );
}
