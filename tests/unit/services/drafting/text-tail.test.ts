import { describe, expect, it } from 'vitest';
import { tailStart } from '../../../../src-main/services/drafting/text-tail.ts';

describe('tailStart', () => {
  it('is the start of a text that is short enough', () => {
    expect(tailStart('One two.', 8)).toBe(0);
  });

  it('is the next place before a space', () => {
    const text = 'One two three four';
    expect(text.slice(tailStart(text, 9))).toBe(' four');
  });

  it('is anywhere in a text without spaces, but never inside a character', () => {
    const text = '😀'.repeat(1_000);
    expect(tailStart(text, 100)).toBe(1_900);
    expect(tailStart(text, 99)).toBe(1_902);
  });
});
