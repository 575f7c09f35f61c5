import type { CandidateRanking } from '../../contract/domain.ts';
import type { GeneratedTokens } from '../generation/types.ts';
import { ngramsOf } from './ngrams.ts';

export interface RankedTokens extends GeneratedTokens {
  readonly ranking: CandidateRanking;
}

export interface RankingModel {
  readonly vocabSize: number;
  /** The token that a text begins after; null for a model without one. */
  readonly startTokenId: number | null;
  readonly eosTokenIds: readonly number[];
  /** Log-probability of each token after the first, given those before it. */
  readonly score: (tokenIds: readonly number[]) => Promise<ArrayLike<number>>;
}

/** How much fit to the prompt counts against likelihood, both in nats a token. */
const fitWeight = 0.5;
/** How much repetition counts: half of the n-grams repeated cost 1.4 nats a token. */
const distinctWeight = 2;
/** Runs of up to this many tokens are looked at. */
const longestNgram = 4;

/**
 * Puts texts that were written from one prompt in order, best first, by
 *
 *     total = mean_log_prob + 0.5 · fit + 2 · ln(distinct)
 *
 * - `mean_log_prob`: of the new tokens, as the model gave it: fluency;
 * - `fit`: `mean_log_prob` less what it is without the prompt, the pointwise mutual information
 *   of prompt and text per token. It takes away what is likely after anything (Li et al., "A
 *   Diversity-Promoting Objective Function for Neural Conversation Models", 2016);
 * - `distinct`: the share of distinct n-grams among all, the mean over n = 1 to 4 (distinct-n,
 *   ibid.). Loops are very likely to a small model, so likelihood alone would prefer them.
 *
 * Nothing depends on which other texts there are. Equal ones stay as they were.
 *
 * @param promptLength tokens that each text begins with
 */
export async function rankCandidates(
  texts: readonly GeneratedTokens[],
  promptLength: number,
  model: RankingModel,
): Promise<readonly RankedTokens[]> {
  const ranked: RankedTokens[] = [];
  // One after another: the graph takes several tokens at once for a single row only, which is
  // several times faster than stepping through all texts side by side.
  for (const text of texts) {
    const written = text.tokenIds.slice(promptLength);
    if (written.length === 0) {
      throw new Error('A candidate has no new tokens');
    }
    const mean_log_prob = text.logProbSum / written.length;
    const fit = mean_log_prob - (await logProbWithoutPrompt(written, model)) / written.length;
    const isEnded = model.eosTokenIds.includes(written.at(-1)!);
    const distinct = distinctShare(isEnded ? written.slice(0, -1) : written);
    const total = mean_log_prob + fitWeight * fit + distinctWeight * Math.log(distinct);
    ranked.push({ ...text, ranking: { mean_log_prob, distinct, fit, total } });
  }
  return ranked.sort((a, b) => b.ranking.total - a.ranking.total);
}

async function logProbWithoutPrompt(
  written: readonly number[],
  { startTokenId, vocabSize, score }: RankingModel,
): Promise<number> {
  // Without a token to begin after, the first one could be any.
  const first = startTokenId === null ? -Math.log(vocabSize) : 0;
  const logProbs = await score(startTokenId === null ? written : [startTokenId, ...written]);
  return Array.from(logProbs).reduce((sum, logProb) => sum + logProb, first);
}

/** The share of distinct n-grams, the mean over n = 1 to 4; 1 for a text of one token or none. */
export function distinctShare(tokenIds: readonly number[]): number {
  const shares: number[] = [];
  for (let n = 1; n <= Math.min(longestNgram, tokenIds.length); n += 1) {
    const ngrams = ngramsOf(tokenIds, n);
    shares.push(new Set(ngrams).size / ngrams.length);
  }
  return shares.length === 0 ? 1 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
