import { describe, expect, it } from 'vitest';
import { bothTexts, type MergeRegion } from '../../../../src-main/contract/conflicts.ts';
import {
  settledText,
  type Choice,
  type Decision,
} from '../../../../src-renderer/features/conflicts/settled-text.ts';

const choice = (ours: string, theirs: string, base = ''): Choice => ({
  kind: 'choice',
  base,
  ours,
  theirs,
});
const regions: readonly MergeRegion[] = [
  { kind: 'merged', text: 'The cat ' },
  choice('sat', 'lay'),
  { kind: 'merged', text: ' on the ' },
  choice('mat', ''),
];
const settled = (...decisions: (readonly [number, Decision])[]): string | null =>
  settledText(regions, Object.fromEntries(decisions));

describe('a text by decisions', () => {
  it('is none while something is undecided', () => {
    expect(settled()).toBeNull();
    expect(settled([1, { kind: 'ours' }])).toBeNull();
  });

  it.each<[Decision, Decision, string]>([
    [{ kind: 'ours' }, { kind: 'ours' }, 'The cat sat on the mat'],
    [{ kind: 'theirs' }, { kind: 'theirs' }, 'The cat lay on the '],
    [{ kind: 'both' }, { kind: 'both' }, 'The cat sat lay on the mat'],
    [{ kind: 'edited', text: 'slept' }, { kind: 'ours' }, 'The cat slept on the mat'],
  ])('%j and %j', (one, other, text) => {
    expect(settled([1, one], [3, other])).toBe(text);
  });

  it('keeps the line ends of the text, also in what was typed', () => {
    const windows: readonly MergeRegion[] = [{ kind: 'merged', text: 'a\r\n' }, choice('b', 'c')];
    const typed = { 1: { kind: 'edited', text: 'd\ne\0' } } as const;
    expect(settledText(windows, typed)).toBe('a\r\nd\r\ne\ufffd');
    const unix: readonly MergeRegion[] = [{ kind: 'merged', text: 'a\n' }, choice('b', 'c')];
    expect(settledText(unix, typed)).toBe('a\nd\ne\ufffd');
  });
});

describe('both, one after the other', () => {
  it.each([
    ['one', 'two', 'one two'],
    [' one', ' two', ' one two'],
    ['one\n', 'two\n', 'one\ntwo\n'],
    ['one\nhalf', 'two', 'one\nhalf\ntwo'],
    ['', 'two', 'two'],
    ['one', '', 'one'],
  ])('%j and %j', (ours, theirs, both) => {
    expect(bothTexts(choice(ours, theirs))).toBe(both);
  });
});
