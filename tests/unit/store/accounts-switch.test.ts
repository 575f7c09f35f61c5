import { describe, expect, it } from 'vitest';
import { authorOf } from '../../../src-main/access/authorize.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { openMachines, shared } from '../../fixtures/store/machines.ts';
import { foundTeam, switchAccountsOn } from '../../fixtures/store/team-work.ts';
import { openLibrary } from '../../fixtures/store/temporary-library.ts';
import {
  joinWriters,
  writerId,
  writerPrincipal,
  type Writer,
} from '../../fixtures/store/writing-team.ts';

const unhurried = { breathe: () => Promise.resolve() };
const digits = /^[0-9a-f]{4}( [0-9a-f]{4}){3}$/;

function twoMachines(): readonly [LibraryStore, LibraryStore] {
  return openMachines(2, undefined, foundTeam) as [LibraryStore, LibraryStore];
}

describe('accounts that two machines switched on at once', () => {
  it('are those that were shared first', async () => {
    for (const first of [0, 1] as const) {
      const machines = twoMachines();
      for (const machine of machines) switchAccountsOn(machine);
      const [one, other] = [machines[first], machines[1 - first]!];
      const print = one.fingerprint();
      expect(other.fingerprint()).not.toBe(print);
      // Published; the other takes before it publishes.
      const file = shared(one);
      one.pinSwitch();
      await other.team.take(file, unhurried);
      expect(other.fingerprint()).toBe(print);
      await one.team.take(shared(other), unhurried);
      for (const machine of machines) {
        expect(machine.fingerprint()).toBe(print);
        expect(machine.accountsAreOn()).toBe(true);
        expect(machine.hasRivalSwitch()).toBe(true);
        expect(machine.verify().problems).toEqual([]);
        expect(machine.rebuild().problems).toEqual([]);
      }
    }
  });

  it('stay each machine’s own where both were shared, and both say so', async () => {
    const machines = twoMachines();
    for (const machine of machines) {
      switchAccountsOn(machine);
      machine.pinSwitch();
    }
    const [one, other] = machines;
    const prints = machines.map((machine) => machine.fingerprint());
    await one.team.take(shared(other), unhurried);
    await other.team.take(shared(one), unhurried);
    expect(machines.map((machine) => machine.fingerprint())).toEqual(prints);
    for (const machine of machines) {
      expect(machine.hasRivalSwitch()).toBe(true);
      expect(machine.verify().problems).toEqual([]);
    }
  });

  it('are told apart from a machine that heard of one alone', async () => {
    const [one, other] = twoMachines();
    switchAccountsOn(one);
    await other.team.take(shared(one), unhurried);
    expect(other.accountsAreOn()).toBe(true);
    expect(other.fingerprint()).toBe(one.fingerprint());
    expect([one, other].map((machine) => machine.hasRivalSwitch())).toEqual([false, false]);
  });
});

describe('the fingerprint of a library', () => {
  it('is the library’s until accounts are switched on, and of both from then on', () => {
    const [machine] = twoMachines();
    const open = machine.fingerprint();
    expect(open).toMatch(digits);
    expect(openLibrary().fingerprint()).not.toBe(open);
    switchAccountsOn(machine);
    expect(machine.fingerprint()).toMatch(digits);
    expect(machine.fingerprint()).not.toBe(open);
  });
});

describe('the clock of a library with accounts', () => {
  it('goes on from what its members wrote, however far this machine’s is behind', async () => {
    const dayMs = 86_400_000;
    const [ahead, behind] = openMachines(
      2,
      (machine) => ({ now: () => Date.now() + (machine === 0 ? 10 : -10) * dayMs }),
      (store) => joinWriters(store, { accounts: true }),
    ) as [LibraryStore, LibraryStore];
    const authorIn = (store: LibraryStore, name: Writer) => authorOf(writerPrincipal(store, name));
    ahead.write(authorIn(ahead, 'Ada'), (t) => {
      t.updateUser(writerId('Ed'), { user_type: 'sponsor' });
    });
    await behind.team.take(shared(ahead), unhurried);
    // By the clock alone this would stand before all that lets him do it.
    const { document } = behind.write(authorIn(behind, 'Ed'), (t) =>
      t.createDocument({ document_name: 'Lawn', document_body: 'How do I mow it?' }),
    );
    expect(behind.verify().problems).toEqual([]);
    await ahead.team.take(shared(behind), unhurried);
    for (const machine of [ahead, behind]) {
      expect(machine.rebuild().problems).toEqual([]);
      expect(machine.documents.get(document.id)).toEqual(document);
    }
  });
});
