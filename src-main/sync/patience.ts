import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../contract/errors.ts';
import { errnoOf } from './disk.ts';

/** What a file says that another program holds for a moment. */
const held = ['EBUSY', 'EPERM', 'EACCES', 'ETXTBSY', 'EAGAIN'];
const firstPauseMs = 30;
const longestPauseMs = 1_000;

/** Tries again while another program holds the file, each time after a longer pause, up to `forMs`. */
export async function patiently<T>(
  work: () => T,
  forMs: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  const giveUpAt = performance.now() + forMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return work();
    } catch (thrown) {
      const leftMs = giveUpAt - performance.now();
      if (!held.includes(errnoOf(thrown) ?? '') || leftMs <= 0) throw thrown;
      await pause(Math.min(pauseMs, leftMs), signal);
    }
  }
}

/** Rejects with `cancelled` when `signal` says so. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  requireGoing(signal);
  if (ms <= 0) return;
  try {
    await wait(ms, undefined, signal === undefined ? {} : { signal });
  } catch {
    requireGoing(signal);
  }
}

export function requireGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new AppError('cancelled', 'Stopped before it was done. What was taken so far is kept.');
  }
}
