import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src-main/contract/errors.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { changesOf, derivedRowsOf, takeAll } from '../../fixtures/store/replicas.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { actors, operation, perform } from '../../fixtures/store/random-work.ts';
import { openLibrary } from '../../fixtures/store/temporary-library.ts';

/*
 * Random work of several people on two machines that exchange their logs now and then, one
 * whose clock is wrong by days: every table must be what the log says, whatever the order in
 * which the changes came, and both machines must come to the same.
 */

const parameters = { seed: testSeed(), numRuns: largeCount(200) };

/** Gives each what the other lacks, in an order of `shuffle`'s choice. */
function exchange(stores: readonly LibraryStore[], shuffle: number): void {
  const logs = stores.map(changesOf);
  for (const [at, store] of stores.entries()) {
    const foreign = logs[1 - at] ?? [];
    const order = foreign.map((change, index) => ({
      change,
      key: Math.imul(index + 1, shuffle | 1) >>> 0,
    }));
    order.sort((a, b) => a.key - b.key);
    takeAll(
      store,
      order.map(({ change }) => change),
    );
  }
}

describe('derived tables', () => {
  it('are what the log says, on every machine, however the changes came', () => {
    fc.assert(
      fc.property(
        fc.array(operation, { minLength: 5, maxLength: 40 }),
        fc.integer({ min: -10, max: 10 }),
        (operations, daysWrong) => {
          let nowMs = Date.parse('2026-11-20T10:00:00.000Z');
          const clock = () => (nowMs += 250);
          const stores = [
            openLibrary({ now: clock }),
            openLibrary({ now: () => clock() + daysWrong * 86_400_000 }),
          ] as const;
          for (const each of operations) {
            if (each.kind === 'exchange') exchange(stores, each.at);
            else perform(stores[each.machine % 2 === 0 ? 0 : 1], each);
          }
          exchange(stores, operations.length);
          const rows = derivedRowsOf(stores[0]);
          expect(derivedRowsOf(stores[1])).toEqual(rows);
          for (const store of stores) {
            expect(store.verify().problems).toEqual([]);
            expect(store.rebuild().problems).toEqual([]);
            expect(derivedRowsOf(store)).toEqual(rows);
            store.close();
          }
        },
      ),
      parameters,
    );
  }, 600_000);

  it('do not mind the same changes again', () => {
    const store = openLibrary();
    for (let at = 0; at < 5; at++) {
      perform(store, { kind: 'create', actor: actors[0] ?? '', at, text: 'x', machine: 0 });
    }
    const before = derivedRowsOf(store);
    expect(new Set(takeAll(store, changesOf(store)))).toEqual(new Set(['known']));
    expect(derivedRowsOf(store)).toEqual(before);
  });
});

describe('the log', () => {
  it('keeps both when one id comes with two contents', () => {
    const store = openLibrary();
    perform(store, { kind: 'create', actor: actors[0] ?? '', at: 0, text: 'mine', machine: 0 });
    const [change] = changesOf(store);
    if (change === undefined) throw new AppError('internal', 'no change');
    const other = { ...change, sha256: Buffer.alloc(32, 1) };
    expect(takeAll(store, [other, other])).toEqual(['collided', 'known']);
    expect(changesOf(store)[0]).toEqual(change);
  });

  it('carries kinds of change that it does not know, to the letter, without effect', () => {
    const [store, other] = [openLibrary(), openLibrary()];
    perform(store, { kind: 'create', actor: actors[0] ?? '', at: 0, text: 'x', machine: 0 });
    const before = derivedRowsOf(store);
    const [known] = changesOf(store);
    if (known === undefined) throw new Error('no change');
    const unknown = [
      { entity: 'hologram', field: 'depth' },
      { entity: 'document', field: 'hologram' },
    ].map((kind, at) => ({
      ...known,
      ...kind,
      id: known.id.replace(/.$/, String(at)),
      seq: 100 + at,
    }));
    takeAll(store, unknown);
    expect(derivedRowsOf(store)).toEqual(before);
    takeAll(other, changesOf(store));
    expect(changesOf(other)).toEqual(changesOf(store));
    expect(derivedRowsOf(other)).toEqual(before);
  });
});
