import { kthLargest } from '../selection.ts';
import type { LogitsProcessor } from './types.ts';

/** Keeps the `k` likeliest tokens, and every token that ties with the last of them. */
export function topK(k: number): LogitsProcessor {
  return (scores) => {
    const threshold = kthLargest(scores, Math.min(k, scores.length));
    for (let i = 0; i < scores.length; i++) {
      if (scores[i]! < threshold) scores[i] = -Infinity;
    }
  };
}
