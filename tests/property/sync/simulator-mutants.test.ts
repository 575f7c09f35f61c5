import { expect, it } from 'vitest';
import { mutants, type MutantName } from '../../simulator/mutants.ts';
import { runSchedules } from '../../simulator/run-schedules.ts';
import type { Fault } from '../../simulator/world.ts';

/* The simulator finds what goes wrong when a rule is left out, and so is worth listening to. */

const seeds = Array.from({ length: 60 }, (_, at) => at + 1);

/** What each rule is for. */
const faultsFor: Readonly<Record<MutantName, readonly Fault[]>> = {
  publishesWithoutTaking: [],
  publishesOwnWorkAlone: ['older server files'],
  knowsChangesByNumber: ['older libraries', 'clones'],
  goesByTime: ['older server files'],
};

it.each(Object.keys(faultsFor) as MutantName[])(
  'what is lost is found when sharing %s',
  async (name) => {
    const faults = faultsFor[name];
    const createSync = mutants[name];
    const { failures } = await runSchedules({ seeds, faults, createSync, mostFailures: 1 });
    expect(failures).toHaveLength(1);
    expect(failures[0]?.problems.join('\n')).toMatch(/^lost: /m);
  },
  240_000,
);
