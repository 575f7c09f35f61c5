import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src-main/cli/usage-error.ts';

describe('nearest', () => {
  const known = ['max-length', 'min-new-tokens', 'num-beams'];
  it.each([
    ['maxlength', 'max-length'],
    ['num-beems', 'num-beams'],
    ['min-new-token', 'min-new-tokens'],
    ['zebra', null],
  ])('to %s is %s', (unknown, expected) => expect(nearest(unknown, known)).toBe(expected));
});
