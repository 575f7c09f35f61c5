import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { isMissing } from '../checkpoint/read-json.ts';

/** What a file system takes beside the files themselves. */
const marginBytes = 16 * 2 ** 20;

/**
 * Free bytes on the disk that a folder is on or, while it is not there, would be on; null where
 * the system does not tell.
 */
export async function freeDiskBytes(directory: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch (error) {
    const parent = path.dirname(directory);
    if (isMissing(error) && parent !== directory) return freeDiskBytes(parent);
    return null;
  }
}

/** Fails with `disk_full` where fewer bytes are free than are to be written. */
export function requireRoom(
  directory: string,
  neededBytes: number,
  freeBytes: number | null,
): void {
  const needed = neededBytes + marginBytes;
  if (freeBytes === null || freeBytes >= needed) return;
  throw new AppError(
    'disk_full',
    `The model needs ${inWords(needed)} on the disk with the models (${directory}), and ` +
      `${inWords(freeBytes)} are free. Nothing was written. Free some space, or import it with ` +
      'fewer variants.',
    { details: { path: directory, needed_bytes: needed, free_bytes: freeBytes } },
  );
}

function inWords(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
