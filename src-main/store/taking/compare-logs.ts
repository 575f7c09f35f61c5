import type { Id } from '../../contract/domain.ts';
import type { ChangeName, ChangeReader } from '../log/change-log.ts';
import type { ChangeSource } from './types.ts';

/** A change that one of two logs has and the other lacks, or that they have differently. */
export interface Difference {
  readonly id: Id;
  /** `emptied`: both have it, one without its value. `collision`: with another hash or signature. */
  readonly kind: 'theirs' | 'ours' | 'emptied here' | 'emptied there' | 'collision';
}

/**
 * Walks through both logs side by side, in the order of the ids. A source whose ids are not in
 * their order, or there twice, is damaged: what comes out of turn is looked up.
 */
export function* compareLogs(log: ChangeReader, source: ChangeSource): Generator<Difference> {
  const ours = log.names()[Symbol.iterator]();
  try {
    let mine = ours.next();
    let last = '';
    for (const theirs of source.ids()) {
      if (!isName(theirs)) continue;
      if (theirs.id <= last) {
        yield* differenceBetween(nameIn(log, theirs.id), theirs);
        continue;
      }
      last = theirs.id;
      while (mine.done !== true && mine.value.id < theirs.id) {
        yield { id: mine.value.id, kind: 'ours' };
        mine = ours.next();
      }
      if (mine.done !== true && mine.value.id === theirs.id) {
        yield* differenceBetween(mine.value, theirs);
        mine = ours.next();
      } else yield { id: theirs.id, kind: 'theirs' };
    }
    while (mine.done !== true) {
      yield { id: mine.value.id, kind: 'ours' };
      mine = ours.next();
    }
  } finally {
    ours.return?.(undefined);
  }
}

function* differenceBetween(mine: ChangeName | null, theirs: ChangeName): Generator<Difference> {
  const { id } = theirs;
  if (mine === null) yield { id, kind: 'theirs' };
  else if (!areSame(mine.sha256, theirs.sha256) || !areSame(mine.signature, theirs.signature)) {
    yield { id, kind: 'collision' };
  } else if (mine.is_purged && !theirs.is_purged) yield { id, kind: 'emptied here' };
  else if (!mine.is_purged && theirs.is_purged) yield { id, kind: 'emptied there' };
}

function areSame(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (one === null || other === null) return one === other;
  return Buffer.compare(one, other) === 0;
}

/** Whatever the columns of a table that calls itself `changes` hold. */
function isName({ id, sha256 }: Readonly<Record<keyof ChangeName, unknown>>): boolean {
  return typeof id === 'string' && sha256 instanceof Uint8Array;
}

function nameIn(log: ChangeReader, id: Id): ChangeName | null {
  const change = log.change(id);
  if (change === null) return null;
  const { sha256, signature, value } = change;
  return { id, sha256, signature, is_purged: value === null };
}
