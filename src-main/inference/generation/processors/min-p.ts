import { softmax } from '../distribution.ts';
import type { LogitsProcessor } from './types.ts';

/**
 * Keeps the tokens that have at least the share `p` of the likeliest token's probability.
 * Nguyen et al., "Turning Up the Heat: Min-p Sampling", 2025.
 */
export function minP(p: number): LogitsProcessor {
  return (scores) => {
    const probabilities = softmax(scores);
    const highest = probabilities.reduce((a, b) => Math.max(a, b));
    const threshold = Math.fround(Math.fround(p) * highest);
    for (let i = 0; i < scores.length; i++) {
      if (probabilities[i]! < threshold) scores[i] = -Infinity;
    }
  };
}
