import fs from 'node:fs';
import { withStoreErrors } from '../database/sqlite-errors.ts';
import type { FileShape } from './file-shape.ts';

/** A header that says more has been damaged itself, or there is next to nothing left. */
const mostTimes = 200;

/**
 * A copy of a file that was cut, as long as its header says, with nothing in what is lacking:
 * SQLite opens none that is shorter, and reads the pages that are there. The file itself where
 * there is nothing to lengthen. Throws `disk_full`, `store_unwritable`.
 */
export function lengthened(file: string, { bytes, statedBytes }: FileShape): string {
  if (statedBytes <= bytes || statedBytes > bytes * mostTimes) return file;
  const copy = `${file}.lengthened`;
  withStoreErrors(copy, () => {
    fs.copyFileSync(file, copy);
    fs.truncateSync(copy, statedBytes);
  });
  return copy;
}
