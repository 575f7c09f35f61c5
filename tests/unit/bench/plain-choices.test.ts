import { describe, expect, it } from 'vitest';
import { argmax, sampleTopK, topOfRows } from '../../bench/contestants/plain-choices.ts';

const logits = (...values: number[]) => Float32Array.from(values);

it('takes the largest, and of equal ones the first', () => {
  expect(argmax(logits(1, 5, 2, 5))).toBe(1);
});

describe('sampling', () => {
  it('draws from the k likeliest alone, likelier ones first', () => {
    const scores = logits(0, 3, 1, 2);
    expect([0, 0.5, 0.9, 0.999].map((random) => sampleTopK(scores, 2, random))).toEqual([
      1, 1, 3, 3,
    ]);
    expect(sampleTopK(scores, 1, 0.999)).toBe(1);
  });

  it('draws each as often as it is likely', () => {
    const scores = logits(Math.log(1), Math.log(7), Math.log(2));
    const counts = [0, 0, 0];
    for (let i = 0; i < 1000; i += 1) counts[sampleTopK(scores, 3, (i + 0.5) / 1000)]! += 1;
    expect(counts).toEqual([100, 700, 200]);
  });
});

describe('the best of all beams', () => {
  const beams = [
    { tokenIds: [0, 1, 0], score: -1 },
    { tokenIds: [2, 2, 2], score: -1.5 },
  ];

  it('adds up log-probabilities and puts the best first', () => {
    const best = topOfRows([logits(0, 0, 0), logits(9, 0, 0)], beams, 0);
    expect(best.map(({ row, token }) => [row, token])).toEqual([
      [1, 0],
      [0, 0],
    ]);
    expect(best[0]!.score).toBeCloseTo(-1.5 - Math.log(1 + 2 * Math.exp(-9)));
    expect(best[1]!.score).toBeCloseTo(-1 - Math.log(3));
  });

  it('bans what would complete an n-gram again', () => {
    // After 0 came 1 before; after 2 came 2.
    const best = topOfRows([logits(0, 5, 0), logits(0, 0, 5)], beams, 2);
    expect(best.map(({ row, token }) => [row, token])).not.toContainEqual([0, 1]);
    expect(best.map(({ row, token }) => [row, token])).not.toContainEqual([1, 2]);
  });
});
