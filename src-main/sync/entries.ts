import path from 'node:path';
import { applicationId } from '../store/database/migrate.ts';
import { headerBytes, shapeOf } from '../store/team-file/file-shape.ts';
import { errnoOf, type Disk, type FileStat } from './disk.ts';
import { pause } from './patience.ts';
import { temporaryName } from './private-folder.ts';
import type { Round } from './round.ts';

/** A file of the team file's folder. */
export interface Entry {
  readonly name: string;
  readonly file: string;
  readonly stat: FileStat;
  /** Of the file and of what lies beside it for SQLite. */
  readonly stamp: string;
  /** What SQLite would read together with it: the endings of `-wal`, `-journal`, `-shm`. */
  readonly sidecars: readonly string[];
}

export const sidecarEndings = ['-wal', '-journal', '-shm'] as const;
/** A smaller one has no room for a log. */
const minBytes = 4_096;
/** A larger file is not looked into: hundreds of times what a team writes in years. */
export const maxBytes = 16 * 1024 ** 3;

/** What lies there; null for nothing. `names`: what the folder held when it was listed. */
export function lookAt(
  disk: Disk,
  folder: string,
  name: string,
  names: ReadonlySet<string>,
): Entry | null {
  const file = path.join(folder, name);
  const stat = disk.look(file);
  if (stat === null) return null;
  const beside = sidecarsOf(disk, folder, name, names);
  return {
    name,
    file,
    stat,
    stamp: [stat.stamp, ...beside.map(({ ending, stamp }) => `${ending}:${stamp}`)].join(' '),
    sidecars: beside.map(({ ending }) => ending),
  };
}

/** The same by what the folder holds this moment. */
export function lookNow(disk: Disk, folder: string, name: string): Entry | null {
  return lookAt(disk, folder, name, namesNow(disk, folder));
}

export function namesNow(disk: Disk, folder: string): ReadonlySet<string> {
  return new Set(disk.list(folder) ?? []);
}

export interface Sidecar {
  readonly ending: string;
  readonly stamp: string;
}

/** What lies beside a file for SQLite, also where the file itself is gone. */
export function sidecarsOf(
  disk: Disk,
  folder: string,
  name: string,
  names: ReadonlySet<string>,
): readonly Sidecar[] {
  return sidecarEndings.flatMap((ending) => {
    const found = names.has(name + ending) ? disk.look(path.join(folder, name + ending)) : null;
    return found === null ? [] : [{ ending, stamp: found.stamp }];
  });
}

/**
 * The files that may be the team file's copies by what they begin with, whatever their names.
 * Neither links nor anything else that is no plain file is looked into.
 */
export function candidatesIn(
  round: Round,
  folder: string,
  names: ReadonlySet<string>,
  target: string,
): readonly Entry[] {
  const { disk, memory } = round;
  const candidates: Entry[] = [];
  for (const name of names) {
    if (name === target || temporaryName.test(name) || isSidecar(name, names)) continue;
    const entry = orSkip(round, name, () => lookAt(disk, folder, name, names));
    if (entry?.stat.kind !== 'file') continue;
    const outcome = memory.outcomeOf(name, entry.stamp);
    if (outcome === 'alien') continue;
    if (entry.stat.size < minBytes || entry.stat.size > maxBytes) continue;
    // A look into what is not down would make the service fetch it.
    if (isPlaceholder(round, entry, folder)) continue;
    // What was read before was found to begin so.
    const isOurs = outcome !== null || beginsAsOurs(round, entry);
    if (isOurs === true) candidates.push(entry);
    if (isOurs === false) memory.remember(name, entry.stamp, 'alien');
  }
  return candidates;
}

function isSidecar(name: string, names: ReadonlySet<string>): boolean {
  return sidecarEndings.some(
    (ending) => name.endsWith(ending) && names.has(name.slice(0, -ending.length)),
  );
}

/** Null where somebody holds it: it is looked at again by the next round. */
function beginsAsOurs(round: Round, { name, file, stat }: Entry): boolean | null {
  const header = orSkip(round, name, () => round.disk.read(file, 0, headerBytes));
  if (header === null) return null;
  return shapeOf(header, stat.size)?.applicationId === applicationId;
}

/** Somebody's file that cannot be looked at is none of ours, and keeps nothing from going on. */
function orSkip<T>(round: Round, name: string, work: () => T | null): T | null {
  try {
    return work();
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === null) throw thrown;
    round.logger.debug('a file in the folder cannot be looked at', {
      errno,
      ending: path.extname(name),
    });
    return null;
  }
}

/** Those that were not touched between two looks: half-written ones are read another time. */
export async function settled(
  round: Round,
  folder: string,
  entries: readonly Entry[],
): Promise<readonly Entry[]> {
  if (entries.length === 0) return [];
  await pause(round.settleMs, round.signal);
  const names = namesNow(round.disk, folder);
  return entries.filter(
    ({ name, stamp }) => lookAt(round.disk, folder, name, names)?.stamp === stamp,
  );
}

/**
 * Whether an entry has only its name on this machine. Some network file systems count no blocks
 * for anything, which a file of our own tells.
 */
export function isPlaceholder(round: Round, { stat }: Entry, folder: string): boolean {
  return stat.size > 0 && stat.blocks === 0 && countsBlocks(round, folder);
}

function countsBlocks({ disk, memory }: Round, folder: string): boolean {
  memory.countsBlocks ??= probe(disk, folder);
  return memory.countsBlocks;
}

function probe(disk: Disk, folder: string): boolean {
  const file = path.join(
    folder,
    `.~team-${process.pid.toString(16)}${Date.now().toString(16)}.tmp`,
  );
  try {
    disk.write(file, 'x'.repeat(16_384));
    disk.flush(file);
    return (disk.look(file)?.blocks ?? 0) > 0;
  } catch (thrown) {
    if (errnoOf(thrown) === null) throw thrown;
    // Where nothing can be written it cannot be told; the usual is taken for true.
    return true;
  } finally {
    disk.remove(file);
  }
}
