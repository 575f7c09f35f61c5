import path from 'node:path';
import type { LogMark } from '../store/log/change-log.ts';
import type { ChangeSource, TakenFromSource } from '../store/taking/types.ts';
import { countChanges } from '../store/team-file/change-source.ts';
import { headerBytes, shapeOf } from '../store/team-file/file-shape.ts';
import { closeTeamFile, openTeamFile, type TeamFile } from '../store/team-file/open-team-file.ts';
import { lookNow, type Entry } from './entries.ts';
import { isSomeOfOurs } from './marks.ts';
import { patiently } from './patience.ts';
import type { Round } from './round.ts';

/** What reading a file came to. */
export type Reading =
  | {
      readonly kind: 'sound';
      readonly taken: number;
      /** Where the library's log ended before the two were compared. */
      readonly mark: LogMark | null;
      /** Whether the library has what the file lacks. */
      readonly isAhead: boolean;
      /** Private; as the file was. */
      readonly copy: string;
    }
  | {
      readonly kind: 'damaged';
      readonly taken: number;
      readonly recovered: number;
      /** Of so many; null where nothing tells how many there were. */
      readonly of: number | null;
      readonly copy: string;
    }
  | { readonly kind: 'foreign' | 'newer' | 'alien' }
  /** It was written to meanwhile. */
  | { readonly kind: 'moved on' };

export interface ReadFileOptions {
  /**
   * Whether a file that is as the library is to be read to its last value: it changed since it was
   * read, and brought nothing, so a bit may have flipped in what everybody has.
   */
  readonly isToTheLast?: boolean;
}

/**
 * Copies a file privately and takes from the copy what the library lacks. What may lie beside it
 * for SQLite is looked into as well: whichever of the two is whole.
 */
export async function readFile(
  round: Round,
  entry: Entry,
  { isToTheLast = false }: ReadFileOptions = {},
): Promise<Reading> {
  const { disk, store } = round;
  const header = await patiently(
    () => disk.read(entry.file, 0, headerBytes),
    round.retryMs,
    round.signal,
  );
  if (shapeOf(header, entry.stat.size) === null && !isSomeOfOurs(round, entry)) {
    return { kind: 'alien' };
  }
  const copies = await copyPrivately(round, entry);
  if (copies === null) return { kind: 'moved on' };

  const options = { libraryId: store.libraryId, logger: round.logger };
  const alone = openTeamFile({ ...options, file: copies.alone });
  try {
    if (alone.kind === 'foreign' || alone.kind === 'newer') return { kind: alone.kind };
    const beside = copies.withSidecars === null ? 0 : await takeBeside(round, copies.withSidecars);
    switch (alone.kind) {
      case 'sound':
        return await readSound(round, alone, copies.alone, { beside, isToTheLast });
      case 'damaged':
        return await readDamaged(round, alone, copies.alone, beside);
      case 'unrecognised':
        if (alone.isSound || !isSomeOfOurs(round, entry)) return { kind: 'alien' };
        return { kind: 'damaged', taken: beside, recovered: 0, of: 0, copy: copies.alone };
    }
  } finally {
    closeTeamFile(alone);
  }
}

async function readSound(
  round: Round,
  file: Extract<TeamFile, { kind: 'sound' }>,
  copy: string,
  { beside, isToTheLast }: { readonly beside: number; readonly isToTheLast: boolean },
): Promise<Reading> {
  const { team } = round.store;
  const answer = await take(round, file.source);
  const taken = answer.taken + beside;
  // SQLite finds nothing wrong with a number that was changed.
  if (answer.damaged > 0) {
    const of = countChanges(file.source);
    return { kind: 'damaged', taken, recovered: of - answer.damaged, of, copy };
  }
  const standing = answer.standing ?? team.standingTo(file.source);
  const isNew = answer.taken + answer.filled > 0 || standing.is_ahead;
  if (!isNew && isToTheLast && (await countDamaged(round, file.source)) > 0) {
    // Nothing is lost: all of it is here.
    const of = countChanges(file.source);
    return { kind: 'damaged', taken, recovered: of, of, copy };
  }
  return { kind: 'sound', taken, mark: standing.mark, isAhead: standing.is_ahead, copy };
}

function countDamaged(round: Round, source: ChangeSource): Promise<number> {
  round.step('read all');
  return round.store.team.countDamaged(source, {
    signal: round.signal,
    onProgress: (read, total) => round.report({ state: 'checking', fraction: read / total }),
  });
}

async function readDamaged(
  round: Round,
  file: Extract<TeamFile, { kind: 'damaged' }>,
  copy: string,
  beside: number,
): Promise<Reading> {
  const answer = await take(round, file.source);
  const read = countChanges(file.source);
  return {
    kind: 'damaged',
    taken: answer.taken + beside,
    recovered: read - answer.damaged,
    of: file.unreadable === null ? null : read + file.unreadable,
    copy,
  };
}

async function takeBeside(round: Round, file: string): Promise<number> {
  const { libraryId } = round.store;
  const opened = openTeamFile({ file, libraryId, logger: round.logger, hasSidecars: true });
  try {
    const isOurs = opened.kind === 'sound' || opened.kind === 'damaged';
    return isOurs ? (await take(round, opened.source)).taken : 0;
  } finally {
    closeTeamFile(opened);
  }
}

async function take(round: Round, source: ChangeSource): Promise<TakenFromSource> {
  const { store, breathe, signal } = round;
  round.step('take');
  return store.team.take(source, {
    signal,
    onProgress: (taken, total) => {
      if (total > 0) round.report({ state: 'importing', fraction: taken / total });
    },
    ...(breathe !== undefined && { breathe }),
  });
}

interface Copies {
  readonly alone: string;
  /** The file with what SQLite would read together with it; null where nothing lies there. */
  readonly withSidecars: string | null;
}

/** Null where the file was written to while it was copied. */
async function copyPrivately(round: Round, entry: Entry): Promise<Copies | null> {
  const { disk, folder, retryMs, signal } = round;
  const place = path.join(folder, `read-${round.nextNumber()}`);
  const alone = path.join(place, 'alone.db');
  round.step('copy');
  disk.makeFolder(place);
  await patiently(() => disk.copy(entry.file, alone), retryMs, signal);
  disk.allow(alone, 0o600);
  const journals = entry.sidecars.filter((ending) => ending !== '-shm');
  const withSidecars = journals.length === 0 ? null : path.join(place, 'beside.db');
  if (withSidecars !== null) {
    disk.copy(alone, withSidecars);
    for (const ending of journals) {
      await patiently(() => disk.copy(entry.file + ending, withSidecars + ending), retryMs, signal);
      disk.allow(withSidecars + ending, 0o600);
    }
  }
  const isSame = lookNow(disk, path.dirname(entry.file), entry.name)?.stamp === entry.stamp;
  return isSame ? { alone, withSidecars } : null;
}
