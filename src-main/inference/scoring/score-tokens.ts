import { throwIfCancelled } from '../generation/stopping-criteria.ts';
import type { PassSession } from '../session/pass-session.ts';

export interface ScoredTokens {
  /** Natural log-probability of each token after the first, given those before it. */
  readonly logProbs: Float32Array;
  /** The likeliest token at each of those places. */
  readonly likeliest: Int32Array;
  /** The likeliest tokens at each of those places, likeliest first, as many as were asked for. */
  readonly alternatives: readonly (readonly ScoredToken[])[];
}

interface ScoredToken {
  readonly tokenId: number;
  readonly logProb: number;
}

/**
 * Scores the tokens of a text that fits the model's context. Nothing is put in front of the
 * text: the first token is given.
 *
 * @param wanted how many alternatives to name at each place
 */
export async function scoreTokens(
  session: PassSession,
  tokenIds: readonly number[],
  signal?: AbortSignal,
  wanted = 0,
): Promise<ScoredTokens> {
  const count = Math.max(0, tokenIds.length - 1);
  const logProbs = new Float32Array(count);
  const likeliest = new Int32Array(count);
  const alternatives: ScoredToken[][] = [];
  const k = Math.min(Math.max(1, wanted), session.config.vocabSize);
  // Each position's scores over the whole vocabulary are in memory together: a piece at a time.
  const { pieceTokens } = session;
  const cache = session.newCache();
  cache.reserve(1, count);
  for (let start = 0; start < count; start += pieceTokens) {
    throwIfCancelled(signal);
    const end = Math.min(count, start + pieceTokens);
    const result = await session.run(cache, {
      tokenIds: Int32Array.from(tokenIds.slice(start, end)),
      rows: 1,
      positions: Array.from({ length: end - start }, (_, i) => i),
      k,
      targets: tokenIds.slice(start + 1, end + 1),
      outputs: ['targets', 'top'],
    });
    logProbs.set(result.targetLogProbs, start);
    for (let place = 0; place < end - start; place += 1) {
      likeliest[start + place] = result.topIds[place * k]!;
      alternatives.push(
        Array.from({ length: Math.min(wanted, k) }, (_, i) => ({
          tokenId: result.topIds[place * k + i]!,
          logProb: result.topLogProbs[place * k + i]!,
        })),
      );
    }
  }
  return { logProbs, likeliest, alternatives };
}
