import fs from 'node:fs';
import { storeError, withStoreErrors } from './sqlite-errors.ts';

/*
 * What a database says of itself, read from its first page without opening it: SQLite makes
 * files beside a database even when it only reads, and a database that we refuse must stay as
 * it is to the byte. Offsets: https://www.sqlite.org/fileformat2.html
 */

export interface FileHeader {
  readonly userVersion: number;
  readonly applicationId: number;
  /** No table, view or index in it. */
  readonly isEmpty: boolean;
}

const magic = Buffer.from('SQLite format 3\0', 'latin1');
/** The header and the start of the schema's b-tree page. */
const headerBytes = 108;

/**
 * The header of a database, or null when there is no file or an empty one.
 * Throws `store_damaged` when the file is something else than a database.
 */
export function readFileHeader(file: string): FileHeader | null {
  const page = withStoreErrors(file, () => {
    const start = readAt(file, 0, headerBytes);
    return start === null || start.length === 0 ? null : (newestFirstPage(file) ?? start);
  });
  if (page === null) return null;
  if (page.length < headerBytes || !page.subarray(0, magic.length).equals(magic)) {
    throw storeError('store_damaged', file);
  }
  return {
    userVersion: page.readUInt32BE(60),
    applicationId: page.readUInt32BE(68),
    // A leaf page without cells.
    isEmpty: page[100] === 0x0d && page.readUInt16BE(103) === 0,
  };
}

/**
 * The start of page 1 as the write-ahead log has it: after a crash the newest header is there
 * and not yet in the file. Null when the log does not have it.
 */
function newestFirstPage(file: string): Buffer | null {
  const log = `${file}-wal`;
  const header = readAt(log, 0, 32);
  if (header?.length !== 32) return null;
  const frameBytes = 24 + header.readUInt32BE(8);
  if (frameBytes <= 24) return null;
  const descriptor = fs.openSync(log, 'r');
  try {
    let newest: Buffer | null = null;
    let uncommitted: Buffer | null = null;
    const frame = Buffer.alloc(24 + headerBytes);
    for (let at = 32; fs.readSync(descriptor, frame, 0, frame.length, at) === frame.length;) {
      // Other salts: left over from before the log last began anew.
      if (!frame.subarray(8, 16).equals(header.subarray(16, 24))) break;
      if (frame.readUInt32BE(0) === 1) uncommitted = Buffer.from(frame.subarray(24));
      // The last frame of a transaction says how large the database is after it.
      if (frame.readUInt32BE(4) !== 0) newest = uncommitted ?? newest;
      at += frameBytes;
    }
    return newest;
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Up to `length` bytes of a file, or null when there is none. */
function readAt(file: string, position: number, length: number): Buffer | null {
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, 'r');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, fs.readSync(descriptor, bytes, 0, length, position));
  } finally {
    fs.closeSync(descriptor);
  }
}
