/*
 * What can be counted of a text without reading it: how much it says twice, how varied it is.
 */

/**
 * Share of a text's runs of `size` tokens that stood in it before, 0 to 1 (Welleck et al. 2020:
 * `rep-n`); 0 for a text with no such run.
 */
export function repetition(tokenIds: readonly number[], size: number): number {
  const runs = runsOf(tokenIds, size);
  return runs.length === 0 ? 0 : 1 - new Set(runs).size / runs.length;
}

/** Share of all pairs of neighbouring words that are different ones, 0 to 1 (Li et al. 2016). */
export function distinct2(texts: readonly string[]): number {
  const pairs = texts.flatMap((text) =>
    runsOf(text.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? [], 2),
  );
  return pairs.length === 0 ? 1 : new Set(pairs).size / pairs.length;
}

function runsOf(items: readonly (string | number)[], size: number): string[] {
  const count = Math.max(0, items.length - size + 1);
  return Array.from({ length: count }, (_, start) => items.slice(start, start + size).join(' '));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
