import type { TeamFilePreview, TeamGenerationLimits, TeamStatus } from '../contract/team.ts';
import type { Id } from '../contract/domain.ts';
import type { WrappedKey } from '../store/types.ts';
import type { RoundOutcome } from './types.ts';

/*
 * What the services need of sharing, whoever does it: the worker thread of an application, or
 * the process itself in the command line and in tests.
 */

/** What sharing is doing, as far as it knows. */
export type SyncStatus = Pick<
  TeamStatus,
  'state' | 'fraction' | 'shared_on' | 'unshared' | 'problem'
>;

/** How a library that is not shared stands. */
export const notShared: SyncStatus = {
  state: 'off',
  fraction: null,
  shared_on: null,
  unshared: 0,
  problem: null,
};

/** A library that is shared, and by which file. */
export interface SharedLibrary {
  readonly directory: string;
  /** The team file. Absolute. */
  readonly file: string;
  readonly limits: TeamGenerationLimits;
}

/** Where a new library is to be, and what its machine remembers from the first moment on. */
export interface NewLibrary {
  /** Made where it is missing. Other files may lie in it (models, logs), but no library. */
  readonly directory: string;
  /** Put into its machine values before it has its place. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Put into its keyring: whoever may sign in at this machine's copy of it. Default: none. */
  readonly keys?: readonly WrappedKey[];
}

export interface LongWork {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: {
    /** What it is doing, for people. */
    readonly message: string;
    /** 0 to 1, null while unknown. */
    readonly fraction: number | null;
  }) => void;
}

/** What is in a team file that somebody is about to join by. */
export interface LookedInto extends Omit<TeamFilePreview, 'preview_id'> {
  readonly library_id: Id;
}

/** What a new library holds. */
export interface MadeLibrary {
  readonly library_id: Id;
  readonly documents: number;
  readonly changes: number;
  readonly accounts_are_on: boolean;
}

/** The main process's side of sharing. One library is shared at a time. */
export interface SyncClient {
  /** Begins to share; what was shared before has been stopped. */
  start(shared: SharedLibrary): void;
  /** Publishes what is not shared yet, as far as that goes in `flushMs`, and ends. */
  stop(options?: { readonly flushMs?: number }): Promise<void>;
  setLimits(limits: TeamGenerationLimits): void;
  /** This process wrote to the library: the number of what is unshared is due. */
  wake(): void;
  /** Looks at once. Rejects where nothing is shared, and with the signal's reason. */
  syncNow(signal?: AbortSignal): Promise<RoundOutcome>;
  status(): SyncStatus;
  /** Hears each new status; the answer stops listening. */
  onStatus(listener: (status: SyncStatus) => void): () => void;
  /** Hears what a person may want to know, as it happens; the answer stops listening. */
  onNotice(listener: (message: string) => void): () => void;

  /** Looks into a copy of a team file. Throws `AppError`. */
  lookInto(file: string, signal?: AbortSignal): Promise<LookedInto>;
  /** Makes a library from a copy of a team file, whole or not at all. */
  joinLibrary(
    request: NewLibrary & { readonly file: string },
    work: LongWork,
  ): Promise<MadeLibrary>;
  /** Makes a library of its own from documents of another (null: all of them), whole or not at all. */
  createLibrary(
    request: NewLibrary & { readonly from: string; readonly documentIds: readonly Id[] | null },
    work: LongWork,
  ): Promise<MadeLibrary>;
  /**
   * Takes the words of what was purged out of a library's own files and the copies beside them:
   * `LibraryStore.eraseTraces`, where it keeps nobody waiting. Answers the copies that may still have them.
   */
  eraseTraces(directory: string): Promise<readonly string[]>;
  /** Ends whatever goes on, without waiting for files. */
  dispose(): Promise<void>;
}
