import { describe, expect, it } from 'vitest';
import type { GeneratedTokens } from '../../../../src-main/inference/generation/types.ts';
import {
  distinctShare,
  rankCandidates,
  type RankingModel,
} from '../../../../src-main/inference/scoring/rank-candidates.ts';

const prompt = [7, 8];

/** Each new token with the same log-probability. */
function text(newTokens: readonly number[], logProb: number): GeneratedTokens {
  const logProbSum = newTokens.length * logProb;
  return { tokenIds: [...prompt, ...newTokens], score: logProb, logProbSum };
}

/** A model to which, without the prompt, every token has this log-probability. */
function model(withoutPrompt: number, more: Partial<RankingModel> = {}): RankingModel {
  return {
    vocabSize: 10,
    startTokenId: 0,
    eosTokenIds: [0],
    score: (tokenIds) => Promise.resolve(tokenIds.slice(1).map(() => withoutPrompt)),
    ...more,
  };
}

describe('distinctShare', () => {
  it('is the mean share of distinct runs of one to four tokens', () => {
    expect(distinctShare([1, 2, 3, 4])).toBe(1);
    expect(distinctShare([1, 1, 1, 1])).toBe((1 / 4 + 1 / 3 + 1 / 2 + 1) / 4);
    expect(distinctShare([1, 2, 1])).toBe((2 / 3 + 1 + 1) / 3);
    expect(distinctShare([5])).toBe(1);
    expect(distinctShare([])).toBe(1);
  });
});

describe('rankCandidates', () => {
  it('adds up likelihood, fit and distinct n-grams as it says', async () => {
    const [ranked] = await rankCandidates([text([1, 2, 1, 2], -2)], 2, model(-3));
    const distinct = (2 / 4 + 2 / 3 + 1 + 1) / 4;
    expect(ranked!.ranking).toEqual({
      mean_log_prob: -2,
      fit: 1,
      distinct,
      total: -2 + 0.5 + 2 * Math.log(distinct),
    });
  });

  it('puts a loop last, however likely, and equal texts in the order they came', async () => {
    const texts = [text([1, 1, 1, 1, 1, 1], -0.2), text([1, 2, 3], -2), text([4, 5, 6], -2)];
    const ranked = await rankCandidates(texts, 2, model(-2));
    expect(ranked.map(({ tokenIds }) => tokenIds.slice(2))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [1, 1, 1, 1, 1, 1],
    ]);
  });

  it('prefers what the prompt makes likelier to what is likely after anything', async () => {
    const score: RankingModel['score'] = (tokenIds) =>
      Promise.resolve(tokenIds.slice(1).map((token) => (token < 4 ? -1 : -6)));
    const texts = [text([1, 2, 3], -1.9), text([4, 5, 6], -2)];
    const ranked = await rankCandidates(texts, 2, model(0, { score }));
    expect(ranked[0]!.tokenIds).toEqual([...prompt, 4, 5, 6]);
    expect(ranked.map(({ ranking }) => ranking.fit)).toEqual([4, expect.closeTo(-0.9, 9)]);
  });

  it('scores what was written alone, after the token that texts begin with', async () => {
    const scored: (readonly number[])[] = [];
    const score: RankingModel['score'] = (tokenIds) => {
      scored.push(tokenIds);
      return Promise.resolve(tokenIds.slice(1).map(() => -1));
    };
    await rankCandidates([text([1, 2, 0], -1)], 2, model(0, { score }));
    expect(scored).toEqual([[0, 1, 2, 0]]);
    const [ranked] = await rankCandidates(
      [text([1, 2], -1)],
      2,
      model(0, { score, startTokenId: null }),
    );
    expect(scored[1]).toEqual([1, 2]);
    // The first token could have been any of ten.
    expect(ranked!.ranking.fit).toBeCloseTo(-1 - (-Math.log(10) - 1) / 2, 9);
  });

  it('does not count the end token as a word', async () => {
    const [ranked] = await rankCandidates([text([1, 1, 0], -1)], 2, model(-1));
    expect(ranked!.ranking.distinct).toBe((1 / 2 + 1) / 2);
  });
});
