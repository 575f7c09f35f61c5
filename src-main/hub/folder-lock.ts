import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

/*
 * One process at a time works in a folder: a file in it names the one that does. A process that
 * was killed is taken over from at once, one whose number was given to another after a restart
 * of the machine after a minute's silence.
 */

const lockFileName = 'lock';
const heartbeatMs = 5_000;
const silenceMs = 60_000;

export interface FolderLock {
  /** Whether it is still ours: a process that slept too long may have been taken for dead. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** The lock, or the id of the process that has it. The folder is there already. */
export async function lockFolder(directory: string): Promise<FolderLock | number> {
  const file = path.join(directory, lockFileName);
  const mine = `${process.pid} ${randomUUID()}`;
  while (!(await tryWrite(file, mine))) {
    const holder = await holderOf(directory);
    if (holder !== null) return holder;
    await breakLock(file);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, heartbeatMs);
  heartbeat.unref();
  const isHeld = async (): Promise<boolean> =>
    (await readFile(file, 'utf8').catch(() => null)) === mine;
  return {
    isHeld,
    async release() {
      clearInterval(heartbeat);
      if (await isHeld()) await rm(file, { force: true });
    },
  };
}

/** The process that works in a folder, 0 for one that has only just begun; null where none does. */
export async function holderOf(directory: string): Promise<number | null> {
  const file = path.join(directory, lockFileName);
  try {
    const text = await readFile(file, 'utf8');
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs > silenceMs) return null;
    if (text === '') return 0;
    const pid = Number.parseInt(text);
    return pid > 0 && isAlive(pid) ? pid : null;
  } catch {
    // Released this moment.
    return null;
  }
}

/** Whole from its first moment: who is killed while writing must not leave a lock of nobody's. */
async function tryWrite(file: string, text: string): Promise<boolean> {
  const begun = `${file}.new-${randomUUID()}`;
  await writeFile(begun, text);
  try {
    await link(begun, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // Not every file system has links.
    return await tryWriteInPlace(file, text);
  } finally {
    await rm(begun, { force: true });
  }
}

async function tryWriteInPlace(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** By renaming first: of several who find the same dead lock, one moves it away. */
async function breakLock(file: string): Promise<void> {
  const aside = `${file}.dead-${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  await rm(aside, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal means that it is there.
    return codeOf(error) !== undefined && codeOf(error) !== 'ESRCH';
  }
}
