/** How the plain loop chooses from logits: the whole vocabulary, in JavaScript, each step. */

export function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i]! > values[best]!) best = i;
  return best;
}

export interface Choice {
  readonly row: number;
  readonly token: number;
  readonly score: number;
}

/**
 * The best continuations of all beams together, as many as there are beams.
 *
 * @param noRepeatNgramSize bans tokens that would complete an n-gram that is there already; 0 none
 */
export function topOfRows(
  logits: readonly Float32Array[],
  beams: readonly { readonly tokenIds: readonly number[]; readonly score: number }[],
  noRepeatNgramSize: number,
): readonly Choice[] {
  const best: Choice[] = [];
  beams.forEach(({ tokenIds, score: sum }, row) => {
    const scores = logits[row]!;
    const shift = logSumExp(scores);
    const banned = completions(tokenIds, noRepeatNgramSize);
    for (let token = 0; token < scores.length; token += 1) {
      const score = sum + scores[token]! - shift;
      if (best.length === beams.length && score <= best.at(-1)!.score) continue;
      if (banned.has(token)) continue;
      const place = best.findIndex((choice) => choice.score < score);
      best.splice(place < 0 ? best.length : place, 0, { row, token, score });
      if (best.length > beams.length) best.pop();
    }
  });
  return best;
}

/** A token of the `k` likeliest, drawn with `random` from [0, 1). */
export function sampleTopK(logits: Float32Array, k: number, random: number): number {
  const tokens: number[] = [];
  for (let token = 0; token < logits.length; token += 1) {
    if (tokens.length === k && logits[token]! <= logits[tokens.at(-1)!]!) continue;
    const place = tokens.findIndex((other) => logits[other]! < logits[token]!);
    tokens.splice(place < 0 ? tokens.length : place, 0, token);
    if (tokens.length > k) tokens.pop();
  }
  const largest = logits[tokens[0]!]!;
  const weights = tokens.map((token) => Math.exp(logits[token]! - largest));
  let rest = random * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    rest -= weight;
    if (rest < 0) return tokens[index]!;
  }
  return tokens.at(-1)!;
}

/** Tokens that followed the sequence's last n−1 tokens before. */
function completions(tokenIds: readonly number[], size: number): ReadonlySet<number> {
  const found = new Set<number>();
  if (size === 0) return found;
  const start = tokenIds.length - (size - 1);
  for (let i = 0; i + size <= tokenIds.length; i += 1) {
    let matches = true;
    for (let j = 0; matches && j < size - 1; j += 1) {
      matches = tokenIds[i + j] === tokenIds[start + j];
    }
    if (matches) found.add(tokenIds[i + size - 1]!);
  }
  return found;
}

function logSumExp(values: Float32Array): number {
  let largest = -Infinity;
  for (const value of values) largest = Math.max(largest, value);
  let sum = 0;
  for (const value of values) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}
