import path from 'node:path';
import { errnoOf, type Disk } from './disk.ts';
import { problem, SharingProblem } from './problems.ts';

/** Where the team file lies. */
export interface Place {
  readonly folder: string;
  /** Of the file, in the folder. */
  readonly name: string;
  readonly file: string;
  /** Everything in the folder. */
  readonly names: ReadonlySet<string>;
}

/**
 * Finds the team file's folder. A link is followed, so that the file that it leads to is the one
 * that is replaced. Throws `SharingProblem` where there is nothing to share by.
 */
export function findPlace(disk: Disk, file: string): Place {
  const real = disk.look(file)?.kind === 'link' ? follow(disk, file) : file;
  const folder = path.dirname(real);
  const names = disk.list(folder);
  if (names === null) throw new SharingProblem(problem('folderMissing', file));
  const name = listedName(disk, folder, path.basename(real), names);
  return { folder, name, file: path.join(folder, name), names: new Set(names) };
}

/**
 * What the folder calls a file: where upper and lower case, or ways to write an accent, are the
 * same to it, somebody may have named it otherwise.
 */
function listedName(disk: Disk, folder: string, name: string, names: readonly string[]): string {
  if (names.includes(name)) return name;
  const found = disk.look(path.join(folder, name));
  if (found === null) return name;
  const isSame = (other: string) =>
    folded(other) === folded(name) && disk.look(path.join(folder, other))?.stamp === found.stamp;
  return names.find(isSame) ?? name;
}

const folded = (name: string) => name.normalize('NFC').toLowerCase();

function follow(disk: Disk, link: string): string {
  try {
    return disk.follow(link);
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ELOOP') {
      throw new SharingProblem(problem('linkBroken', link));
    }
    throw thrown;
  }
}
