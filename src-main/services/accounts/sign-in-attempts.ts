import { createHash } from 'node:crypto';
import { AppError } from '../../contract/errors.ts';
import { normalizedEmail } from '../../contract/people.ts';
import type { LibraryStore } from '../../store/types.ts';

/** As many wrong passwords as anybody may type by mistake. */
const freeFailures = 3;
const firstWaitMs = 5_000;
const longestWaitMs = 15 * 60_000;

/** How long to wait after so many wrong passwords in a row: twice as long each time. */
export function waitAfter(failures: number): number {
  if (failures < freeFailures) return 0;
  return Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - freeFailures));
}

/**
 * Lets an address try a password, and counts it as wrong until `succeeded` is called: tries
 * that run side by side all count. Kept in `state.db`, so that a restart forgives nothing.
 * Throws `too_many_attempts`.
 */
export function beginAttempt(
  { keyring }: LibraryStore,
  email: string,
  nowMs: number,
): { succeeded(): void } {
  const account = createHash('sha256').update(normalizedEmail(email)).digest('hex');
  const { failures, last_failed_at_ms } = keyring.failures(account);
  const wait = waitAfter(failures);
  // A clock that was set back must not lock anybody out for longer than the wait.
  const waitedMs = Math.max(0, nowMs - last_failed_at_ms);
  if (waitedMs < wait) {
    const retry_after_s = Math.ceil((wait - waitedMs) / 1000);
    throw new AppError(
      'too_many_attempts',
      `Too many wrong passwords. Wait ${retry_after_s} seconds, then try again.`,
      { details: { retry_after_s } },
    );
  }
  keyring.putFailures(account, failures + 1, nowMs);
  return { succeeded: () => keyring.putFailures(account, 0, nowMs) };
}
