import { AppError } from '../contract/errors.ts';
import type { Clock } from './clock.ts';
import { Interruption } from './interruption.ts';

export interface RetryPolicy {
  /** Tries in a row that bring nothing new before it is given up. */
  readonly triesWithoutProgress: number;
  /** The first pause; each further one is twice as long. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  triesWithoutProgress: 8,
  firstPauseMs: 1_000,
  longestPauseMs: 60_000,
};

export interface Retries {
  /** Something new has come: the count of fruitless tries begins again. */
  progressed(): void;
  /** Tries until it works. Rejects with `network_failed` when it is given up. */
  run<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/**
 * Tries again after an `Interruption`, later each time, by chance a little earlier or later so
 * that many clients do not come back at once; as late as the server asks where it asks.
 */
export function createRetries(
  policy: RetryPolicy,
  clock: Clock,
  onWaiting: (reason: string, ms: number) => void,
): Retries {
  let fruitless = 0;
  return {
    progressed() {
      fruitless = 0;
    },
    async run(attempt, signal) {
      for (;;) {
        signal.throwIfAborted();
        try {
          return await attempt();
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof Interruption)) throw error;
          fruitless += 1;
          if (fruitless >= policy.triesWithoutProgress) throw givenUp(error, fruitless);
          const ms = pauseMs(policy, fruitless, error.retryAfterMs, clock.random());
          onWaiting(error.message, ms);
          await clock.wait(ms, signal);
        }
      }
    },
  };
}

function pauseMs(
  { firstPauseMs, longestPauseMs }: RetryPolicy,
  fruitless: number,
  retryAfterMs: number | null,
  chance: number,
): number {
  const backoff = Math.min(longestPauseMs, firstPauseMs * 2 ** (fruitless - 1));
  const jittered = backoff * (0.5 + chance / 2);
  return Math.max(jittered, retryAfterMs ?? 0);
}

function givenUp(last: Interruption, tries: number): AppError {
  return new AppError(
    'network_failed',
    `Given up after ${tries} tries in a row without anything new: ${last.message}. What was ` +
      'fetched is kept. Start the download again to go on with it.',
    { details: { tries }, cause: last },
  );
}
