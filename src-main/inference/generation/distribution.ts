/*
 * Soft-maxima of one row of scores. Sums are taken in double precision and results rounded
 * to float32, which is within one unit in the last place of what PyTorch computes.
 */

/** ln Σ exp(score). */
export function logSumExp(scores: Float32Array): number {
  let max = -Infinity;
  for (const score of scores) if (score > max) max = score;
  if (max === -Infinity) return -Infinity;
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - max);
  return max + Math.log(sum);
}

/** Natural log-probabilities of a row of scores. */
export function logSoftmax(scores: Float32Array): Float32Array {
  const total = logSumExp(scores);
  return scores.map((score) => score - total);
}

/** Probabilities of a row of scores. */
export function softmax(scores: Float32Array): Float32Array {
  const total = logSumExp(scores);
  return scores.map((score) => Math.exp(score - total));
}
