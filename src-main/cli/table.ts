/** Rows in columns that line up; the last column may be as long as it likes. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(...all.map((row) => (row[column] ?? '').length)),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A table of things, or the words that there are none. */
export function listing(
  things: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return rows.length === 0 ? `No ${things}.` : table(header, rows);
}

/** `1 document`, `2 documents`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** Others' words without what a terminal would take for a command; lines stay lines. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '');
}

/** One line of a text, for a column. */
export function oneLine(text: string, length = 60): string {
  const line = printable(text.replace(/\s+/gu, ' ')).trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** `2026-11-20T22:51:07.123Z` as people read it, in UTC as it is kept. */
export function when(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
