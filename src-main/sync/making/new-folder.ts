import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { toStoreError, withStoreErrors } from '../../store/database/sqlite-errors.ts';
import { nodeDisk } from '../disk.ts';
import { patiently } from '../patience.ts';

/*
 * A library is made in a folder beside its place, which has a name that no library has, and takes
 * its place when it is whole: whoever looks finds all of it or nothing.
 */

const unfinished = /^\.autodoc-unfinished-(\d+)-[0-9a-f]{12}$/;
/** In this order: a library without the second file is still one. */
const libraryFiles = ['replica.db', 'state.db'] as const;
/** Scanners look into what is new, and hold it meanwhile. */
const retryMs = 5_000;

/** Does `work` in a new folder beside `directory`, and moves the library that it made there. */
export async function makeLibraryIn<T>(
  directory: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  requireNoLibrary(directory);
  const parent = path.dirname(directory);
  const name = `.autodoc-unfinished-${process.pid}-${randomBytes(6).toString('hex')}`;
  const folder = path.join(parent, name);
  withStoreErrors(directory, () => {
    nodeDisk.makeFolder(parent);
    removeForgotten(parent);
    nodeDisk.makeFolder(folder);
  });
  try {
    const result = await work(folder);
    await takePlace(folder, directory);
    return result;
  } finally {
    nodeDisk.removeFolder(folder);
  }
}

function requireNoLibrary(directory: string): void {
  for (const name of libraryFiles) requireNothingAt(path.join(directory, name), directory);
}

function requireNothingAt(file: string, directory: string): void {
  if (nodeDisk.look(file) === null) return;
  throw new AppError(
    'already_exists',
    `There is a library in ${directory} already. It is left as it is, and nothing was made. Name ` +
      'another folder.',
    { details: { directory } },
  );
}

async function takePlace(folder: string, directory: string): Promise<void> {
  try {
    requireNoLibrary(directory);
    for (const name of libraryFiles) nodeDisk.flush(path.join(folder, name));
    nodeDisk.flush(folder);
    if (nodeDisk.look(directory) === null) {
      await move(folder, directory, directory);
    } else {
      for (const name of libraryFiles) {
        await move(path.join(folder, name), path.join(directory, name), directory);
      }
      nodeDisk.flush(directory);
    }
    nodeDisk.flush(path.dirname(directory));
  } catch (thrown) {
    throw toStoreError(thrown, directory);
  }
}

/** Somebody else may have made a library there while this was tried. */
function move(from: string, to: string, directory: string): Promise<void> {
  return patiently(
    () => {
      requireNothingAt(to, directory);
      nodeDisk.rename(from, to);
    },
    retryMs,
    undefined,
  );
}

/** What a process that was killed had begun. */
function removeForgotten(parent: string): void {
  for (const name of nodeDisk.list(parent) ?? []) {
    const pid = Number(unfinished.exec(name)?.[1] ?? process.pid);
    if (pid !== process.pid && !isAlive(pid)) nodeDisk.removeFolder(path.join(parent, name));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // Not ours to signal means that it is there.
    return thrown instanceof Error && 'code' in thrown && thrown.code !== 'ESRCH';
  }
}
