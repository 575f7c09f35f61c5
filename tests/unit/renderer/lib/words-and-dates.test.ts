import { describe, expect, it } from 'vitest';
import { countWords, wordCount } from '../../../../src-renderer/lib/count-words.ts';
import { findMatches } from '../../../../src-renderer/lib/find-matches.ts';
import { plainExcerpt } from '../../../../src-renderer/lib/plain-excerpt.ts';
import { relativeDate } from '../../../../src-renderer/lib/relative-date.ts';
import {
  commandKeys,
  platformKeys,
  shortcutGroups,
} from '../../../../src-renderer/lib/shortcuts.ts';

describe('countWords', () => {
  it.each([
    ['', 0],
    [' \n\t ', 0],
    ['one', 1],
    ["it's a well-known  fact\n\n– yes", 6],
    ['naïve café 😀', 3],
  ])('%j has %i', (text, words) => {
    expect(countWords(text)).toBe(words);
  });

  it('says one word as one', () => {
    expect([wordCount(0), wordCount(1), wordCount(1_204)]).toEqual([
      '0 words',
      '1 word',
      '1,204 words',
    ]);
  });
});

describe('relativeDate', () => {
  const now = new Date(2026, 10, 20, 12, 0);
  const said = (...parts: [number, number, number, number?, number?]): string =>
    relativeDate(new Date(...parts).toISOString(), now);

  it('says how long ago today something was', () => {
    expect(relativeDate(new Date(now.getTime() - 59_000).toISOString(), now)).toBe('just now');
    expect(said(2026, 10, 20, 11, 55)).toBe('5 min ago');
    expect(said(2026, 10, 20, 9, 0)).toBe('3 h ago');
  });

  it('counts days by the calendar, not by 24 hours', () => {
    expect(said(2026, 10, 19, 23, 59)).toBe('yesterday');
    expect(said(2026, 10, 19, 0, 1)).toBe('yesterday');
    expect(said(2026, 10, 18, 23, 59)).not.toBe('yesterday');
  });

  it('names the day within a week and the date before that', () => {
    expect(said(2026, 10, 17)).toBe('Tuesday');
    expect(said(2026, 10, 14)).toBe('Saturday');
    expect(said(2026, 10, 13)).toBe('13 Nov');
    expect(said(2024, 10, 3)).toBe('3 Nov 2024');
  });

  it('puts nothing into the future, whatever the clocks say', () => {
    expect(said(2026, 10, 21)).toBe('just now');
  });
});

describe('findMatches', () => {
  it('marks every word, in any case, wherever it stands', () => {
    expect(findMatches('The lawn, a Lawn mower', 'lawn MOWER')).toEqual([
      { text: 'The ', isMatch: false },
      { text: 'lawn', isMatch: true },
      { text: ', a ', isMatch: false },
      { text: 'Lawn', isMatch: true },
      { text: ' ', isMatch: false },
      { text: 'mower', isMatch: true },
    ]);
  });

  it('marks the longest of words that begin alike', () => {
    expect(findMatches('autodoc', 'auto autodoc')).toEqual([{ text: 'autodoc', isMatch: true }]);
  });

  it('takes signs of patterns as they are', () => {
    const matches = findMatches('a (b) [c] d.e $5^2 \\ f|g{1}*?+', '(b) [c] .e $5^2 \\ |g{1}*?+');
    expect(matches.filter((piece) => piece.isMatch).map((piece) => piece.text)).toEqual([
      '(b)',
      '[c]',
      '.e',
      '$5^2',
      '\\',
      '|g{1}*?+',
    ]);
  });

  it('leaves a text whole without a query', () => {
    expect(findMatches('text', '  ')).toEqual([{ text: 'text', isMatch: false }]);
  });
});

describe('plainExcerpt', () => {
  it('shows the words and not the signs of Markdown', () => {
    expect(
      plainExcerpt('# How to *mow*\n\n> a **lawn** with `blades`\n- one\n2. two_and_three'),
    ).toBe('How to mow a lawn with blades one two_and_three');
  });
});

describe('shortcuts', () => {
  it('writes Cmd on macOS and Ctrl elsewhere', () => {
    expect(platformKeys('Mod+Shift+F', true)).toBe('Cmd+Shift+F');
    expect(platformKeys('Mod+Shift+F', false)).toBe('Ctrl+Shift+F');
  });

  it('has a line in the overview for every command of the window', () => {
    const overview = new Set(
      shortcutGroups.flatMap((group) => group.shortcuts.map(({ keys }) => keys.toLowerCase())),
    );
    const named = { comma: ',', enter: 'enter', keyr: 'r', keym: 'm', slash: '/' } as Record<
      string,
      string
    >;
    const missing = commandKeys
      .filter(([keys]) => keys !== '$mod+Slash') // a second way to F1
      .map(([keys]) =>
        keys
          .toLowerCase()
          .split('+')
          .map((key) => (key === '$mod' ? 'mod' : (named[key] ?? key)))
          .join('+'),
      )
      .filter((keys) => !overview.has(keys));
    expect(missing).toEqual([]);
  });
});
