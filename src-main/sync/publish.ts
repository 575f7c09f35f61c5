import path from 'node:path';
import { errnoOf } from './disk.ts';
import { lookAt, type Entry } from './entries.ts';
import { isGenerationDue, putAside } from './kept-files.ts';
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
    round.step('flush folder');
    disk.flush(place.folder);
    if (former !== null) {
      round.step('keep generation');
      putAside(round, former, 'generations', place.name);
    }
    round.step('remember');
    rememberPublished(round, place, written?.contentStamp ?? null, mark);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof Crash)) withdraw(round, temporary);
    throw thrown;
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
 * What lies beside the team file for SQLite belongs to the one that goes: read together with the
 * new one it would damage it. False where somebody works with it.
 */
async function putSidecarsAside(
  round: Round,
  place: Place,
  expected: Entry | null,
): Promise<boolean> {
  const { disk } = round;
  const names = new Set(disk.list(place.folder) ?? []);
  const before = lookAt(disk, place.folder, place.name, names);
  const beside = before?.sidecars ?? [];
  if (beside.length === 0) return true;
  if (before?.stamp !== expected?.stamp) return false;
  await pause(round.settleMs, round.signal);
  const after = lookAt(disk, place.folder, place.name, new Set(disk.list(place.folder) ?? []));
  if (after?.stamp !== before?.stamp) return false;
  for (const ending of beside) {
    round.step('put sidecar aside');
    putAside(round, place.file + ending, 'quarantine', place.name + ending);
  }
  return true;
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
  const names = new Set(disk.list(place.folder) ?? []);
  const found = lookAt(disk, place.folder, place.name, names);
  if (found === null || expected === null) return found === expected;
  return found.stat.stamp === expected.stat.stamp && found.sidecars.length === 0;
}

function rememberPublished(
  { disk, memory, now }: Round,
  place: Place,
  contentStamp: string | null,
  mark: ReturnType<Round['store']['team']['mark']>,
): void {
  const found = lookAt(disk, place.folder, place.name, new Set(disk.list(place.folder) ?? []));
  // Somebody else's may lie there by now: it is read by the next round.
  if (found?.stat.contentStamp !== contentStamp) return;
  memory.remember(place.name, found.stamp, 'sound');
  memory.share({ stamp: found.stamp, mark, on: new Date(now()).toISOString() });
}
