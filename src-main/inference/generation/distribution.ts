/*
 * Soft-maxima of one row of scores. Sums are taken in double precision and results rounded
 * to float32, which is within one unit in the last place of what PyTorch computes. Plain loops:
 * a row has 50,000 scores, and what was ruled out (-Infinity) is passed over without an exp.
 */

/** ln Σ exp(score). */
export function logSumExp(scores: Float32Array): number {
  let max = -Infinity;
  for (let i = 0; i < scores.length; i++) if (scores[i]! > max) max = scores[i]!;
  if (max === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (score !== -Infinity) sum += Math.exp(score - max);
  }
  return max + Math.log(sum);
}

/**
 * Natural log-probabilities of a row of scores.
 *
 * @param total their `logSumExp`, where it is known already
 */
export function logSoftmax(scores: Float32Array, total = logSumExp(scores)): Float32Array {
  const logProbs = new Float32Array(scores.length);
  for (let i = 0; i < scores.length; i++) logProbs[i] = scores[i]! - total;
  return logProbs;
}

/** Probabilities of a row of scores. */
export function softmax(scores: Float32Array): Float32Array {
  const total = logSumExp(scores);
  const probabilities = new Float32Array(scores.length);
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (score !== -Infinity) probabilities[i] = Math.exp(score - total);
  }
  return probabilities;
}
