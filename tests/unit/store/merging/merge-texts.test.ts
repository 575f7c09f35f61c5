import { describe, expect, it } from 'vitest';
import type { MergeRegion } from '../../../../src-main/contract/conflicts.ts';
import {
  mergedText,
  mergeTexts,
  textOfRegions,
} from '../../../../src-main/store/merging/merge-texts.ts';
import { mergeVersion } from '../../../../src-main/store/merging/tokenise.ts';
import frozen from '../../../fixtures/merges.json' with { type: 'json' };

const choice = (base: string, ours: string, theirs: string): MergeRegion => ({
  ...{ kind: 'choice', base, ours, theirs },
});
const merged = (text: string): MergeRegion => ({ kind: 'merged', text });

describe('two texts that were made of one', () => {
  it('merge where different words were changed', () => {
    const base = 'The quick brown fox jumps over the lazy dog.';
    const ours = 'The slow brown fox jumps over the lazy dog.';
    const theirs = 'The quick brown fox jumps over the lazy cat, twice.';
    expect(mergedText(mergeTexts(base, ours, theirs))).toBe(
      'The slow brown fox jumps over the lazy cat, twice.',
    );
  });

  it('take what both changed alike for one change', () => {
    expect(mergedText(mergeTexts('a b c d', 'a X c d', 'a X c Y'))).toBe('a X c Y');
    expect(mergedText(mergeTexts('a b c', 'a c', 'a c'))).toBe('a c');
    expect(mergedText(mergeTexts('', 'new', 'new'))).toBe('new');
    // Which full stop is the new one, looks different where a word before it was changed.
    expect(mergedText(mergeTexts('A b. C.', 'X b. C. D.', 'A Y. C. D.'))).toBe('X Y. C. D.');
  });

  it('leave a choice where the same word was changed, or words that touch', () => {
    expect(mergeTexts('I am happy.', 'I am glad.', 'I am merry.')).toEqual([
      merged('I am '),
      choice('happy', 'glad', 'merry'),
      merged('.'),
    ]);
    expect(mergeTexts('one two', 'ONE two', 'one, two')).toEqual([
      choice('one', 'ONE', 'one,'),
      merged(' two'),
    ]);
  });

  it('ask once about words in a row', () => {
    expect(mergeTexts('red car here', 'blue van here', 'green bus here')).toEqual([
      choice('red car', 'blue van', 'green bus'),
      merged(' here'),
    ]);
  });

  it('leave a choice between what was changed here and removed there', () => {
    expect(
      mergeTexts('One.\n\nTwo.\n\nThree.', 'One.\n\nTwo!\n\nThree.', 'One.\n\nThree.'),
    ).toEqual([merged('One.\n\n'), choice('Two.\n\n', 'Two!\n\n', ''), merged('Three.')]);
  });

  it('leave a choice of whole lines where both went on writing at the end', () => {
    expect(mergeTexts('Begin.\n', 'Begin.\nMine.\nShared.\n', 'Begin.\nYours.\nShared.\n')).toEqual(
      [merged('Begin.\n'), choice('', 'Mine.\n', 'Yours.\n'), merged('Shared.\n')],
    );
  });

  it('with nothing in common known, are what both have and a choice', () => {
    expect(mergeTexts('', 'A.\n\nSame.\n\nB.', 'Same.\n\nC.')).toEqual([
      choice('', 'A.\n\n', ''),
      merged('Same.\n\n'),
      choice('', 'B.', 'C.'),
    ]);
    expect(mergeTexts('', '', '')).toEqual([]);
    expect(mergedText(mergeTexts('', '', 'only theirs'))).toBe('only theirs');
  });

  it('merge although one replaced a word in every paragraph', () => {
    const paragraphs = Array.from(
      { length: 3_000 },
      (_, n) => `Mr Smith said ${n} things of note.`,
    );
    const base = paragraphs.join('\n\n');
    const ours = base.replaceAll('Smith', 'Jones');
    const theirs = base.replace('said 1500 things', 'said many things');
    expect(mergedText(mergeTexts(base, ours, theirs))).toBe(
      ours.replace('said 1500 things', 'said many things'),
    );
  });

  it('keep everything of both where nearly all was rewritten', () => {
    const [base, ours, theirs] = ['a', 'b', 'c'].map((mark) =>
      Array.from({ length: 40_000 }, (_, n) => `${mark}${n}${n % 20 === 19 ? '\n' : ' '}`).join(''),
    ) as [string, string, string];
    const regions = mergeTexts(base, ours, theirs);
    expect(textOfRegions(regions, 'ours')).toBe(ours);
    expect(textOfRegions(regions, 'theirs')).toBe(theirs);
  });
});

/*
 * The texts that machines show follow from these rules: what they come to must never change
 * without `mergeVersion`, whichever version of the library that matches lists is installed.
 */
describe('the rules of merging', () => {
  it('are those of the version', () => {
    expect(frozen.merge_version).toBe(mergeVersion);
  });

  it('come to what they always came to', () => {
    for (const { base, ours, theirs, regions } of frozen.merges) {
      expect(mergeTexts(base, ours, theirs)).toEqual(regions);
    }
  });
});
