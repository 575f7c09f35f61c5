import fs from 'node:fs';
import path from 'node:path';

/*
 * What sync services, people and accidents do to files, and what a killed process leaves.
 */

/** The folder that all of a schedule's folders are made in: in memory where there is such a place. */
export const workspace = ((): string => {
  const inMemory = '/dev/shm';
  try {
    fs.accessSync(inMemory, fs.constants.W_OK);
    return inMemory;
  } catch {
    return process.env.TMPDIR ?? '/tmp';
  }
})();

export function readOrNull(file: string): Buffer | null {
  try {
    return fs.readFileSync(file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}

/** Files of a folder by name; folders in it are none of anybody's business here. */
export function filesIn(folder: string): string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

/** Puts a file in its place at once, as sync services do: beside the folder first, then renamed. */
export function putWhole(file: string, bytes: Buffer, modifiedMs: number): void {
  const unfinished = `${path.dirname(file)}.arriving`;
  fs.writeFileSync(unfinished, bytes);
  fs.utimesSync(unfinished, modifiedMs / 1000, modifiedMs / 1000);
  fs.renameSync(unfinished, file);
}

/** The first part of a file, in place: a download that has not come to its end. */
export function putPart(file: string, bytes: Buffer, modifiedMs: number): void {
  fs.writeFileSync(file, bytes);
  fs.utimesSync(file, modifiedMs / 1000, modifiedMs / 1000);
}

/** A file that says how large it is and has nothing in it: what is not down yet. */
export function putPlaceholder(file: string, size: number, modifiedMs: number): void {
  fs.rmSync(file, { force: true });
  fs.closeSync(fs.openSync(file, 'w'));
  fs.truncateSync(file, size);
  fs.utimesSync(file, modifiedMs / 1000, modifiedMs / 1000);
}

export function flipBit(bytes: Buffer, at: number, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[at] = flipped[at]! ^ (1 << bit);
  return flipped;
}

/**
 * Copies what a folder holds at this moment, the files of open databases too: what is in a
 * write-ahead log and its database is all that a power cut leaves of them.
 */
export function copyFolder(from: string, to: string): void {
  fs.rmSync(to, { recursive: true, force: true });
  fs.mkdirSync(to, { recursive: true });
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    // An index of a write-ahead log is memory that its users share.
    else if (entry.isFile() && !entry.name.endsWith('-shm')) copyFile(source, target);
  }
}

/** With the times: what a file looks like to whoever saw it before. */
function copyFile(from: string, to: string): void {
  const { mtime } = fs.statSync(from);
  fs.copyFileSync(from, to);
  fs.utimesSync(to, mtime, mtime);
}
