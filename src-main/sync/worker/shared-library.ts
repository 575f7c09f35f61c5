import { toErrorEnvelope } from '../../contract/errors.ts';
import type { TeamGenerationLimits, TeamProblem, TeamState } from '../../contract/team.ts';
import { stackOf } from '../../logging/stack-of.ts';
import type { Logger } from '../../logging/logger.ts';
import { openStore } from '../../store/open-store.ts';
import type { LibraryStore } from '../../store/types.ts';
import type { SharedLibrary, SyncStatus } from '../client-types.ts';
import { createTeamSync } from '../team-sync.ts';
import type { RoundOutcome, SyncProgress, TeamSync } from '../types.ts';
import { watchTeamFile, type WatchTiming } from '../watch.ts';

export interface SharingOptions {
  readonly shared: SharedLibrary;
  readonly timing: WatchTiming;
  readonly onStatus: (status: SyncStatus) => void;
  readonly onNotice: (message: string) => void;
  readonly logger: Logger;
}

/** One library that is shared, from when it is opened here until it is closed. */
export interface Sharing {
  setLimits(limits: TeamGenerationLimits): void;
  wake(): void;
  now(): Promise<RoundOutcome>;
  /** Publishes what is not shared yet, for at most `flushMs`, and closes the library. */
  stop(flushMs: number): Promise<void>;
}

/** How often progress is told. */
const progressMs = 100;

export function shareLibrary(options: SharingOptions): Sharing {
  const { shared, timing, onStatus, onNotice, logger } = options;
  const ending = new AbortController();
  let { limits } = shared;
  let opened: { readonly store: LibraryStore; readonly sync: TeamSync } | null = null;
  let doing: SyncProgress | null = null;
  let problem: TeamProblem | null = null;
  let unshared = 0;
  let toldMs = -Infinity;

  /** At the first round, and again at the next one where it does not open. */
  function open() {
    if (opened !== null) return opened;
    const { directory, file } = shared;
    // The main process has it open and has looked through its files.
    const store = openStore({ directory, create: false, isChecked: true, logger });
    try {
      const sync = createTeamSync({
        ...{ store, file, onNotice, logger, signal: ending.signal },
        limits: () => limits,
        onProgress(progress) {
          const isNew = progress.state !== doing?.state;
          doing = progress;
          if (isNew || performance.now() - toldMs > progressMs) tell();
        },
      });
      opened = { store, sync };
      return opened;
    } catch (thrown) {
      store.close();
      throw thrown;
    }
  }

  function tell(): void {
    toldMs = performance.now();
    const state: TeamState = doing?.state ?? (problem === null ? 'idle' : 'problem');
    const shared_on = opened?.sync.sharedOn() ?? null;
    onStatus({ state, fraction: doing?.fraction ?? null, shared_on, unshared, problem });
  }

  function count(): void {
    if (opened !== null) unshared = opened.sync.unshared();
  }

  async function round(): Promise<RoundOutcome> {
    let outcome: RoundOutcome;
    try {
      const { sync } = open();
      count();
      outcome = await sync.round();
      count();
    } catch (thrown) {
      outcome = { taken: 0, published: false, is_settled: false, problem: failureOf(thrown) };
    }
    doing = null;
    ({ problem } = outcome);
    tell();
    return outcome;
  }

  function failureOf(thrown: unknown): TeamProblem {
    const { code, message } = toErrorEnvelope(thrown);
    logger.error('the library could not be shared', {
      code,
      ...(code === 'internal' && { stack: stackOf(thrown) }),
    });
    return { code: code === 'disk_full' ? 'disk_full' : 'failed', message };
  }

  const watching = watchTeamFile({ file: shared.file, timing, round, logger });

  return {
    setLimits(changed) {
      limits = changed;
    },
    wake() {
      watching.wrote();
      try {
        count();
        tell();
      } catch (thrown) {
        logger.warn('what is unshared was not counted', { code: toErrorEnvelope(thrown).code });
      }
    },
    now: () => watching.now(),
    async stop(flushMs) {
      const timer = setTimeout(() => ending.abort(), flushMs);
      if (flushMs === 0) ending.abort();
      else await watching.now();
      await watching.stop();
      clearTimeout(timer);
      opened?.store.close();
      opened = null;
    },
  };
}
