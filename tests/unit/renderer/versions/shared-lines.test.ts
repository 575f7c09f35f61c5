import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedLines } from '../../../../src-renderer/lib/shared-lines.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';

describe('sharedLines', () => {
  it('finds lines that occur once in both, as many as keep their order', () => {
    expect(sharedLines(['a', 'b', 'c', 'd'], ['d', 'a', 'x', 'c'])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('leaves out a line that occurs twice in either text', () => {
    expect(sharedLines(['a', 'b', 'a'], ['a', 'b'])).toEqual([[1, 1]]);
    expect(sharedLines(['a', 'b'], ['b', 'b', 'a'])).toEqual([[0, 2]]);
  });

  it('finds as many as any choice could, for every small text', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const found = sharedLines(before, after);
        const once = (text: readonly string[], line: string) =>
          text.filter((other) => other === line).length === 1;
        found.forEach(([atBefore, atAfter], index) => {
          expect(before[atBefore]).toBe(after[atAfter]);
          const [nextBefore, nextAfter] = found[index + 1] ?? [Infinity, Infinity];
          expect(nextBefore).toBeGreaterThan(atBefore);
          expect(nextAfter).toBeGreaterThan(atAfter);
        });
        const places = before
          .filter((line) => once(before, line) && once(after, line))
          .map((line) => after.indexOf(line));
        expect(found).toHaveLength(longestRisingByTrial(places));
      }),
      { numRuns: largeCount(3_000), seed: testSeed() },
    );
  });
});

/** By trying every choice: each number is taken or left. */
function longestRisingByTrial(places: readonly number[], above = -1): number {
  const [first, ...rest] = places;
  if (first === undefined) return 0;
  const left = longestRisingByTrial(rest, above);
  return first > above ? Math.max(left, 1 + longestRisingByTrial(rest, first)) : left;
}
