import * as v from 'valibot';
import { idSchema } from '../contract/domain.ts';
import type { TeamProblem } from '../contract/team.ts';
import type { LogMark } from '../store/log/change-log.ts';
import type { LibraryStore } from '../store/types.ts';

/*
 * What sharing remembers on this machine from one round to the next, so that a round with
 * nothing new opens no file. All of it may be forgotten at any time: it is found out again.
 */

/** What a file turned out to be when it was last read. */
const lasting = [
  /** All of it is in the library. */
  'sound',
  'foreign',
  /** Kept aside; what could be read is in the library. Replaced once it stays so. */
  'damaged',
] as const;
/** Another version of Autodoc may read it otherwise: known to this process alone. */
type Passing =
  | 'newer'
  /** No team file, or nobody can tell whose. */
  | 'alien';
export type SeenOutcome = (typeof lasting)[number] | Passing;

/** When the team file held exactly what the library held. */
export interface Shared {
  /** Of the team file then. */
  readonly stamp: string;
  /** Where the library's log ended. */
  readonly mark: LogMark | null;
  readonly on: string;
}

const markSchema = v.nullable(v.object({ position: v.number(), change_id: idSchema }));
const rememberedSchema = v.object({
  /** The team file that all this is about. */
  file: v.string(),
  /** Where the log ended when files were last found to hold nothing more. */
  seen: markSchema,
  /** Whether a team file of this library was ever read or written there. */
  known: v.boolean(),
  shared: v.nullable(v.object({ stamp: v.string(), mark: markSchema, on: v.string() })),
});
type Remembered = v.InferOutput<typeof rememberedSchema>;

const key = 'team rounds';

export interface FoundDamage {
  /** Of the damaged file. */
  readonly stamp: string;
  /** Of a clock that only grows. */
  readonly foundMs: number;
  readonly problem: TeamProblem;
}

export interface SyncMemory {
  /** Where things stand with the team file; null where they were never known to be the same. */
  shared(): Shared | null;
  /** Whether a team file of this library was ever read or written there. */
  isKnown(): boolean;
  share(shared: Shared): void;
  /** Null where `name` was not read with this stamp. */
  outcomeOf(name: string, stamp: string): SeenOutcome | null;
  /** Only after what the file holds is safe in the library. */
  remember(name: string, stamp: string, outcome: SeenOutcome): void;
  keepOnly(names: readonly string[]): void;
  /** The damage that was last found in the team file; null for none since this process began. */
  damage: FoundDamage | null;
  /** Whether the folder's file system tells how many blocks a file has; undefined until asked. */
  countsBlocks: boolean | undefined;
}

/**
 * @param file the team file. What was remembered of another one, or by a library that has lost
 * changes since (an older copy of it was put back), counts as never seen
 */
export function createMemory(store: LibraryStore, file: string): SyncMemory {
  const { seenFiles } = store.team;
  let remembered = read(store, file);
  const passing = new Map<string, { readonly stamp: string; readonly outcome: Passing }>();

  function put(next: Remembered): void {
    remembered = next;
    store.values.set(key, next);
  }

  return {
    shared: () => remembered.shared,
    isKnown: () => remembered.known,
    share: (shared) => put({ ...remembered, seen: shared.mark, known: true, shared }),
    outcomeOf(name, stamp) {
      const now = passing.get(name);
      if (now?.stamp === stamp) return now.outcome;
      const seen = seenFiles.get(name);
      if (seen?.file_stat !== stamp) return null;
      return lasting.find((outcome) => outcome === seen.outcome) ?? null;
    },
    remember(name, stamp, outcome) {
      if (outcome === 'newer' || outcome === 'alien') {
        passing.set(name, { stamp, outcome });
        return;
      }
      const seen = store.team.mark();
      if (!isSameMark(seen, remembered.seen)) put({ ...remembered, seen });
      seenFiles.put(name, stamp, outcome);
    },
    keepOnly(names) {
      seenFiles.keepOnly(names);
      for (const name of passing.keys()) if (!names.includes(name)) passing.delete(name);
    },
    damage: null,
    countsBlocks: undefined,
  };
}

/** A library that was made from a team file knows from its first round on whose file lies there. */
export function rememberMadeFrom(store: LibraryStore, file: string): void {
  const made: Remembered = { file, seen: store.team.mark(), known: true, shared: null };
  store.values.set(key, made);
}

function read(store: LibraryStore, file: string): Remembered {
  const kept = v.safeParse(rememberedSchema, store.values.get(key));
  const isOfThis = kept.success && kept.output.file === file;
  if (
    isOfThis &&
    holds(store, kept.output.seen) &&
    holds(store, kept.output.shared?.mark ?? null)
  ) {
    return kept.output;
  }
  store.team.seenFiles.keepOnly([]);
  // A library that was set back has lost what it read, not whose file lies there.
  return { file, seen: null, known: isOfThis && kept.output.known, shared: null };
}

function holds(store: LibraryStore, mark: LogMark | null): boolean {
  return mark === null || store.team.has(mark);
}

export function isSameMark(one: LogMark | null, other: LogMark | null): boolean {
  return one?.change_id === other?.change_id && one?.position === other?.position;
}
