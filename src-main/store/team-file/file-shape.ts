import fs from 'node:fs';
import { withStoreErrors } from '../database/sqlite-errors.ts';

/*
 * What the first hundred bytes of a database say, and whether the file is as long as they say.
 * Offsets: https://www.sqlite.org/fileformat2.html
 */

export interface FileShape {
  readonly applicationId: number;
  /** As many bytes as its pages need. */
  readonly statedBytes: number;
  /** Whether the file has so many. */
  readonly isWhole: boolean;
  /** Whether it is kept with a write-ahead log, which reading alone would have to make. */
  readonly needsLog: boolean;
  readonly bytes: number;
}

export const headerBytes = 100;
export const magic = Buffer.from('SQLite format 3\0', 'latin1');

/** What a file's header says; null for a file that does not begin as a database does. */
export function readFileShape(file: string): FileShape | null {
  return withStoreErrors(file, () => {
    const descriptor = fs.openSync(file, 'r');
    try {
      const header = Buffer.alloc(headerBytes);
      const read = fs.readSync(descriptor, header, 0, headerBytes, 0);
      return shapeOf(header.subarray(0, read), fs.fstatSync(descriptor).size);
    } finally {
      fs.closeSync(descriptor);
    }
  });
}

/** The same of bytes that were read already. */
export function shapeOf(header: Buffer, bytes: number): FileShape | null {
  if (header.length < headerBytes || !header.subarray(0, magic.length).equals(magic)) return null;
  // 65,536 does not fit into the two bytes.
  const stated = header.readUInt16BE(16);
  const pageSize = stated === 1 ? 65_536 : stated;
  const statedBytes = header.readUInt32BE(28) * pageSize;
  return {
    applicationId: header.readUInt32BE(68),
    statedBytes,
    isWhole: statedBytes === bytes,
    needsLog: header[18] === 2 || header[19] === 2,
    bytes,
  };
}
