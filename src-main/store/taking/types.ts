import type { Id } from '../../contract/domain.ts';
import type { ChangesTable } from '../database/schema.ts';
import type { ChangeName, LogMark } from '../log/change-log.ts';

export type { ChangeName } from '../log/change-log.ts';

/** Another log, open for reading: a private copy of a team file. Nothing in it is trusted. */
export interface ChangeSource {
  readonly libraryId: Id;
  /** What each change is called and its hash, by id. Rows that cannot be read are left out. */
  ids(): Iterable<ChangeName>;
  /** A change as it lies; null where it is not there or cannot be read. */
  change(id: Id): ChangesTable | null;
  /** The JSON text a change set; null when it was purged or cannot be read. */
  value(id: Id): string | null;
}

export interface TakeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Taken so far, of all that are lacking. */
  readonly onProgress?: ((taken: number, total: number) => void) | undefined;
  /**
   * Waited for between two pieces, while nothing is locked: whoever else writes takes a turn.
   * Default: a few milliseconds.
   */
  readonly breathe?: (() => Promise<void>) | undefined;
  /** How long whoever else writes may have to wait, in about. Default: 5. */
  readonly pieceMs?: number | undefined;
}

export interface CountDamagedOptions {
  readonly signal?: AbortSignal | undefined;
  /** Read so far, of all that are there. */
  readonly onProgress?: ((read: number, total: number) => void) | undefined;
}

/** How this log stands to another once it has taken what that has. */
export interface Standing {
  /** Where this log ended when the two were compared. */
  readonly mark: LogMark | null;
  /** Whether this log has a whole change, or a purge's emptiness, that the other lacks. */
  readonly is_ahead: boolean;
}

export interface TakenFromSource {
  readonly taken: number;
  /** Values that came for changes that were here without them. */
  readonly filled: number;
  /** Here under the same id with another hash: kept aside. */
  readonly collided: number;
  /** Not what their hashes say: not taken. */
  readonly damaged: number;
  /** Whether a change of this very replica came that it does not know: this is a copy of a machine, or was set back. */
  readonly was_own_unknown: boolean;
  /** Null where it takes another look: `TeamStore.standingTo`. */
  readonly standing: Standing | null;
}

/** A library's side of the team file. */
export interface TeamStore {
  /**
   * Takes what another log has and this one lacks, by ids, each checked by its hashes. In pieces
   * of a few milliseconds, each a transaction of log and derived rows, so that nobody waits; with
   * accounts on, nothing has an effect before the whole is judged. Stopped at any moment, the next
   * call goes on. Throws `AppError` with `store_*`, `disk_full`, `cancelled`.
   */
  take(source: ChangeSource, options?: TakeOptions): Promise<TakenFromSource>;
  /** Compares the two logs. */
  standingTo(source: ChangeSource): Standing;
  /**
   * How many changes of the other log are not what their hashes say, and are so here: each is read
   * to its last value, which costs about as much as taking it. Throws `AppError` with `cancelled`.
   */
  countDamaged(source: ChangeSource, options?: CountDamagedOptions): Promise<number>;
  /** Whether anything was purged here. */
  hasPurged(): boolean;
  /** Whether the other log still has words that were purged here. */
  hasPurgedWords(source: ChangeSource): boolean;
  /** Where the log ends, in the order of arrival. */
  mark(): LogMark | null;
  /** Whether `mark` is a place in this log: not so after an older copy was put back. */
  has(mark: LogMark): boolean;
  /**
   * How many things (documents, people, comments …) people here changed that came after `mark` in
   * the log's order of arrival; all that they ever did where `mark` is no place in it.
   */
  unsharedSince(mark: LogMark | null): number;
  /** Writes a whole and compact copy of what is shared to `file`, which must not exist. */
  writeCopy(file: string): void;
  /** What sharing remembers on this machine, by the name of the file in the team's folder. */
  readonly seenFiles: {
    get(name: string): { readonly file_stat: string; readonly outcome: string } | null;
    put(name: string, fileStat: string, outcome: string): void;
    /** Forgets every name that is not among these. */
    keepOnly(names: readonly string[]): void;
  };
}
