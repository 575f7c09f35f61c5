import { describe, expect, it } from 'vitest';
import { noRepeatNgram } from '../../../../../src-main/inference/generation/processors/no-repeat-ngram.ts';

describe('noRepeatNgram', () => {
  it.each([
    [2, [1, 1, 2, 1], [1, 2]],
    [2, [0, 1, 0, 1], [0]],
    [3, [1, 1, 2, 1], []],
    [3, [0, 1, 0, 1], [0]],
    [3, [1, 2, 5, 7, 8, 5, 1, 2], [5]],
    [1, [4, 6, 4], [4, 6]],
    [4, [1, 2, 3], []],
    [4, [], []],
    [2, [3], []],
  ])('of size %i after %j bans %j', (size, sequence, banned) => {
    expect([...noRepeatNgram(size)(sequence)].sort()).toEqual(banned);
  });
});
