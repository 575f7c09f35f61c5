import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  planReplay,
  type DecodedPosition,
} from '../../../../src-main/inference/session/device-replay.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';

/** The whole text of each row of the last position. */
function textsOf(positions: readonly DecodedPosition[]): readonly (readonly number[])[] {
  let texts: readonly (readonly number[])[] = [[]];
  for (const { tokenIds, parentRows } of positions) {
    texts = tokenIds.map((token, row) => [...texts[parentRows[row]!]!, token]);
  }
  return texts;
}

/** Batches of changing size whose rows go on from any row before. */
const decodings = fc
  .array(
    fc.array(fc.record({ token: fc.nat(9), parent: fc.nat(99) }), { minLength: 1, maxLength: 5 }),
    {
      maxLength: 12,
    },
  )
  .map((batches) =>
    batches.map((rows, index): DecodedPosition => ({
      tokenIds: rows.map(({ token }) => token),
      parentRows: rows.map(({ parent }) => parent % (batches[index - 1]?.length ?? 1)),
    })),
  );

describe('the way back to where a decoding stood', () => {
  it('ends with the same rows in the same order, over fewer tokens', () => {
    fc.assert(
      fc.property(decodings, (positions) => {
        const plan = planReplay(positions);
        const prompt = plan.prompt.map((token): DecodedPosition => ({
          tokenIds: [token],
          parentRows: [0],
        }));
        expect(textsOf([...prompt, ...plan.positions])).toEqual(textsOf(positions));
        expect(plan.prompt.length + plan.positions.length).toBe(positions.length);
        for (const [i, { tokenIds }] of plan.positions.entries()) {
          expect(tokenIds.length).toBeLessThanOrEqual(
            positions[plan.prompt.length + i]!.tokenIds.length,
          );
          // What one row says belongs into the prompt.
          expect(tokenIds.length).toBeGreaterThan(1);
        }
      }),
      { seed: testSeed(), numRuns: largeCount(2_000) },
    );
  });
});
