import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffWords, wordTokens, type DiffPiece } from '../../../../src-renderer/lib/word-diff.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';

const textOf = (pieces: readonly DiffPiece[], ...kinds: readonly DiffPiece['kind'][]): string =>
  pieces
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ text }) => text)
    .join('');

/** Prose as fast-check writes it: few words, so that the two texts share some. */
const prose = fc
  .array(
    fc.constantFrom('the', 'cat', 'dog', 'sat', ' ', '  ', '\n', '\r\n', '.', "don't", '🙂', 'é'),
    {
      maxLength: 60,
    },
  )
  .map((words) => words.join(''));
const anyText = fc.oneof(prose, fc.string({ unit: 'binary', maxLength: 200 }));

describe('wordTokens', () => {
  it('keeps words, contractions and blanks whole', () => {
    expect(wordTokens("I don't  know,\nyes.")).toEqual([
      'I',
      ' ',
      "don't",
      '  ',
      'know',
      ',',
      '\n',
      'yes',
      '.',
    ]);
  });

  it('joins back to the text, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(wordTokens(text).join('')).toBe(text);
      }),
      { numRuns: largeCount(2_000), seed: testSeed() },
    );
  });
});

describe('diffWords', () => {
  it('marks the word that was replaced', async () => {
    expect(await diffWords('The cat sat.\n', 'The dog sat.\n')).toEqual([
      { kind: 'same', text: 'The ' },
      { kind: 'removed', text: 'cat' },
      { kind: 'added', text: 'dog' },
      { kind: 'same', text: ' sat.\n' },
    ]);
  });

  it('reads a rewritten phrase as one replacement', async () => {
    expect(await diffWords('see the cat here', 'see a dog here')).toEqual([
      { kind: 'same', text: 'see ' },
      { kind: 'removed', text: 'the cat' },
      { kind: 'added', text: 'a dog' },
      { kind: 'same', text: ' here' },
    ]);
  });

  it('finds nothing between equal texts, and everything against none', async () => {
    expect(await diffWords('', '')).toEqual([]);
    expect(await diffWords('a b', 'a b')).toEqual([{ kind: 'same', text: 'a b' }]);
    expect(await diffWords('', 'new')).toEqual([{ kind: 'added', text: 'new' }]);
    expect(await diffWords('old', '')).toEqual([{ kind: 'removed', text: 'old' }]);
  });

  it('gives back both texts, and never two pieces of a kind in a row', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (before, after) => {
        const pieces = await diffWords(before, after);
        expect(textOf(pieces, 'same', 'removed')).toBe(before);
        expect(textOf(pieces, 'same', 'added')).toBe(after);
        pieces.forEach((piece, index) => {
          expect(piece.text).not.toBe('');
          expect(piece.kind).not.toBe(pieces[index + 1]?.kind);
        });
      }),
      { numRuns: largeCount(5_000), seed: testSeed() },
    );
  });

  it('stays exact where a long text was rewritten beyond comparing', async () => {
    const lines = (word: string) =>
      Array.from({ length: 4_000 }, (_, index) => `${word} ${index}\n`).join('');
    const before = `same start\n${lines('old')}same end\n`;
    const after = `same start\n${lines('new')}one more\nsame end\n`;
    const pieces = await diffWords(before, after);
    expect(pieces.map(({ kind }) => kind)).toEqual(['same', 'removed', 'added', 'same']);
    expect(textOf(pieces, 'same', 'removed')).toBe(before);
    expect(textOf(pieces, 'same', 'added')).toBe(after);
  });

  it('compares a megabyte with a change at either end word by word', async () => {
    const middle = Array.from(
      { length: 12_000 },
      (_, index) => `Line ${index} of the book, which goes on and on for a good while.\n`,
    ).join('');
    const pieces = await diffWords(`One cat.\n${middle}The end`, `One dog.\n${middle}The very end`);
    expect(pieces.filter(({ kind }) => kind !== 'same')).toEqual([
      { kind: 'removed', text: 'cat' },
      { kind: 'added', text: 'dog' },
      { kind: 'added', text: 'very ' },
    ]);
  });

  it('finds a name that was changed in every line of a long text', async () => {
    const lines = Array.from({ length: 3_000 }, (_, index) => `Step ${index} of twelve, and on.\n`);
    const before = lines.join('');
    const pieces = await diffWords(before, before.replaceAll('twelve', 'fourteen'));
    expect(pieces.filter(({ kind }) => kind === 'removed')).toEqual(
      lines.map(() => ({ kind: 'removed', text: 'twelve' })),
    );
  });

  it('stops when nobody waits any more', async () => {
    await expect(diffWords('a', 'b', { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});
