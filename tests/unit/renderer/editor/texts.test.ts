import { ChangeSet, Text } from '@codemirror/state';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bodyOf,
  lineBreakOf,
  textOf,
} from '../../../../src-renderer/features/editor/parts/body-text.ts';
import { commonEnds } from '../../../../src-renderer/features/editor/parts/common-ends.ts';
import { joined } from '../../../../src-renderer/features/editor/parts/join-text.ts';
import { textChanges } from '../../../../src-renderer/features/editor/parts/text-changes.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';

const seed = testSeed();
const options = { seed, numRuns: largeCount(2_000) };
/** Short texts of few letters meet often: common beginnings, ends and empty lines. */
const body = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '😀'), maxLength: 30 });

describe('a body in the editor', () => {
  it('comes back to the letter, with either line end', () => {
    fc.assert(
      fc.property(body, fc.constantFrom('\n', '\r\n'), (lines, lineBreak) => {
        const written = lines.replaceAll('\n', lineBreak);
        expect(bodyOf(textOf(written), lineBreakOf(written))).toBe(written);
      }),
      options,
    );
  });
});

describe('commonEnds', () => {
  it('is one change that makes the one text the other', () => {
    fc.assert(
      fc.property(body, body, (before, after) => {
        const text = textOf(before);
        const { from, to, insert } = commonEnds(text, textOf(after));
        expect(text.replace(from, to, insert).toString()).toBe(after);
      }),
      options,
    );
  });

  it('leaves alone what both texts have at their ends', () => {
    const { from, to, insert } = commonEnds(textOf('one two three'), textOf('one 2 three'));
    expect([from, to, insert.toString()]).toEqual([4, 7, '2']);
  });
});

describe('textChanges', () => {
  it('make the one text the other', () => {
    fc.assert(
      fc.property(body, body, (before, after) => {
        const text = textOf(before);
        const changes = ChangeSet.of(textChanges(text, textOf(after)), text.length);
        expect(changes.apply(text).toString()).toBe(after);
      }),
      options,
    );
  });

  it('leave alone what stands between two of them', () => {
    const before = textOf('One.\n\nThe cat sat.\n\nEnd.');
    const after = textOf('One more.\n\nThe cat sat.\n\nThe very end.');
    const changes = ChangeSet.of(textChanges(before, after), before.length);
    const at = before.toString().indexOf('cat') + 1;
    expect(after.toString().slice(0, changes.mapPos(at)).endsWith('The c')).toBe(true);
  });

  it('cost little for a long text with changes at both ends', () => {
    const middle = 'word '.repeat(19).concat('\n').repeat(10_000);
    const [before, after] = [textOf(`a\n${middle}b`), textOf(`c\n${middle}d`)];
    const start = performance.now();
    expect(textChanges(before, after)).toHaveLength(2);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe('joined', () => {
  const at = (before: string, draft: string, after = ''): string =>
    before + joined(Text.of([before + after]), before.length, before.length, draft) + after;

  it.each([
    ['a draft that brings its own space', 'The lawn', ' was wet.', '', 'The lawn was wet.'],
    ['one space where there is one already', 'The lawn ', ' was wet.', '', 'The lawn was wet.'],
    ['no space at the start of a text', '', ' Was wet.', '', 'Was wet.'],
    ['the rest of a word', 'The law', 'n was wet.', '', 'The lawn was wet.'],
    ['a space where two words would run together', 'The ', 'lawn', 'mower', 'The lawn mower'],
    ['no space before a full stop', 'The', ' lawn', '.', 'The lawn.'],
    ['an empty line of its own', 'One.', '\n\nTwo.', '', 'One.\n\nTwo.'],
  ])('makes %s', (_what, before, draft, after, expected) => {
    expect(at(before, draft, after)).toBe(expected);
  });
});
