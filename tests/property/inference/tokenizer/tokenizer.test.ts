import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../../../src-main/inference/tokenizer/load-tokenizer.ts';
import { modelDirectory } from '../../../fixtures/reference.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';

const options = { numRuns: largeCount(5_000), seed: testSeed() };
const starter = await loadTokenizer(modelDirectory('starter'), 8_192);

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(' ', '\n', "'s", 'the', '12', '😀', 'é', '<|endoftext|>', '\uFEFF', '!'),
      {
        maxLength: 40,
      },
    )
    .map((parts) => parts.join('')),
);
const tokenIds = fc.array(fc.integer({ min: 0, max: 8_191 }), { maxLength: 40 });

describe('the tokenizer', () => {
  it('gives every text back to the byte', () => {
    fc.assert(
      fc.property(text, (written) => {
        expect(starter.decode(starter.encode(written))).toBe(written);
      }),
      options,
    );
  });

  it('starts tokens in order, at the start of a character, so that the parts make the whole', () => {
    fc.assert(
      fc.property(text, (written) => {
        const { tokenIds: ids, offsets } = starter.encodeWithOffsets(written);
        expect(offsets).toHaveLength(ids.length);
        for (const [i, start] of offsets.entries()) {
          expect(start).toBeGreaterThanOrEqual(offsets[i - 1] ?? 0);
          expect(start).toBeLessThan(written.length);
          expect(written.slice(start).isWellFormed()).toBe(true);
          // What comes before the token is written by the tokens before it.
          expect(starter.decodeBeginning(ids.slice(0, i))).toBe(written.slice(0, start));
        }
      }),
      options,
    );
  });

  it('streams a text that only grows and ends as the whole', () => {
    fc.assert(
      fc.property(tokenIds, (ids) => {
        let shown = '';
        for (let count = 1; count <= ids.length; count++) {
          const next = starter.decodeBeginning(ids.slice(0, count));
          expect(next.startsWith(shown)).toBe(true);
          shown = next;
        }
        expect(starter.decode(ids).startsWith(shown)).toBe(true);
      }),
      options,
    );
  });
});
