/** Copies one row of the cache over another. */
export interface RowMove {
  readonly from: number;
  readonly to: number;
}

/**
 * Copies that turn row `parents[i]` into row `i` for all i at once, in an order that never reads
 * a row after it was overwritten. Rows that stay where they are cost nothing. A ring of rows
 * that change places is opened by way of `scratchRow`.
 */
export function planRowMoves(parents: Int32Array, scratchRow: number): readonly RowMove[] {
  /** For each row that must change: where its new content lies now. */
  const pending = new Map<number, number>();
  parents.forEach((from, to) => {
    if (from !== to) pending.set(to, from);
  });
  const moves: RowMove[] = [];
  const move = (from: number, to: number) => {
    moves.push({ from, to });
    pending.delete(to);
  };
  while (pending.size > 0) {
    const wanted = new Set(pending.values());
    const free = [...pending].filter(([to]) => !wanted.has(to));
    if (free.length > 0) {
      for (const [to, from] of free) move(from, to);
      continue;
    }
    // Only rings are left: set one row aside, so that its place is free.
    const [[row] = [0]] = pending;
    moves.push({ from: row, to: scratchRow });
    for (const [to, from] of pending) if (from === row) pending.set(to, scratchRow);
  }
  return moves;
}
