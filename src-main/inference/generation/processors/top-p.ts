import { softmax } from '../distribution.ts';
import { ascendingFinite } from '../selection.ts';
import type { LogitsProcessor } from './types.ts';

/**
 * Nucleus sampling: keeps the smallest set of likeliest tokens whose probabilities reach `p`
 * together, at least one. Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020.
 */
export function topP(p: number): LogitsProcessor {
  const expendable = Math.fround(1 - p);
  return (scores) => {
    const probabilities = softmax(scores);
    let mass = 0;
    // From the unlikeliest on, all but the likeliest: drop while what is dropped is expendable.
    for (const token of ascendingFinite(scores).subarray(0, -1)) {
      mass += probabilities[token]!;
      if (Math.fround(mass) > expendable) return;
      scores[token] = -Infinity;
    }
  };
}
