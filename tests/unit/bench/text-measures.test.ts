import { describe, expect, it } from 'vitest';
import { distinct2, repetition } from '../../bench/decoding/text-measures.ts';

describe('repetition', () => {
  it.each([
    [[1, 2, 3, 4, 5], 2, 0],
    [[1, 2, 1, 2, 1], 2, 0.5],
    [[7, 7, 7, 7], 1, 0.75],
    [[1, 2], 4, 0],
    [[], 4, 0],
  ])('of %j by runs of %i is %d', (tokenIds, size, expected) => {
    expect(repetition(tokenIds, size)).toBe(expected);
  });
});

describe('distinct2', () => {
  it.each([
    [['one two three'], 1],
    [['One two. One two.'], 2 / 3],
    [['a b', 'a b'], 0.5],
    [['word', ''], 1],
  ])('of %j is %d', (texts, expected) => {
    expect(distinct2(texts)).toBeCloseTo(expected, 12);
  });
});
