import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { withStoreErrors } from '../../store/database/sqlite-errors.ts';
import { nodeDisk } from '../disk.ts';

/*
 * A library is made in a folder beside its place, which has a name that no library has, and takes
 * its place when it is whole: whoever looks finds all of it or nothing.
 */

const unfinished = /^\.autodoc-unfinished-(\d+)-[0-9a-f]{12}$/;
/** In this order: a library without the second file is still one. */
const libraryFiles = ['replica.db', 'state.db'] as const;

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
    withStoreErrors(directory, () => takePlace(folder, directory));
    return result;
  } finally {
    nodeDisk.removeFolder(folder);
  }
}

function requireNoLibrary(directory: string): void {
  if (!libraryFiles.some((name) => nodeDisk.look(path.join(directory, name)) !== null)) return;
  throw new AppError(
    'already_exists',
    `There is a library in ${directory} already. It is left as it is, and nothing was made. Name ` +
      'another folder.',
    { details: { directory } },
  );
}

function takePlace(folder: string, directory: string): void {
  requireNoLibrary(directory);
  for (const name of libraryFiles) nodeDisk.flush(path.join(folder, name));
  nodeDisk.flush(folder);
  if (nodeDisk.look(directory) === null) {
    nodeDisk.rename(folder, directory);
  } else {
    for (const name of libraryFiles) {
      nodeDisk.rename(path.join(folder, name), path.join(directory, name));
    }
    nodeDisk.flush(directory);
  }
  nodeDisk.flush(path.dirname(directory));
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
