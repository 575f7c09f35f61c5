import { AppError } from '../../contract/errors.ts';
import type { Connection } from '../database/connection.ts';
import type { StateTables } from '../database/schema.ts';

/** What checking signatures came to before: it takes a tenth of a millisecond and more. */
export interface CheckedSignatures {
  /** Null: not known. The digest is of all that the check depends on. */
  lookUp(digest: Buffer): boolean | null;
  remember(digest: Buffer, isGood: boolean): void;
  /** Keeps what was found good for the next start. */
  keep(): void;
}

/** In memory at most; a digest takes about a hundred bytes. Of the file, half as many are read. */
const maxInMemory = 600_000;
/** Found good and not in the file yet. */
const maxUnkept = 2_000;

/**
 * What was found good is kept in `state.db`, what was not in memory alone: whoever floods a log
 * with bad signatures must not fill this machine's file.
 */
export function createCheckedSignatures(state: Connection<StateTables> | null): CheckedSignatures {
  const known = new Map<string, boolean>();
  let unkept: Buffer[] = [];
  let isLoaded = state === null;

  function put(digest: Uint8Array, isGood: boolean): void {
    if (known.size >= maxInMemory) known.clear();
    known.set(toKey(digest), isGood);
  }

  /** All at once: to ask for each by itself takes ten times as long. */
  function load(): void {
    isLoaded = true;
    if (state === null) return;
    const kept = state.query
      .selectFrom('checked_signatures')
      .select('digest')
      .limit(maxInMemory / 2);
    for (const { digest } of state.all(kept)) known.set(toKey(digest), true);
  }

  function keep(): void {
    const digests = unkept;
    unkept = [];
    if (state === null || digests.length === 0) return;
    const insertion = (digest: Buffer) =>
      state.query
        .insertInto('checked_signatures')
        .values({ digest })
        .onConflict((conflict) => conflict.doNothing());
    try {
      state.write(() => {
        for (const digest of digests) state.run(insertion(digest));
      });
    } catch (thrown) {
      // A full or busy disk: they are checked again another day.
      if (!(thrown instanceof AppError)) throw thrown;
    }
  }

  return {
    lookUp(digest) {
      if (!isLoaded) load();
      return known.get(toKey(digest)) ?? null;
    },

    remember(digest, isGood) {
      put(digest, isGood);
      if (!isGood || state === null) return;
      unkept.push(digest);
      if (unkept.length >= maxUnkept) keep();
    },

    keep,
  };
}

function toKey(digest: Uint8Array): string {
  return Buffer.from(digest).toString('latin1');
}
