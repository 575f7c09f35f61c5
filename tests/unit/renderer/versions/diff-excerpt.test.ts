import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldUnchanged, takeCharacters } from '../../../../src-renderer/lib/diff-excerpt.ts';
import type { DiffPiece } from '../../../../src-renderer/lib/word-diff.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';

const long = 'word '.repeat(1_000);
const joined = (pieces: readonly { readonly text: string }[]) =>
  pieces.map(({ text }) => text).join('');

const piece: fc.Arbitrary<DiffPiece> = fc.record({
  kind: fc.constantFrom('same', 'removed', 'added'),
  text: fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2_000, size: 'max' }),
    fc.nat({ max: 800 }).map((count) => `${'🙂 word '.repeat(count)}.`),
  ),
});

describe('foldUnchanged', () => {
  it('leaves short texts alone', () => {
    const pieces: DiffPiece[] = [
      { kind: 'same', text: 'The ' },
      { kind: 'added', text: 'dog' },
    ];
    expect(foldUnchanged(pieces)).toEqual(pieces);
  });

  it('keeps words on both sides of a change and folds what lies between', () => {
    const folded = foldUnchanged([
      { kind: 'removed', text: 'a' },
      { kind: 'same', text: long },
      { kind: 'added', text: 'b' },
    ]);
    expect(folded.map(({ kind }) => kind)).toEqual(['removed', 'same', 'folded', 'same', 'added']);
    expect(folded[1]?.text).toMatch(/word $/);
    expect(folded[3]?.text).toMatch(/^word/);
  });

  it('folds up to the first change and after the last', () => {
    const folded = foldUnchanged([
      { kind: 'same', text: long },
      { kind: 'added', text: 'b' },
      { kind: 'same', text: long },
    ]);
    expect(folded.map(({ kind }) => kind)).toEqual(['folded', 'same', 'added', 'same', 'folded']);
  });

  it('loses no character and cuts none in half', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const folded = foldUnchanged(pieces);
        expect(joined(folded)).toBe(joined(pieces));
        for (const { text } of folded) expect(text.isWellFormed()).toBe(true);
      }),
      { numRuns: largeCount(1_000), seed: testSeed() },
    );
  });
});

describe('takeCharacters', () => {
  it('shows the beginning, up to the limit', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.nat({ max: 5_000 }), (pieces, limit) => {
        const { shown, isWhole } = takeCharacters(pieces, limit);
        expect(joined(pieces).startsWith(joined(shown))).toBe(true);
        expect(joined(shown).length).toBeLessThanOrEqual(limit);
        expect(isWhole).toBe(joined(shown) === joined(pieces));
      }),
      { numRuns: largeCount(1_000), seed: testSeed() },
    );
  });

  it('does not count what is folded', () => {
    const pieces = [
      { kind: 'folded', text: long },
      { kind: 'added', text: 'new' },
    ] as const;
    expect(takeCharacters(pieces, 3)).toEqual({ shown: pieces, isWhole: true });
  });
});
