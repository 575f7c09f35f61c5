import path from 'node:path';
import type { TeamGeneration, TeamGenerationLimits } from '../contract/team.ts';
import { errnoOf, nodeDisk, type Disk } from './disk.ts';
import type { Round } from './round.ts';

/*
 * What is put aside instead of deleted, in folders of the library's: damaged files, conflict
 * copies that were merged, and the team files that were replaced.
 */

type KeptFolder = 'quarantine' | 'trash' | 'generations';

/** Damaged files and merged copies: enough to look back at the last weeks of any team. */
const asideLimits: TeamGenerationLimits = { count: 50, megabytes: 2_000 };
/** Publishing every few seconds would push everything older out. */
const generationEveryMs = 10 * 60_000;

const keptName = /^(\d{8}T\d{6}-\d{3}Z)(?:-\d+)?-/;

export function keptFolderOf(library: string, folder: KeptFolder): string {
  return path.join(library, 'team', folder);
}

/**
 * What was to be moved was written to while it was copied. It stays as it is, and nothing of it is
 * kept aside: another time. Its code is none that says that trying again at once would help.
 */
export class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile';
  readonly code = 'ESTALE';
}

/**
 * Moves a file there; the name that it has from then on. Throws what the disk throws, and
 * `ChangedMeanwhile`. A file that still lies where it was has no copy here.
 */
export function putAside(round: Round, from: string, folder: KeptFolder, name: string): string {
  const { disk, store, now } = round;
  const directory = keptFolderOf(store.directory, folder);
  disk.makeFolder(directory);
  const kept = freeName(disk, directory, now(), name);
  moveWhole(disk, from, path.join(directory, kept));
  if (folder === 'generations') keepWithin(round, directory, round.limits(), 0);
  // What a person has just been told is kept stays, however large it is.
  else keepWithin(round, directory, asideLimits, 1);
  return kept;
}

/** Whether the team file that is about to be replaced shall be kept. */
export function isGenerationDue({ disk, store, now, limits }: Round): boolean {
  if (limits().count === 0 || limits().megabytes === 0) return false;
  const newest = keptIn(disk, keptFolderOf(store.directory, 'generations')).at(-1);
  if (newest === undefined) return true;
  const sinceMs = now() - Date.parse(newest.kept_on);
  // A clock that was set back must not keep new ones out.
  return sinceMs < 0 || sinceMs >= generationEveryMs;
}

/** The earlier team files that are kept of a library, the latest first. */
export function listGenerations(library: string): readonly TeamGeneration[] {
  return keptIn(nodeDisk, keptFolderOf(library, 'generations')).reverse();
}

/** Where an earlier team file lies; null when it is not kept (any more). */
export function generationFile(library: string, id: string): string | null {
  const isKept = listGenerations(library).some((generation) => generation.id === id);
  return isKept ? path.join(keptFolderOf(library, 'generations'), id) : null;
}

/** Removes the oldest beyond the limits, but not the `least` newest. Others' files stay. */
function keepWithin(
  { disk, logger }: Round,
  directory: string,
  limits: TeamGenerationLimits,
  least: number,
): void {
  const kept = keptIn(disk, directory).reverse();
  let bytes = 0;
  for (const [at, { id, bytes: size }] of kept.entries()) {
    bytes += size;
    if (at < least) continue;
    if (at >= limits.count || bytes > limits.megabytes * 1_000_000) {
      try {
        disk.remove(path.join(directory, id));
      } catch (thrown) {
        const errno = errnoOf(thrown);
        if (errno === null) throw thrown;
        // What was put aside lies there all the same; the next time removes what is too much.
        logger.warn('a file that was kept could not be removed', { errno });
      }
    }
  }
}

/** The oldest first. */
function keptIn(disk: Disk, directory: string): TeamGeneration[] {
  return (disk.list(directory) ?? [])
    .filter((name) => keptName.test(name))
    .sort()
    .flatMap((id) => {
      const found = disk.look(path.join(directory, id));
      return found?.kind === 'file' ? [{ id, kept_on: timeOf(id), bytes: found.size }] : [];
    });
}

function freeName(disk: Disk, directory: string, nowMs: number, name: string): string {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]/g, '').replace('.', '-');
  const taken = new Set(disk.list(directory) ?? []);
  // Room for the stamp in front of the longest name there may be, in bytes.
  let short = name;
  while (Buffer.byteLength(short) > 200) short = Array.from(short).slice(1).join('');
  for (let count = 1; ; count += 1) {
    const free = count === 1 ? `${stamp}-${short}` : `${stamp}-${count}-${short}`;
    if (!taken.has(free)) return free;
  }
}

function timeOf(name: string): string {
  const stamp = keptName.exec(name)?.[1] ?? '';
  const [, year, month, day, hour, minute, second, ms] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)-(\d{3})Z$/.exec(stamp) ?? [];
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`;
}

/** By its name where that is possible; between two drives by a copy. */
function moveWhole(disk: Disk, from: string, to: string): void {
  try {
    disk.rename(from, to);
  } catch (thrown) {
    if (errnoOf(thrown) !== 'EXDEV') throw thrown;
    moveByCopy(disk, from, to);
  }
  disk.flush(path.dirname(to));
}

/** Removes the file once the copy is whole. Where that fails, the copy goes again. */
function moveByCopy(disk: Disk, from: string, to: string): void {
  const before = disk.look(from);
  const unfinished = `${to}.tmp`;
  disk.remove(unfinished);
  let copy = unfinished;
  try {
    disk.copy(from, unfinished, { isFlushed: true });
    disk.rename(unfinished, to);
    copy = to;
    const after = disk.look(from);
    // Half of what is written now may be in the copy.
    if (after !== null && after.stamp !== before?.stamp) throw new ChangedMeanwhile();
    disk.remove(from);
  } catch (thrown) {
    // Otherwise every round would add one, and push out what was kept before.
    withdrawCopy(disk, from, copy);
    throw thrown;
  }
}

/** Only where the file itself is still there: else the copy may be the only one. */
function withdrawCopy(disk: Disk, from: string, copy: string): void {
  try {
    if (disk.look(from) !== null) disk.remove(copy);
  } catch (thrown) {
    // What keeps the file from being moved is what has to be told.
    if (errnoOf(thrown) === null) throw thrown;
  }
}
