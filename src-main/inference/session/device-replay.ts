/** One step of a decoding: a token for each row, and the row before that each goes on from. */
export interface DecodedStep {
  readonly tokenIds: readonly number[];
  readonly parentRows: readonly number[];
}

/** How to come to the same place on another decoder. */
export interface ReplayPlan {
  /** To be read as a prompt. */
  readonly prompt: readonly number[];
  readonly steps: readonly DecodedStep[];
}

/**
 * The shortest way to where a decoding stands: rows that died on the way are left out, and what
 * all rows have in common is read as a prompt, in pieces instead of token by token. The last
 * step's rows keep their order.
 *
 * @param steps at least one
 */
export function planReplay(prompt: readonly number[], steps: readonly DecodedStep[]): ReplayPlan {
  const alive = liveRows(steps);
  // The last step is always taken: it is the one whose scores are wanted.
  const common = alive.slice(0, -1).findLastIndex((rows) => rows.length === 1);
  const lineage: number[] = [];
  for (let index = common, row = alive[common]?.[0] ?? 0; index >= 0; index -= 1) {
    lineage.unshift(steps[index]!.tokenIds[row]!);
    row = steps[index]!.parentRows[row]!;
  }
  return {
    prompt: [...prompt, ...lineage],
    steps: steps.slice(common + 1).map(({ tokenIds, parentRows }, index) => {
      const rows = alive[common + 1 + index]!;
      const before = alive[common + index];
      return {
        tokenIds: rows.map((row) => tokenIds[row]!),
        // After a prompt there is only row 0.
        parentRows: rows.map((row) => before?.indexOf(parentRows[row]!) ?? 0),
      };
    }),
  };
}

/** For each step, the rows that something of the last step goes on from, in order. */
function liveRows(steps: readonly DecodedStep[]): readonly (readonly number[])[] {
  const last = steps.at(-1)?.tokenIds ?? [];
  const alive: (readonly number[])[] = [[...last.keys()]];
  for (let index = steps.length - 1; index > 0; index -= 1) {
    const { parentRows } = steps[index]!;
    const parents = new Set(alive[0]!.map((row) => parentRows[row]!));
    alive.unshift([...parents].sort((a, b) => a - b));
  }
  return alive;
}
