import { ngramsOf } from '../../../src-main/inference/scoring/ngrams.ts';

/*
 * What can be counted of a text without reading it: how much it says twice, how varied it is.
 */

/**
 * Share of a text's runs of `size` tokens that stood in it before, 0 to 1 (Welleck et al. 2020:
 * `rep-n`); 0 for a text with no such run.
 */
export function repetition(tokenIds: readonly number[], size: number): number {
  const runs = ngramsOf(tokenIds, size);
  return runs.length === 0 ? 0 : 1 - new Set(runs).size / runs.length;
}

/** Share of all pairs of neighbouring words that are different ones, 0 to 1 (Li et al. 2016). */
export function distinct2(texts: readonly string[]): number {
  const pairs = texts.flatMap((text) =>
    ngramsOf(text.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? [], 2),
  );
  return pairs.length === 0 ? 1 : new Set(pairs).size / pairs.length;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
