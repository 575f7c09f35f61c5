import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './build-targets.ts';

/** The holder says that it lives this often, and is given up after that long a silence. */
const heartbeatMs = 2_000;
const silenceMs = 60_000;
const retryMs = 100;

/**
 * Runs `work` while no other process on this machine holds the lock, a folder that exists while
 * it is held. A lock whose holder died is taken over. Two may rarely take over at once, so what
 * it guards must stay correct without it; it saves doing the work twice.
 */
export async function withLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  while (!(await tryLock(directory))) {
    if (await isAbandoned(directory)) await breakLock(directory);
    else await sleep(retryMs);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(directory, now, now).catch(() => undefined);
  }, heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(directory, { recursive: true, force: true });
  }
}

async function tryLock(directory: string): Promise<boolean> {
  try {
    await mkdir(directory);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await writeFile(path.join(directory, 'pid'), String(process.pid));
  return true;
}

async function isAbandoned(directory: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(directory);
    if (Date.now() - mtimeMs > silenceMs) return true;
    const pid = Number(await readFile(path.join(directory, 'pid'), 'utf8'));
    return pid > 0 && !isAlive(pid);
  } catch {
    // It was released, or is being made, this moment.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** By renaming first: of several who find the same dead lock, one moves it away. */
async function breakLock(directory: string): Promise<void> {
  const aside = `${directory}.${process.pid}.${Date.now()}`;
  try {
    await rename(directory, aside);
  } catch {
    return;
  }
  await rm(aside, { recursive: true, force: true });
}
