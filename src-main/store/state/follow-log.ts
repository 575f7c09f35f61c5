import { AppError } from '../../contract/errors.ts';
import type { Logger } from '../../logging/logger.ts';
import type { EntityReference } from '../log/change-log.ts';
import type { FullTextIndex } from './full-text-index.ts';

/** Between two pieces of what is caught up when nobody waits for it. */
const idleMs = 100;
/** More than anybody writes at a time: others' changes have come, and are read while nobody waits. */
const maxBacklog = 500;
const pieceMs = 1;

/** Lets the search index follow the log, so that nobody waits for it for long. */
export interface FollowedLog {
  /** Reads on for as long as `budgetMs`, and what is left in pieces, later. */
  catchUp(budgetMs: number): void;
  /** After something was written: reads it if that is about all that there is. */
  keepUp(budgetMs: number): void;
  /** Reads everything in pieces, and waits for `rest` between two of them. */
  catchUpInPieces(rest: () => Promise<void>, signal?: AbortSignal): Promise<void>;
  stop(): void;
}

export function followLog(
  index: FullTextIndex,
  takeRenewed: () => readonly EntityReference[],
  logger: Logger,
): FollowedLog {
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;

  return {
    catchUp(budgetMs) {
      if (!readOn(budgetMs)) readLater();
    },

    keepUp(budgetMs) {
      if (index.backlog() > maxBacklog || !readOn(budgetMs)) readLater();
    },

    async catchUpInPieces(rest, signal) {
      while (!isStopped && signal?.aborted !== true && !readOn(pieceMs)) await rest();
    },

    stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };

  /** Whether there is nothing left to read, or nothing to be done about it. */
  function readOn(budgetMs: number): boolean {
    try {
      index.readAgain(takeRenewed());
      return index.catchUp(budgetMs);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      // What is written is safe by now: an index that stays behind is caught up on another day.
      logger.warn('full-text index stays behind', { code: thrown.code });
      return true;
    }
  }

  function readLater(): void {
    if (timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      if (!isStopped && !readOn(pieceMs)) readLater();
    }, idleMs);
    // A command that has ended does not wait for it.
    timer.unref();
  }
}
