import path from 'node:path';
import { AppError } from '../contract/errors.ts';
import { errnoOf, type Disk } from './disk.ts';
import { lookNow, namesNow, sidecarsOf, type Entry, type Sidecar } from './entries.ts';
import { ChangedMeanwhile, isGenerationDue, putAside } from './kept-files.ts';
import { hasPurgedWords } from './purged-words.ts';
import { patiently, pause } from './patience.ts';
import type { Place } from './place.ts';
import { announceTemporary } from './private-folder.ts';
import { problem, SharingProblem } from './problems.ts';
import { Crash, type Round } from './round.ts';

/** For whomever. */
const writable = 0o222;

export interface Replacement {
  /** What may be replaced, as it was when it was read; null where nothing is there. */
  readonly entry: Entry | null;
  /** A private copy of that; null where there is none. */
  readonly copy: string | null;
  readonly isDamaged: boolean;
}

/**
 * Puts a whole team file in the place of the one that was read, by renaming alone: whoever looks
 * finds the old one or the new one. False where the old one was changed meanwhile: it has to be
 * read again first.
 */
export async function publish(round: Round, place: Place, replaced: Replacement): Promise<boolean> {
  const { disk, store, folder, retryMs, signal } = round;
  // Its folder would let it be replaced all the same.
  if (replaced.entry !== null && (replaced.entry.stat.mode & writable) === 0) {
    throw new SharingProblem(problem('unwritable', place.file));
  }
  round.report({ state: 'publishing', fraction: null });
  round.step('write copy');
  const wholeFolder = path.join(folder, `whole-${round.nextNumber()}`);
  const whole = path.join(wholeFolder, 'whole.db');
  disk.makeFolder(wholeFolder);
  // Before it is written: what is written in between is shared by the next round.
  const mark = store.team.mark();
  store.team.writeCopy(whole);

  round.step('copy beside');
  const temporary = announceTemporary(disk, folder, place.folder);
  try {
    await patiently(() => disk.copy(whole, temporary, { isFlushed: true }), retryMs, signal);
    disk.removeFolder(wholeFolder);
    if (replaced.entry !== null) allowAs(round, temporary, replaced.entry.stat.mode);
    round.step('flush');
    disk.flush(temporary);
    if (!(await putSidecarsAside(round, place, replaced.entry))) return withdraw(round, temporary);
    const former = await formerCopy(round, replaced);
    const written = disk.look(temporary);

    round.step('replace');
    const isReplaced = await patiently(
      () => {
        if (!isUnchanged(round, place, replaced.entry)) return false;
        disk.rename(temporary, place.file);
        return true;
      },
      retryMs,
      signal,
    );
    if (!isReplaced) return withdraw(round, temporary);
    await finish(round, place, former);
    round.step('remember');
    const found = await unlessRefused(round, 'the new team file was not looked at', () =>
      lookNow(disk, place.folder, place.name),
    );
    // Somebody else's may lie there by now: it is read by the next round.
    if (found !== null && found.stat.contentStamp === written?.contentStamp) {
      rememberPublished(round, found, mark);
    }
    return true;
  } catch (thrown) {
    if (!(thrown instanceof Crash)) withdraw(round, temporary);
    throw thrown;
  }
}

/** The new file is in its place: what the disk refuses from here on takes nothing back. */
async function finish(round: Round, place: Place, former: string | null): Promise<void> {
  const { disk, retryMs, signal } = round;
  round.step('flush folder');
  await unlessRefused(round, 'the folder was not flushed', () => disk.flush(place.folder));
  if (former === null) return;
  round.step('keep generation');
  await unlessRefused(round, 'the earlier team file could not be kept', () =>
    patiently(() => putAside(round, former, 'generations', place.name), retryMs, signal),
  );
}

/** Null where the disk refuses it: that is logged. */
async function unlessRefused<T>(
  { logger }: Round,
  message: string,
  work: () => T | Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (thrown) {
    const errno = thrown instanceof AppError ? null : errnoOf(thrown);
    if (errno === null) throw thrown;
    logger.warn(message, { errno });
    return null;
  }
}

function withdraw({ disk }: Round, temporary: string): false {
  try {
    disk.remove(temporary);
  } catch (thrown) {
    // The next round tries again.
    if (errnoOf(thrown) === null) throw thrown;
  }
  return false;
}

/** Whoever could read the file can read the new one. */
function allowAs({ disk }: Round, file: string, mode: number): void {
  try {
    disk.allow(file, mode);
  } catch (thrown) {
    // Not every file system knows such rights.
    if (errnoOf(thrown) === null) throw thrown;
  }
}

/**
 * What lies beside the team file for SQLite belongs to the one that goes, or to one that is gone:
 * read together with the new one it would damage it. False where somebody works with it.
 */
async function putSidecarsAside(
  round: Round,
  place: Place,
  expected: Entry | null,
): Promise<boolean> {
  const { disk } = round;
  const before = sidecarsNow(disk, place);
  if (before.length === 0) return true;
  if (lookNow(disk, place.folder, place.name)?.stamp !== expected?.stamp) return false;
  await pause(round.settleMs, round.signal);
  if (lookNow(disk, place.folder, place.name)?.stamp !== expected?.stamp) return false;
  if (!isSame(sidecarsNow(disk, place), before)) return false;
  for (const sidecar of before) {
    round.step('put sidecar aside');
    if (!(await putSidecarAside(round, place, sidecar))) return false;
  }
  return true;
}

function sidecarsNow(disk: Disk, { folder, name }: Place): readonly Sidecar[] {
  return sidecarsOf(disk, folder, name, namesNow(disk, folder));
}

function isSame(some: readonly Sidecar[], others: readonly Sidecar[]): boolean {
  const stampsOf = (sidecars: readonly Sidecar[]) =>
    sidecars.map(({ ending, stamp }) => `${ending}:${stamp}`).join(' ');
  return stampsOf(some) === stampsOf(others);
}

/** False where it is another one by now: whoever held it has written to it. */
async function putSidecarAside(
  round: Round,
  place: Place,
  { ending, stamp }: Sidecar,
): Promise<boolean> {
  const file = place.file + ending;
  try {
    return await patiently(
      () => {
        if (round.disk.look(file)?.stamp !== stamp) return false;
        putAside(round, file, 'quarantine', place.name + ending);
        return true;
      },
      round.retryMs,
      round.signal,
    );
  } catch (thrown) {
    if (thrown instanceof ChangedMeanwhile) return false;
    throw thrown;
  }
}

/** A copy of what is replaced, where it is to be kept: not with words in it that were purged. */
async function formerCopy(
  round: Round,
  { entry, copy, isDamaged }: Replacement,
): Promise<string | null> {
  // A damaged one was kept aside already.
  if (entry === null || isDamaged || !isGenerationDue(round)) return null;
  if (copy !== null) return hasPurgedWords(round, copy) ? null : copy;
  const made = path.join(round.folder, `former-${round.nextNumber()}.db`);
  round.step('copy former');
  await patiently(() => round.disk.copy(entry.file, made), round.retryMs, round.signal);
  return hasPurgedWords(round, made) ? null : made;
}

function isUnchanged({ disk }: Round, place: Place, expected: Entry | null): boolean {
  const found = lookNow(disk, place.folder, place.name);
  return found?.stat.stamp === expected?.stat.stamp && sidecarsNow(disk, place).length === 0;
}

function rememberPublished(
  { memory, now }: Round,
  { name, stamp }: Entry,
  mark: ReturnType<Round['store']['team']['mark']>,
): void {
  memory.remember(name, stamp, 'sound');
  memory.share({ stamp, mark, on: new Date(now()).toISOString() });
}
