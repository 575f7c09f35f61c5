import { logSoftmax } from '../distribution.ts';
import { ascendingFinite } from '../selection.ts';
import type { LogitsProcessor } from './types.ts';

/**
 * Locally typical sampling: keeps the tokens whose surprise is closest to the distribution's
 * entropy, as many as reach the mass `p` together. Meister et al., "Locally Typical
 * Sampling", 2023.
 */
export function typicalP(p: number): LogitsProcessor {
  const wanted = Math.fround(p);
  return (scores) => {
    const logProbs = logSoftmax(scores);
    let entropy = 0;
    for (const logProb of logProbs) {
      if (logProb > -Infinity) entropy -= logProb * Math.exp(logProb);
    }
    const distances = logProbs.map((logProb) => Math.abs(-logProb - entropy));

    let mass = 0;
    let threshold = Infinity;
    for (const token of ascendingFinite(distances)) {
      mass += Math.exp(logProbs[token]!);
      threshold = distances[token]!;
      if (Math.fround(mass) >= wanted) break;
    }
    for (let i = 0; i < scores.length; i++) {
      if (distances[i]! > threshold) scores[i] = -Infinity;
    }
  };
}
