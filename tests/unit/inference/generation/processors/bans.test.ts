import { describe, expect, it } from 'vitest';
import { badWords } from '../../../../../src-main/inference/generation/processors/bad-words.ts';
import { minNewTokens } from '../../../../../src-main/inference/generation/processors/min-new-tokens.ts';

describe('badWords', () => {
  const ban = badWords([[3], [1, 2], [2, 1, 2], [9], [9, 8]], [9]);

  it('bans a single token everywhere, and the last of several after those before it', () => {
    expect([...ban([])]).toEqual([3]);
    expect([...ban([1])]).toEqual([3, 2]);
    expect([...ban([2, 1])]).toEqual([3, 2]);
    expect([...ban([1, 2])]).toEqual([3]);
  });

  it('passes over a word that is just an end token, and no other with one in it', () => {
    expect([...ban([9])]).toEqual([3, 8]);
  });
});

describe('minNewTokens', () => {
  it('bans the end tokens until enough tokens follow the prompt', () => {
    const ban = minNewTokens(2, 3, [7, 8]);
    expect([...ban([1, 1, 1])]).toEqual([7, 8]);
    expect([...ban([1, 1, 1, 1])]).toEqual([7, 8]);
    expect([...ban([1, 1, 1, 1, 1])]).toEqual([]);
  });
});
