import fs from 'node:fs';
import path from 'node:path';
import { copyInPieces } from './copy-in-pieces.ts';
import { removeInPieces } from './remove-in-pieces.ts';

/** What lies at a path. */
export interface FileStat {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Blocks of 512 bytes that the disk keeps for it: none for what is not down yet. */
  readonly blocks: number;
  /** Another one once anything about the file changed, its name too. */
  readonly stamp: string;
  /** Another one once what it holds changed. */
  readonly contentStamp: string;
  readonly modifiedMs: number;
  /** Who may read and write it, as the system has it. */
  readonly mode: number;
}

/**
 * The one place where sharing touches the disk. Every method throws what `node:fs` throws,
 * except that what is not there is null or nothing. Synchronous: whoever must not wait lets a
 * worker do it.
 */
export interface Disk {
  /** What lies at `file` itself, a link unfollowed; null when there is nothing. */
  look(file: string): FileStat | null;
  /** The names in a folder; null where there is no such folder. */
  list(folder: string): readonly string[] | null;
  /** Up to `length` bytes. */
  read(file: string, position: number, length: number): Buffer;
  write(file: string, text: string): void;
  makeFolder(folder: string): void;
  /** Copies a file to a place where nothing is; `isFlushed`: and has the disk keep the copy. */
  copy(from: string, to: string, options?: { readonly isFlushed?: boolean }): void;
  rename(from: string, to: string): void;
  allow(file: string, mode: number): void;
  /** Has the disk keep what was written to a file, or to a folder of its names. */
  flush(fileOrFolder: string): void;
  remove(file: string): void;
  /** Removes a folder of our own with everything in it. */
  removeFolder(folder: string): void;
  /** Where a link leads in the end. */
  follow(link: string): string;
}

export const nodeDisk: Disk = {
  look(file) {
    const found = orNull(() => fs.lstatSync(file, { bigint: true }));
    if (found === null) return null;
    return {
      kind: found.isFile()
        ? 'file'
        : found.isDirectory()
          ? 'folder'
          : found.isSymbolicLink()
            ? 'link'
            : 'other',
      size: Number(found.size),
      blocks: Number(found.blocks),
      // The time of the last change of the entry, too: services set the other one as they like.
      stamp: [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(':'),
      contentStamp: [found.ino, found.size, found.mtimeNs].join(':'),
      modifiedMs: Number(found.mtimeMs),
      mode: Number(found.mode) & 0o777,
    };
  },

  list: (folder) => orNull(() => fs.readdirSync(folder)),

  read(file, position, length) {
    const descriptor = fs.openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, fs.readSync(descriptor, bytes, 0, length, position));
    } finally {
      fs.closeSync(descriptor);
    }
  },

  write: (file, text) => fs.writeFileSync(file, text, { mode: 0o600 }),
  makeFolder: (folder) => void fs.mkdirSync(folder, { recursive: true }),
  copy: (from, to, { isFlushed = false } = {}) => copyInPieces(from, to, isFlushed),
  rename: (from, to) => fs.renameSync(from, to),

  allow: (file, mode) => fs.chmodSync(file, mode),

  flush(fileOrFolder) {
    const isFolder = fs.statSync(fileOrFolder).isDirectory();
    // Windows opens no folders, and keeps names without being asked.
    if (isFolder && process.platform === 'win32') return;
    const descriptor = fs.openSync(fileOrFolder, isFolder ? 'r' : 'r+');
    try {
      fs.fsyncSync(descriptor);
    } catch (thrown) {
      // Some network file systems do not flush folders.
      if (!isFolder) throw thrown;
    } finally {
      fs.closeSync(descriptor);
    }
  },

  remove: (file) => fs.rmSync(file, { force: true }),
  removeFolder: removeInPieces,
  follow: (link) => path.resolve(fs.realpathSync(link)),
};

function orNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch (thrown) {
    const code = errnoOf(thrown);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw thrown;
  }
}

/** The system's name for what went wrong: `ENOSPC`. Null for anything else. */
export function errnoOf(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : null;
}
