import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MergeRegion } from '../../../../src-main/contract/conflicts.ts';
import {
  mergedText,
  mergeTexts,
  textOfRegions,
} from '../../../../src-main/store/merging/merge-texts.ts';
import { editsBetween } from '../../../../src-main/store/merging/text-edits.ts';
import { blocksOf, tokenise, wordsOf } from '../../../../src-main/store/merging/tokenise.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';
import { applied, longestCommon, mergedByPlaces } from './slow-merge.ts';

const parameters = { seed: testSeed(), numRuns: largeCount(20_000) };

const token = fc.constantFrom(
  ...['a', 'b', 'c', 'é', ' ', ' ', '  ', ', ', '.', '\n', '\n\n', '\r\n', '日', '👍🏽', '𠀀'],
);
const text = fc.array(token, { maxLength: 30 }).map((tokens) => tokens.join(''));
const line = fc
  .array(token, { maxLength: 30 })
  .map((tokens) => tokens.join('').replaceAll(/[\r\n]/gu, ''));

/** A text and what two people made of it, each piece by piece. */
const madeOf = (base: fc.Arbitrary<string>) =>
  base.chain((was) => {
    const pieces = was.match(/.[^\s\p{P}]*/gsu) ?? [];
    const hand = fc
      .array(fc.tuple(fc.nat(9), token), { minLength: pieces.length, maxLength: pieces.length })
      .map((deeds) =>
        deeds
          .map(([deed, put], index) =>
            deed === 0 ? '' : deed === 1 ? put : deed === 2 ? pieces[index]! + put : pieces[index]!,
          )
          .join('')
          .toWellFormed(),
      );
    return fc.tuple(fc.constant(was), hand, hand);
  });
const three = fc.oneof(fc.tuple(text, text, text), madeOf(text));

const swapped = (region: MergeRegion): MergeRegion =>
  region.kind === 'merged' ? region : { ...region, ours: region.theirs, theirs: region.ours };

/** Without what is for people alone: choices that only white space parts are one. */
function plain(regions: readonly MergeRegion[]): string {
  return regions
    .map((region) => (region.kind === 'merged' ? region.text : JSON.stringify(region)))
    .join('');
}

describe('a text in tokens and in blocks', () => {
  it('is the same text again, and no character of it is cut', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (any) => {
        const tokens = tokenise(any);
        expect(tokens.join('')).toBe(any);
        expect(blocksOf(any).join('')).toBe(any);
        expect(tokens).not.toContain('');
        for (const [index, one] of tokens.entries()) {
          if (any.isWellFormed()) expect(one.isWellFormed()).toBe(true);
          expect(one.endsWith('\r') && tokens[index + 1]?.startsWith('\n')).toBeFalsy();
        }
        // Each block begins where a token does.
        expect(blocksOf(any).flatMap((block) => tokenise(block))).toEqual(tokens);
      }),
      parameters,
    );
  });
});

describe('what makes one text of another', () => {
  it('makes it', () => {
    fc.assert(
      fc.property(text, text, (from, to) => {
        expect(applied(from, editsBetween(from, to))).toBe(to);
      }),
      parameters,
    );
  });

  it('leaves alone as many words as there can be, within a line', () => {
    fc.assert(
      fc.property(line, line, (from, to) => {
        const edits = editsBetween(from, to);
        let at = 0;
        const kept = [...edits, { start: from.length, end: 0 }].map(({ start, end }) => {
          const same = from.slice(at, start);
          at = end;
          return same;
        });
        const length = (texts: readonly string[]) => texts.join('').replaceAll(/\s/gu, '').length;
        const [one, other] = [wordsOf(from), wordsOf(to)];
        // White space beside what differs may be left alone, too.
        const common = longestCommon(one, other);
        const words = kept.flatMap((text) => tokenise(text)).filter((text) => text.trim() !== '');
        expect(words.length).toBeGreaterThanOrEqual(
          common - (one.at(-1)?.trim() === '' && one.at(-1) === other.at(-1) ? 1 : 0),
        );
        expect(length(kept)).toBeLessThanOrEqual(Math.min(length([from]), length([to])));
      }),
      parameters,
    );
  });
});

describe('two texts that were made of one', () => {
  it('merge as place by place', () => {
    fc.assert(
      fc.property(madeOf(line), ([base, ours, theirs]) => {
        const slow = mergedByPlaces(base, editsBetween(base, ours), editsBetween(base, theirs));
        const fast = mergeTexts(base, ours, theirs);
        expect(mergedText(fast)).toBe(mergedText(slow));
        for (const side of ['base', 'ours', 'theirs'] as const) {
          expect(textOfRegions(fast, side)).toBe(textOfRegions(slow, side));
        }
      }),
      parameters,
    );
  });

  it('come to the same with the sides swapped, and lose no half of anything', () => {
    fc.assert(
      fc.property(three, ([base, ours, theirs]) => {
        const regions = mergeTexts(base, ours, theirs);
        expect(plain(mergeTexts(base, theirs, ours).map(swapped))).toBe(plain(regions));
        for (const side of ['base', 'ours', 'theirs'] as const) {
          expect(textOfRegions(regions, side).isWellFormed()).toBe(true);
        }
      }),
      parameters,
    );
  });

  it('come to the one that changed, where only one did, and to what both have', () => {
    fc.assert(
      fc.property(text, text, (base, changed) => {
        expect(mergedText(mergeTexts(base, changed, base))).toBe(changed);
        expect(mergedText(mergeTexts(base, base, changed))).toBe(changed);
        expect(mergedText(mergeTexts(base, changed, changed))).toBe(changed);
      }),
      parameters,
    );
  });

  /** Characters of which each is a word, and each there once: what must become of it is plain. */
  const deed = fc.constantFrom('keep', 'keep', 'keep', 'remove', 'replace', 'add');
  const character = (block: number, n: number) => String.fromCodePoint(block + n);
  const deedsOfTwo = fc.array(fc.record({ ours: deed, theirs: deed }), { maxLength: 40 });

  it("keep both sides' words, and bring back none that was removed", () => {
    fc.assert(
      fc.property(deedsOfTwo, (deeds) => {
        const [was, mine, yours] = [0x4e00, 0x5e00, 0x6e00];
        const told = (side: 'ours' | 'theirs', own: number): string =>
          deeds
            .map((both, n) => {
              const kept = character(was, n);
              const put = character(own, n);
              return { keep: kept, remove: '', replace: put, add: kept + put }[both[side]];
            })
            .join('');
        const [ours, theirs] = [told('ours', mine), told('theirs', yours)];
        const regions = mergeTexts(deeds.map((_, n) => character(was, n)).join(''), ours, theirs);
        const merged = regions.flatMap((one) => (one.kind === 'merged' ? [one.text] : [])).join('');
        const [one, other] = [textOfRegions(regions, 'ours'), textOfRegions(regions, 'theirs')];
        for (const [n, both] of deeds.entries()) {
          const isGone = { ours: !ours.includes(character(was, n)), theirs: false };
          isGone.theirs = !theirs.includes(character(was, n));
          expect(one.includes(character(was, n))).toBe(
            isGone.ours ? false : isGone.theirs ? one.includes(character(was, n)) : true,
          );
          if (isGone.theirs) expect(other).not.toContain(character(was, n));
          if (isGone.ours || isGone.theirs) expect(merged).not.toContain(character(was, n));
          if (!isGone.ours && !isGone.theirs) expect(other).toContain(character(was, n));
          if (both.ours === 'replace' || both.ours === 'add') {
            expect(one).toContain(character(mine, n));
          }
          if (both.theirs === 'replace' || both.theirs === 'add') {
            expect(other).toContain(character(yours, n));
          }
        }
      }),
      parameters,
    );
  });

  it("keep both sides' new words in any text", () => {
    const parts = fc.array(
      fc.record({
        ...{ ours: deed, theirs: deed },
        gap: fc.constantFrom(' ', ' ', ', ', '\n', '\n\n'),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(parts, (deeds) => {
        const told = (side: 'ours' | 'theirs'): string =>
          deeds
            .map(({ gap, ...both }, n) => {
              const put = `${side}${n}${gap}`;
              return {
                ...{ keep: `w${n}${gap}`, remove: '' },
                ...{ replace: put, add: `w${n} ${put}` },
              }[both[side]];
            })
            .join('');
        const [ours, theirs] = [told('ours'), told('theirs')];
        const base = deeds.map(({ gap }, n) => `w${n}${gap}`).join('');
        const regions = mergeTexts(base, ours, theirs);
        const everywhere = (['ours', 'theirs'] as const).map((side) =>
          textOfRegions(regions, side),
        );
        const isTold = (text: string, word: string) => new RegExp(`\\b${word}\\b`, 'u').test(text);
        for (const n of deeds.keys()) {
          if (isTold(ours, `ours${n}`)) expect(everywhere[0]).toContain(`ours${n}`);
          if (isTold(theirs, `theirs${n}`)) expect(everywhere[1]).toContain(`theirs${n}`);
          if (isTold(ours, `w${n}`) && isTold(theirs, `w${n}`)) {
            expect(everywhere.some((text) => isTold(text, `w${n}`))).toBe(true);
          }
        }
      }),
      parameters,
    );
  });
});
