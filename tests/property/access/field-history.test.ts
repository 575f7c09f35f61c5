import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FieldHistory, type CountedChange } from '../../../src-main/store/judging/field-history.ts';
import { fieldHeads, fieldValue } from '../../../src-main/store/projection/fold.ts';
import { testSeed } from '../../fixtures/scale.ts';

const idOf = (at: number): string => `01900000-0000-7000-8000-00000000000${at.toString(16)}`;

/** Changes of one field, on top of any others, whose values may not be known. */
const changes = fc
  .array(
    fc.record({
      hlc: fc.constantFrom('1', '2', '3'),
      parents: fc.array(fc.nat(9), { maxLength: 3 }),
      value: fc.constantFrom('a', 'b', null, undefined),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((rows) =>
    rows.map(({ hlc, parents, value }, at): CountedChange => ({
      ...{ id: idOf(at), hlc, actor_id: 'x', entity: 'document', entity_id: 'd', field: 'f' },
      parents: parents.map(idOf),
      value: () => value,
    })),
  );

function folded(added: readonly CountedChange[]) {
  const inOrder = added.toSorted((one, other) =>
    `${one.hlc} ${one.id}` < `${other.hlc} ${other.id}` ? -1 : 1,
  );
  const history = {
    ...{ id: 'd', changes: inOrder, refused: [] },
    valueOf: (change: object) => (change as CountedChange).value(),
  };
  return {
    value: fieldValue(history, 'f'),
    heads: fieldHeads(history, 'f').map(({ id }) => id),
    first: inOrder[0]?.id,
  };
}

describe('the history of a field, change by change', () => {
  it('says what folding all of it says, in whatever order they come and whenever it is asked', () => {
    fc.assert(
      fc.property(
        changes.chain((all) =>
          fc.tuple(
            fc.shuffledSubarray(all, { minLength: all.length }),
            fc.array(fc.boolean(), { minLength: all.length, maxLength: all.length }),
          ),
        ),
        ([added, asked]) => {
          const history = new FieldHistory();
          for (const [at, change] of added.entries()) {
            history.add(change);
            if (asked[at] !== true && at < added.length - 1) continue;
            expect({
              value: history.value(),
              heads: history.heads().map(({ id }) => id),
              first: history.first?.id,
            }).toEqual(folded(added.slice(0, at + 1)));
          }
        },
      ),
      { seed: testSeed(), numRuns: 1_000 },
    );
  });
});
