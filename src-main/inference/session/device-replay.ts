/** One position of a decoding: a token for each row, and the row before that each goes on from. */
export interface DecodedPosition {
  readonly tokenIds: readonly number[];
  readonly parentRows: readonly number[];
}

/** How to come to the same place again. */
export interface ReplayPlan {
  /** To be read as one row, several tokens at a time. */
  readonly prompt: readonly number[];
  /** To be read token by token after it; the first one's rows all go on from row 0. */
  readonly positions: readonly DecodedPosition[];
}

/**
 * The shortest way to where a decoding stands: rows that died on the way are left out, and what
 * all rows have in common is read as a prompt. The last position's rows keep their order.
 */
export function planReplay(positions: readonly DecodedPosition[]): ReplayPlan {
  const alive = liveRows(positions);
  const common = alive.findLastIndex((rows) => rows.length === 1);
  const prompt: number[] = [];
  for (let index = common, row = alive[common]?.[0] ?? 0; index >= 0; index -= 1) {
    prompt.unshift(positions[index]!.tokenIds[row]!);
    row = positions[index]!.parentRows[row]!;
  }
  return {
    prompt,
    positions: positions.slice(common + 1).map(({ tokenIds, parentRows }, index) => {
      const rows = alive[common + 1 + index]!;
      const before = alive[common + index];
      return {
        tokenIds: rows.map((row) => tokenIds[row]!),
        parentRows: rows.map((row) => before?.indexOf(parentRows[row]!) ?? 0),
      };
    }),
  };
}

/** For each position, the rows that something of the last one goes on from, in order. */
function liveRows(positions: readonly DecodedPosition[]): readonly (readonly number[])[] {
  const alive: (readonly number[])[] = [];
  for (let index = positions.length - 1; index >= 0; index -= 1) {
    const { tokenIds } = positions[index]!;
    const [after] = alive;
    const followers = positions[index + 1]?.parentRows ?? [];
    const wanted = after?.map((row) => followers[row]!) ?? [...tokenIds.keys()];
    alive.unshift([...new Set(wanted)].sort((a, b) => a - b));
  }
  return alive;
}
