const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size as people read it, in powers of 1,000 as file managers count: `548 MB`, `8.5 MB`. */
export function formatBytes(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${units[unit] ?? ''}`;
}
