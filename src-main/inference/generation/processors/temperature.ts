import type { LogitsProcessor } from './types.ts';

/** Divides the scores: below 1 the distribution becomes steeper, above 1 flatter. */
export function temperature(value: number): LogitsProcessor {
  const divisor = Math.fround(value);
  return (scores) => {
    for (let i = 0; i < scores.length; i++) scores[i] = scores[i]! / divisor;
  };
}
