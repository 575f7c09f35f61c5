import { describe, expect, it } from 'vitest';
import { dueWords } from '../../../../src-renderer/lib/due-words.ts';
import { wordsOfTarget, wordsOfTargetSpoken } from '../../../../src-renderer/lib/progress-words.ts';

/** A Wednesday evening. */
const now = new Date(2026, 10, 25, 23, 30);

describe('when something is due', () => {
  it.each([
    ['2026-11-25', 'today'],
    ['2026-11-26', 'tomorrow'],
    ['2026-11-28', 'Saturday'],
    ['2026-12-01', 'Tuesday'],
    ['2026-12-02', '2 Dec'],
    ['2027-01-06', '6 Jan 2027'],
    ['2026-11-24', '1 day late'],
    ['2026-11-01', '24 days late'],
    ['2026-08-01', '3 months late'],
  ])('says of %s: %s', (day, label) => {
    expect(dueWords(day, now, false).label).toBe(label);
  });

  it('says the day in full', () => {
    expect(dueWords('2026-12-24', now, false).title).toMatch(/^Thursday,? 24 December 2026$/);
  });

  it('knows what is late and what is soon', () => {
    expect(dueWords('2026-11-24', now, false)).toMatchObject({ isOverdue: true, isSoon: false });
    expect(dueWords('2026-11-26', now, false)).toMatchObject({ isOverdue: false, isSoon: true });
    expect(dueWords('2026-11-28', now, false)).toMatchObject({ isOverdue: false, isSoon: false });
  });

  it('hurries nobody about what is done', () => {
    expect(dueWords('2026-11-20', now, true)).toMatchObject({
      label: '20 Nov',
      isOverdue: false,
      isSoon: false,
    });
    expect(dueWords('2026-11-24', now, true).label).toBe('yesterday');
  });
});

describe('how far a text is', () => {
  it('is said against its target, where there is one', () => {
    expect(wordsOfTarget(820, 1_200)).toBe('820 / 1,200');
    expect(wordsOfTarget(1_820, null)).toBe('1,820');
    expect(wordsOfTargetSpoken(820, 1_200)).toBe('820 of 1,200 words');
    expect(wordsOfTargetSpoken(1, null)).toBe('1 word');
  });
});
