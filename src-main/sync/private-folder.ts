import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { errnoOf, type Disk } from './disk.ts';
import { Crash } from './round.ts';

/*
 * A round works in a folder of its own inside the library's. What a round that was killed left
 * behind is cleared up by the next one: its folder is named after its process, and a file that
 * it had begun beside the team file is noted in it.
 */

const publishingNote = 'publishing';
/** What is written beside the team file before it takes its place. */
export const temporaryName = /^\.~team-[0-9a-f]+\.tmp$/;
/** What another machine left there and has not touched for so long, it has forgotten. */
const forgottenMs = 60 * 60_000;

/** Those of this process; another thread of it that died had others. */
const inUse = new Set<string>();

export function temporaryFolderOf(library: string): string {
  return path.join(library, 'team', 'tmp');
}

/** Does `work` in a new folder, which is gone afterwards. */
export async function withPrivateFolder<T>(
  disk: Disk,
  library: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const name = `${process.pid}-${randomBytes(6).toString('hex')}`;
  const folder = path.join(temporaryFolderOf(library), name);
  inUse.add(folder);
  let isToStay = false;
  try {
    return await work(folder);
  } catch (thrown) {
    isToStay = thrown instanceof Crash;
    throw thrown;
  } finally {
    inUse.delete(folder);
    if (!isToStay) asFarAsPossible(() => disk.removeFolder(folder));
  }
}

/** What cannot be removed now, the next round will. */
function asFarAsPossible(remove: () => void): void {
  try {
    remove();
  } catch (thrown) {
    if (errnoOf(thrown) === null) throw thrown;
  }
}

/** The path beside the team file to write to, noted for the case that this is the last step. */
export function announceTemporary(disk: Disk, folder: string, teamFolder: string): string {
  const temporary = path.join(teamFolder, `.~team-${randomBytes(8).toString('hex')}.tmp`);
  disk.makeFolder(folder);
  disk.write(path.join(folder, publishingNote), temporary);
  return temporary;
}

/** Clears up what rounds that were killed have left. */
export function sweep(disk: Disk, library: string, teamFolder: string, names: readonly string[]) {
  const folders = temporaryFolderOf(library);
  for (const name of disk.list(folders) ?? []) {
    const folder = path.join(folders, name);
    if (inUse.has(folder) || isOfAnother(name)) continue;
    asFarAsPossible(() => {
      const noted = readNote(disk, folder);
      if (noted !== null) disk.remove(noted);
      disk.removeFolder(folder);
    });
  }
  for (const name of names.filter((each) => temporaryName.test(each))) {
    const file = path.join(teamFolder, name);
    asFarAsPossible(() => {
      const found = disk.look(file);
      if (found?.kind === 'file' && Date.now() - found.modifiedMs > forgottenMs) disk.remove(file);
    });
  }
}

function readNote(disk: Disk, folder: string): string | null {
  const note = path.join(folder, publishingNote);
  const found = disk.look(note);
  if (found?.kind !== 'file') return null;
  const file = disk.read(note, 0, found.size).toString();
  const isTemporary = path.isAbsolute(file) && temporaryName.test(path.basename(file));
  return isTemporary && disk.look(file)?.kind === 'file' ? file : null;
}

/** Whether a process that is still there has it. */
function isOfAnother(name: string): boolean {
  const pid = Number.parseInt(name);
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // Not ours to signal means that it is there.
    return thrown instanceof Error && 'code' in thrown && thrown.code !== 'ESRCH';
  }
}
