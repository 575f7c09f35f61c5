import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchorAt, findQuote } from '../../../src-renderer/lib/find-quote.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';

const parameters = { seed: testSeed(), numRuns: largeCount(20_000) };

/** Words with letters of all kinds, blanks and line ends: few enough that passages repeat. */
const around = fc
  .array(fc.constantFrom('the', 'cat', 'é', '😀', ' ', ' ', '\n', '.', 'sat', '\r\n', '\u202e'), {
    maxLength: 120,
  })
  .map((pieces) => pieces.join(''));
/** Letters that stand nowhere else, so that the quote has one place by construction. */
const quoted = fc
  .array(fc.constantFrom('Q', 'W', 'X', ' ', '\n', '𝔊'), { minLength: 1, maxLength: 40 })
  .map((pieces) => pieces.join('').trim())
  .filter((quote) => quote !== '');
const edits = fc.array(fc.record({ at: fc.nat(), remove: fc.nat({ max: 20 }), insert: around }), {
  maxLength: 8,
});

/** A text after edits, none of which leaves half a character. */
function edited(text: string, changes: readonly { at: number; remove: number; insert: string }[]) {
  let characters = Array.from(text);
  for (const { at, remove, insert } of changes) {
    const from = at % (characters.length + 1);
    characters = [
      ...characters.slice(0, from),
      ...Array.from(insert),
      ...characters.slice(from + remove),
    ];
  }
  return characters.join('');
}

describe('a quote', () => {
  it('is found where it is after any edits around it', () => {
    fc.assert(
      fc.property(around, quoted, around, edits, edits, (before, quote, after, first, last) => {
        const text = before + quote + after;
        const from = before.length;
        const anchor = anchorAt(text, { from, to: from + quote.length })!;
        expect(anchor.quote).toBe(quote);
        const newBefore = edited(before, first);
        const newText = newBefore + quote + edited(after, last);
        // A quote like "Q" may stand in "QQ" twice; where it does, nothing else is around it.
        fc.pre(newText.indexOf(quote) === newText.lastIndexOf(quote));
        expect(findQuote(newText, anchor)).toEqual({
          from: newBefore.length,
          to: newBefore.length + quote.length,
        });
      }),
      parameters,
    );
  });

  it('is told from its like by what stands around it, wherever edits move it', () => {
    fc.assert(
      fc.property(quoted, edits, edits, fc.nat({ max: 4 }), (quote, first, last, which) => {
        // Five like passages between numbers of their own: the contexts differ.
        const passages = [0, 1, 2, 3, 4].map((number) => {
          const own = `[${number}]`.repeat(22);
          return { before: own, after: own };
        });
        const joined = passages.map(({ before, after }) => before + quote + after);
        const start = joined.slice(0, which).join('').length + passages[which]!.before.length;
        const text = joined.join('');
        const anchor = anchorAt(text, { from: start, to: start + quote.length })!;
        const newText = edited('', first) + text + edited('', last);
        const from = edited('', first).length + start;
        expect(findQuote(newText, anchor)).toEqual({ from, to: from + quote.length });
      }),
      parameters,
    );
  });

  it('that is gone is found nowhere', () => {
    fc.assert(
      fc.property(around, quoted, around, edits, (before, quote, after, changes) => {
        const text = before + quote + after;
        const anchor = anchorAt(text, { from: before.length, to: before.length + quote.length })!;
        expect(findQuote(edited(before + after, changes), anchor)).toBeNull();
      }),
      parameters,
    );
  });

  it('survives other blanks between its words', () => {
    fc.assert(
      fc.property(
        around,
        fc.array(fc.constantFrom('Q', 'QW', 'X', '𝔊'), { minLength: 2, maxLength: 12 }),
        around,
        fc.array(fc.constantFrom(' ', '\n', '\r\n', '  ', '\u00a0'), {
          minLength: 12,
          maxLength: 12,
        }),
        (before, words, after, blanks) => {
          const quote = words.join(' ');
          const text = before + quote + after;
          const anchor = anchorAt(text, {
            from: before.length,
            to: before.length + quote.length,
          })!;
          const spaced = words
            .map((word, index) => (index > 0 ? blanks[index]! : '') + word)
            .join('');
          const found = findQuote(before + spaced + after, anchor);
          expect(found).toEqual({ from: before.length, to: before.length + spaced.length });
        },
      ),
      parameters,
    );
  });

  it('never makes anything throw, and always lies in the text', () => {
    const any = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(any, any, any, any, fc.nat(), (text, quote, prefix, suffix, quote_start) => {
        const found = findQuote(text, { quote, prefix, suffix, quote_start });
        if (found === null) return;
        expect(found.from).toBeGreaterThanOrEqual(0);
        expect(found.to).toBeGreaterThan(found.from);
        expect(found.to).toBeLessThanOrEqual(text.length);
      }),
      parameters,
    );
  });

  it('is anchored by whole characters, at most 64 on either side', () => {
    fc.assert(
      fc.property(around, fc.nat(), fc.nat(), (text, one, other) => {
        const [from = 0, to = 0] = [one, other]
          .map((at) => at % (text.length + 1))
          .sort((a, b) => a - b);
        const anchor = anchorAt(text, { from, to });
        if (anchor === null) {
          expect(
            text
              .slice(from, to)
              .replace(/[\uD800-\uDFFF]/g, '')
              .trim(),
          ).toBe('');
          return;
        }
        const { prefix, quote, suffix, quote_start } = anchor;
        expect(text.startsWith(quote, quote_start)).toBe(true);
        for (const part of [prefix, quote, suffix]) expect(part.isWellFormed()).toBe(true);
        expect(Math.max(prefix.length, suffix.length)).toBeLessThanOrEqual(64);
        expect(findQuote(text, anchor)).not.toBeNull();
      }),
      parameters,
    );
  });
});
