import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Projector } from '../../../src-main/store/projection/projector.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { openMachines, shared, take } from '../../fixtures/store/machines.ts';
import { operation, perform } from '../../fixtures/store/random-work.ts';
import { changesOf, derivedRowsOf } from '../../fixtures/store/replicas.ts';
import {
  foundTeam,
  performInTeam,
  switchAccountsOn,
  teamOperation,
} from '../../fixtures/store/team-work.ts';

/*
 * Several machines work on one library and take from each other now and then, in pieces of any
 * size, and are killed now and then between two pieces or in the midst of one: every table is
 * what the log says, and whoever has the same changes has the same tables.
 */

const parameters = { seed: testSeed(), numRuns: largeCount(200) };

interface Take<Work> {
  readonly from: number;
  readonly to: number;
  readonly pieceMs: number;
  /** After half as many pieces the machine is killed; in the midst of one where it is odd. */
  readonly killedAfter: number | null;
  /** What is done at the machine between two pieces. */
  readonly meanwhile: readonly Work[];
}

/** A step of work at one of some machines, or one takes from another. */
function steps<Work>(work: fc.Arbitrary<Work>) {
  const take: fc.Arbitrary<Take<Work>> = fc.record({
    from: fc.nat(3),
    to: fc.nat(3),
    pieceMs: fc.constantFrom(0, 0.3, 8),
    killedAfter: fc.option(fc.nat(12), { nil: null }),
    meanwhile: fc.array(work, { maxLength: 3 }),
  });
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ work }) },
    { weight: 2, arbitrary: fc.record({ take }) },
  );
  return fc.array(step, { minLength: 5, maxLength: 40 });
}

const killed = new Error('killed');
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with a projector of its own
const originally = Projector.prototype.summarize;

async function takeFrom<Work>(
  from: LibraryStore,
  to: LibraryStore,
  { pieceMs, killedAfter, meanwhile }: Take<Work>,
  doWork: (work: Work) => void,
): Promise<void> {
  const copy = shared(from);
  let pieces = 0;
  let isBusy = false;
  const dieAfter = (count: number): void => {
    if (!isBusy && pieces++ >= count) throw killed;
  };
  const isBetween = killedAfter === null || killedAfter % 2 === 0;
  const most = killedAfter === null ? Infinity : Math.floor(killedAfter / 2);
  const left = [...meanwhile];
  const breathe = (): Promise<void> => {
    if (isBetween) dieAfter(most);
    isBusy = true;
    const work = left.shift();
    if (work !== undefined) doWork(work);
    isBusy = false;
    return Promise.resolve();
  };
  // Called at the end of each piece, before it is there for good.
  const summarize = vi.spyOn(Projector.prototype, 'summarize').mockImplementation(function (
    this: Projector,
    documentIds,
  ) {
    if (!isBetween) dieAfter(most);
    originally.call(this, documentIds);
  });
  try {
    await take(to, copy, { pieceMs, breathe });
  } catch (thrown) {
    if (thrown !== killed) throw thrown;
  } finally {
    summarize.mockRestore();
  }
}

const nothing = { taken: 0, filled: 0, collided: 0, damaged: 0, was_own_unknown: false };

/** Everybody has the same in the end, and nothing else than what the log says. */
async function expectSame(machines: readonly LibraryStore[]): Promise<void> {
  const [first, ...others] = machines as [LibraryStore, ...LibraryStore[]];
  for (const other of others) await take(first, shared(other));
  const copy = shared(first);
  for (const other of others) await take(other, copy);

  const changes = byId(first);
  const rows = derivedRowsOf(first);
  for (const machine of machines) {
    expect(byId(machine)).toEqual(changes);
    expect(derivedRowsOf(machine)).toEqual(rows);
    expect(machine.verify().problems).toEqual([]);
    expect(machine.team.standingTo(copy).is_ahead).toBe(false);
    expect(await take(machine, copy)).toEqual(nothing);
    expect(machine.rebuild().problems).toEqual([]);
    expect(derivedRowsOf(machine)).toEqual(rows);
    machine.close();
  }
}

function byId(store: LibraryStore) {
  return changesOf(store).sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** Clocks that go on a little at each look; the second machine's is wrong by days. */
function clocks(daysWrong: number) {
  let nowMs = Date.parse('2026-11-20T10:00:00.000Z');
  return (machine: number) => ({
    now: () => (nowMs += 250) + (machine === 1 ? daysWrong * 86_400_000 : 0),
  });
}

describe('taking', () => {
  it('gives every machine the same tables, which are what its log says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 4 }),
        steps(operation),
        fc.integer({ min: -10, max: 10 }),
        async (count, each, daysWrong) => {
          const machines = openMachines(count, clocks(daysWrong));
          for (const step of each) {
            if ('work' in step) perform(machines[step.work.machine % count]!, step.work);
            else {
              const to = machines[step.take.to % count]!;
              await takeFrom(machines[step.take.from % count]!, to, step.take, (work) => {
                perform(to, work);
              });
              expect(to.verify().problems).toEqual([]);
            }
          }
          await expectSame(machines);
        },
      ),
      parameters,
    );
  }, 900_000);

  it('judges what came as every rebuild does, whoever wrote meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 3 }),
        steps(teamOperation),
        fc.nat(20),
        async (count, each, switchAt) => {
          const machines = openMachines(count, clocks(0), foundTeam);
          for (const [at, step] of each.entries()) {
            if (at === switchAt) switchAccountsOn(machines[0]!);
            if ('work' in step) performInTeam(machines[step.work.machine % count]!, step.work);
            else {
              const to = machines[step.take.to % count]!;
              await takeFrom(machines[step.take.from % count]!, to, step.take, (work) => {
                performInTeam(to, work);
              });
              if (step.take.killedAfter === null) expect(to.verify().problems).toEqual([]);
            }
          }
          await expectSame(machines);
        },
      ),
      parameters,
    );
  }, 900_000);
});
