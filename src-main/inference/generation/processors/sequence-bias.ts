import { inWholeVocabulary, type LogitsProcessor } from './types.ts';

/** A run of tokens, and what is added to its last one's score where the others are there. */
export type SequenceBias = readonly [tokenIds: readonly number[], bias: number];

/**
 * Hugging Face's `SequenceBiasLogitsProcessor`: adds a bias to the last token of a run wherever
 * the tokens before it are the sequence's end; to a single token always. Of a run that is given
 * twice the last bias counts. Sums are float32.
 */
export function sequenceBias(biases: readonly SequenceBias[]): LogitsProcessor {
  const ofRun = new Map(biases.map(([tokenIds, bias]) => [tokenIds.join(), { tokenIds, bias }]));
  const runs = [...ofRun.values()]
    .map(({ tokenIds, bias }) => ({
      prefix: tokenIds.slice(0, -1),
      last: tokenIds.at(-1)!,
      bias: Math.fround(bias),
    }))
    // Single tokens first, as the reference adds them up.
    .sort((a, b) => Math.min(a.prefix.length, 1) - Math.min(b.prefix.length, 1));
  return (scores, sequence, placeOf = inWholeVocabulary) => {
    const sums = new Map<number, number>();
    for (const { prefix, last, bias } of runs) {
      const start = sequence.length - prefix.length;
      const isReached = start >= 0 && prefix.every((token, i) => sequence[start + i] === token);
      if (isReached) sums.set(last, Math.fround((sums.get(last) ?? 0) + bias));
    }
    for (const [token, sum] of sums) {
      const place = placeOf(token);
      if (place !== undefined) scores[place] = scores[place]! + sum;
    }
  };
}
