import type { LibraryStore } from '../store/types.ts';

/** The right to do a piece of work, among the processes of this machine. */
export interface Lease {
  /** True when it is ours now; renews it when it was. */
  acquire(): boolean;
  release(): void;
}

export interface LeaseOptions {
  readonly store: LibraryStore;
  readonly name: string;
  /** This process's name, as `leaseHolder` makes it. */
  readonly holder: string;
  readonly ttlMs: number;
}

/** A name for a process that no other has, and that tells whether the process is still there. */
export function leaseHolder(processId: number, distinction: string): string {
  return `${processId}:${distinction}`;
}

/**
 * A lease runs out by itself, so a killed process holds up nobody for long; one whose process
 * is seen to be dead is taken over at once.
 */
export function openLease({ store, name, holder, ttlMs }: LeaseOptions): Lease {
  const { leases, values } = store;
  const lastHolderKey = `lease ${name}`;

  function takeOver(): boolean {
    const lastHolder = values.get(lastHolderKey);
    if (typeof lastHolder !== 'string' || isAlive(Number.parseInt(lastHolder))) return false;
    // Only the dead one's: whoever came first meanwhile keeps it.
    leases.release(name, lastHolder);
    return leases.acquire(name, holder, ttlMs);
  }

  return {
    acquire() {
      if (!leases.acquire(name, holder, ttlMs) && !takeOver()) return false;
      if (values.get(lastHolderKey) !== holder) values.set(lastHolderKey, holder);
      return true;
    },
    release: () => leases.release(name, holder),
  };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // Not ours to signal means that it is there.
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH';
  }
}
