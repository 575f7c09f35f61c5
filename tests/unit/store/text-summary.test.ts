import { describe, expect, it } from 'vitest';
import { countWords, openingOf } from '../../../src-main/store/projection/text-summary.ts';

describe('a document as a list shows it', () => {
  it('counts what stands between white space', () => {
    expect(countWords('')).toBe(0);
    expect(countWords(" Don't  stop\n\n– *here*\u00a0now ")).toBe(5);
  });

  it('opens with 200 characters and never half of one', () => {
    expect(openingOf('short')).toBe('short');
    expect(openingOf('x'.repeat(300))).toHaveLength(200);
    expect(openingOf(`${'x'.repeat(199)}😀`)).toBe('x'.repeat(199));
    expect(openingOf(`${'x'.repeat(198)}😀y`)).toBe(`${'x'.repeat(198)}😀`);
  });
});
