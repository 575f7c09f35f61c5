import { spawnSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { leaseHolder, openLease } from '../../../src-main/services/lease.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { temporaryFolder } from './workplace.ts';

/** Leases of processes by their ids, all for the same work, none running out during a test. */
function leasesOfOneWork() {
  const store = openStore({ directory: temporaryFolder(), logger: silentLogger });
  onTestFinished(() => store.close());
  return (processId: number, distinction: string) => {
    const holder = leaseHolder(processId, distinction);
    return openLease({ store, name: 'mowing', holder, ttlMs: 60_000 });
  };
}

describe('a lease', () => {
  it('is one holder’s until it is let go', () => {
    const leaseOf = leasesOfOneWork();
    const mine = leaseOf(process.pid, 'mine');
    const theirs = leaseOf(process.pid, 'theirs');
    expect(mine.acquire()).toBe(true);
    expect(mine.acquire()).toBe(true);
    expect(theirs.acquire()).toBe(false);
    theirs.release();
    expect(theirs.acquire()).toBe(false);
    mine.release();
    expect(theirs.acquire()).toBe(true);
    expect(mine.acquire()).toBe(false);
  });

  it('of a process that is dead is taken over at once', () => {
    const leaseOf = leasesOfOneWork();
    const { pid: deadProcessId } = spawnSync(process.execPath, ['--eval', '']);
    expect(leaseOf(deadProcessId, 'dead').acquire()).toBe(true);
    expect(leaseOf(process.pid, 'mine').acquire()).toBe(true);
    expect(leaseOf(process.pid, 'theirs').acquire()).toBe(false);
  });
});
