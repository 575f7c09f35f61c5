import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  argmax,
  ascendingFinite,
  kthLargest,
} from '../../../../src-main/inference/generation/selection.ts';
import { TopCandidates } from '../../../../src-main/inference/generation/top-candidates.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';

const options = { numRuns: largeCount(5_000), seed: testSeed() };
/** Few distinct values, so that many are equal, and infinities among them. */
const scores = fc
  .array(
    fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(-Infinity), fc.float({ noNaN: true })),
    {
      minLength: 1,
      maxLength: 200,
    },
  )
  .map((values) => Float32Array.from(values));

describe('selection', () => {
  it('finds the k-th largest as sorting does, and leaves the values alone', () => {
    fc.assert(
      fc.property(scores, fc.nat(), (values, n) => {
        const before = values.slice();
        const k = 1 + (n % values.length);
        const sorted = values.slice().sort().reverse();
        expect(kthLargest(values, k) === sorted[k - 1]).toBe(true);
        expect(values).toEqual(before);
      }),
      options,
    );
  });

  it('finds the first of the largest', () => {
    fc.assert(
      fc.property(scores, (values) => {
        const largest = values.reduce((a, b) => Math.max(a, b));
        expect(argmax(values)).toBe(values.findIndex((value) => value === largest));
      }),
      options,
    );
  });

  it('puts the finite ones in ascending order, equal ones by position', () => {
    fc.assert(
      fc.property(scores, (values) => {
        const wanted = Array.from(values, (value, position) => ({ value, position }))
          .filter(({ value }) => Number.isFinite(value))
          .sort((a, b) => a.value - b.value || a.position - b.position);
        expect([...ascendingFinite(values)]).toEqual(wanted.map(({ position }) => position));
      }),
      options,
    );
  });

  it('keeps the best candidates, of equal ones the first offered', () => {
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 20 }), (values, capacity) => {
        const candidates = new TopCandidates(capacity);
        for (const [token, value] of values.entries()) candidates.offer(value, 0, token);
        const wanted = Array.from(values, (score, token) => ({ score, row: 0, token }))
          .sort((a, b) => (a.score === b.score ? a.token - b.token : b.score > a.score ? 1 : -1))
          .slice(0, capacity);
        expect(candidates.bestFirst).toEqual(wanted);
      }),
      options,
    );
  });
});
