import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/*
 * Folders that are not models yet or no more: hidden, in the same folder as the models so that a
 * rename moves them at once, and marked with the process that works on them so that another one
 * knows whether it still does.
 */

const pattern = /^\.working-(\d+)-/;

/** A new empty folder inside `modelsDirectory`, which is made too. */
export async function makeWorkingFolder(modelsDirectory: string): Promise<string> {
  await mkdir(modelsDirectory, { recursive: true });
  return mkdtemp(path.join(modelsDirectory, `.working-${process.pid}-`));
}

/** Deletes what processes left behind that are no more. */
export async function clearLeftovers(modelsDirectory: string): Promise<void> {
  const names = await readdir(modelsDirectory).catch(() => []);
  for (const name of names) {
    const pid = pattern.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(path.join(modelsDirectory, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
