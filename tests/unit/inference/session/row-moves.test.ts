import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRowMoves } from '../../../../src-main/inference/session/row-moves.ts';

function afterMoves(parents: number[], rows: number): (number | undefined)[] {
  const cache: (number | undefined)[] = Array.from({ length: rows }, (_, row) => row);
  for (const { from, to } of planRowMoves(Int32Array.from(parents), rows)) cache[to] = cache[from];
  return cache.slice(0, parents.length);
}

describe('moving rows', () => {
  it('gives each row what its parent was, whatever the order', () => {
    const parentsOfRows = fc.integer({ min: 1, max: 9 }).chain((rows) =>
      fc.record({
        rows: fc.constant(rows),
        parents: fc.array(fc.nat(rows - 1), { minLength: 1, maxLength: rows }),
      }),
    );
    fc.assert(
      fc.property(parentsOfRows, ({ rows, parents }) => {
        expect(afterMoves(parents, rows)).toEqual(parents);
      }),
      { numRuns: 2_000 },
    );
  });

  it('leaves alone what stays, and copies only what moved', () => {
    expect(planRowMoves(Int32Array.of(0, 1, 2), 3)).toEqual([]);
    expect(planRowMoves(Int32Array.of(0, 0, 2, 2), 4)).toEqual([
      { from: 0, to: 1 },
      { from: 2, to: 3 },
    ]);
  });

  it('changes two rows by way of the spare one', () => {
    expect(planRowMoves(Int32Array.of(1, 0), 2)).toEqual([
      { from: 0, to: 2 },
      { from: 1, to: 0 },
      { from: 2, to: 1 },
    ]);
  });
});
