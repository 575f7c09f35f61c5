import type { TeamGenerationLimits, TeamStatus } from '../../contract/team.ts';
import { AppError, toErrorEnvelope } from '../../contract/errors.ts';
import type { Logger } from '../../logging/logger.ts';
import type { LibraryStore } from '../../store/types.ts';
import { notShared, type SyncClient, type SyncStatus } from '../../sync/client-types.ts';
import type { RoundOutcome } from '../../sync/types.ts';
import type { EventBus } from '../event-bus.ts';
import type { LibraryHandle } from '../library-handle.ts';
import type { RoundsOf } from './rounds-until-settled.ts';
import { addNotice, limitsOf, noticesOf, sharedKeys, teamFileIn } from './shared-values.ts';

export interface SharingOptions {
  readonly library: LibraryHandle;
  readonly client: SyncClient;
  readonly roundsOf: RoundsOf;
  readonly events: EventBus;
  readonly logger: Logger;
}

/** The library that is open, and the team file it is shared by. */
export interface Sharing {
  /** Shares the open library from now on, if it is one that is shared. */
  begin(): void;
  /** Hands over what is not shared yet, as far as that goes in a few seconds, and ends. */
  rest(): Promise<void>;
  status(): TeamStatus;
  /** Shares the open library by this file, instead of by another or by none; null for no longer. */
  setFile(file: string | null): Promise<TeamStatus>;
  /** Throws `not_found` where the library is not shared. */
  file(): string;
  /** Looks at once. */
  lookNow(): Promise<RoundOutcome>;
  setLimits(limits: TeamGenerationLimits): TeamGenerationLimits;
}

/** How long quitting or turning to another library waits for what is not shared yet. */
const flushMs = 4_000;

export function createSharing(options: SharingOptions): Sharing {
  const { library, client, roundsOf, events, logger } = options;
  /** Whether this process shares by itself: the command line does so only when it is told to. */
  let isGoing = false;
  let stops: readonly (() => void)[] = [];

  function changed(): TeamStatus {
    const now = status();
    events.emit('team:changed', now);
    return now;
  }

  function status(): TeamStatus {
    const store = library.store();
    const file = teamFileIn(store.values);
    return {
      file,
      ...(file === null ? notShared : isGoing ? client.status() : atRest(store, file)),
      notices: noticesOf(store),
      fingerprint: file === null ? null : store.fingerprint(),
      generations: limitsOf(store),
    };
  }

  /** What is known of sharing while nothing of it goes on. */
  function atRest(store: LibraryStore, file: string): SyncStatus {
    const sync = roundsOf({ store, file });
    return { ...notShared, state: 'idle', shared_on: sync.sharedOn(), unshared: sync.unshared() };
  }

  function start(): void {
    const store = library.store();
    const file = teamFileIn(store.values);
    if (file === null) return;
    client.start({ directory: store.directory, file, limits: limitsOf(store) });
    isGoing = true;
  }

  async function stop(): Promise<void> {
    if (!isGoing) return;
    await client.stop({ flushMs });
    isGoing = false;
  }

  /** A message of the worker's may come when the library has just been closed. */
  function quietly(work: (store: LibraryStore) => void): void {
    const store = library.opened();
    if (store === null) return;
    try {
      work(store);
    } catch (error) {
      logger.warn('news of sharing were not told', { code: toErrorEnvelope(error).code });
    }
  }

  return {
    begin() {
      stops = [
        client.onStatus(() => quietly(changed)),
        client.onNotice((message) =>
          quietly((store) => {
            addNotice(store, { on: new Date().toISOString(), message });
            changed();
          }),
        ),
        events.on('store:changed', () => {
          if (isGoing) client.wake();
        }),
      ];
      start();
    },
    async rest() {
      await stop();
      for (const end of stops) end();
      stops = [];
    },
    status,
    async setFile(file) {
      const isBegun = stops.length > 0;
      await stop();
      library.store().values.set(sharedKeys.file, file);
      if (isBegun) start();
      return changed();
    },
    file() {
      const file = library.exists() ? teamFileIn(library.store().values) : null;
      if (file !== null) return file;
      throw new AppError(
        'not_found',
        'This library is not shared. Nothing was done. Create a team file, or join one.',
      );
    },
    lookNow: () => client.syncNow(),
    setLimits(limits) {
      library.store().values.set(sharedKeys.limits, limits);
      if (isGoing) client.setLimits(limits);
      changed();
      return limits;
    },
  };
}
