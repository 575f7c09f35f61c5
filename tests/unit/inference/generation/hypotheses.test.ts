import { describe, expect, it } from 'vitest';
import { Hypotheses } from '../../../../src-main/inference/generation/hypotheses.ts';

const text = (tokenIds: readonly number[], score: number) => ({
  tokenIds,
  score,
  logProbSum: score,
});

describe('Hypotheses', () => {
  it('keeps the best by the sum over the length to the power of the penalty', () => {
    const hypotheses = new Hypotheses(4, 2, [1]);
    for (const sum of [-10, -9, -8, -7, -6]) hypotheses.add(text([1, -sum], sum), 10);
    expect(hypotheses.bestFirst.map(({ score }) => score)).toEqual(
      [-6, -7, -8, -9].map((sum) => Math.fround(sum / 100)),
    );
    expect(hypotheses.worstScore).toBe(Math.fround(-9 / 10 ** 2));
  });

  it('is full when every place is taken, and has no score to beat before', () => {
    const hypotheses = new Hypotheses(2, 1, [1]);
    hypotheses.add(text([1, 2], -3), 1);
    expect(hypotheses.isFull).toBe(false);
    expect(hypotheses.worstScore).toBe(-1e9);
    hypotheses.add(text([1, 3], -4), 1);
    expect(hypotheses.isFull).toBe(true);
    expect(hypotheses.worstScore).toBe(-4);
  });

  it('keeps the earlier of two equal texts, and none that is worse than nothing', () => {
    const hypotheses = new Hypotheses(1, -20, [1]);
    hypotheses.add(text([1, 9], -5), 10);
    expect(hypotheses.bestFirst).toEqual([{ ...text([1], -1e9), isFinished: false }]);
    hypotheses.add(text([1, 2], -5), 1);
    hypotheses.add(text([1, 3], -5), 1);
    expect(hypotheses.bestFirst).toEqual([{ ...text([1, 2], -5), isFinished: true }]);
  });
});
