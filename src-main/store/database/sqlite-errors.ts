import Database from 'better-sqlite3';
import path from 'node:path';
import { AppError, type ErrorCode } from '../../contract/errors.ts';

/** What a person is told for each way that SQLite or the file system can refuse. */
const messages = {
  store_damaged: (file: string) =>
    path.basename(file) === 'state.db'
      ? `The file ${file} is damaged. Your documents are not in it and are kept. ` +
        `Close Autodoc and start it again: it makes a new one and takes over what can be read.`
      : `The file ${file} is damaged. It is left where it is and nothing more is written to it; ` +
        `text that was typed and not yet saved is kept in the state.db beside it. ` +
        `Close Autodoc, move the damaged file out of the folder, and put a copy of the newest file ` +
        `from "${path.join(path.dirname(file), 'backups')}" or of your own backup in its place as ` +
        `${path.basename(file)}.`,
  store_unwritable: (file: string) =>
    `Autodoc cannot write to ${file}. What was saved before is kept; this was not saved. ` +
    `Check that the disk is there and that you may write to the folder, or choose another one.`,
  disk_full: (file: string) =>
    `The disk with ${file} is full. What was saved before is kept; this was not saved. ` +
    `Make room on the disk, then save again.`,
  store_busy: (file: string) =>
    `Another program is holding ${file}. What was saved before is kept; this was not saved. ` +
    `Try again in a moment, or close the other program.`,
} as const satisfies Partial<Record<ErrorCode, (file: string) => string>>;

type StoreErrorCode = keyof typeof messages;

/** SQLite's result codes (with their extensions) by the start of their names, first match first. */
const sqliteCodes: readonly (readonly [prefix: string, code: StoreErrorCode])[] = [
  ['SQLITE_CORRUPT', 'store_damaged'],
  ['SQLITE_NOTADB', 'store_damaged'],
  ['SQLITE_FULL', 'disk_full'],
  // The index of the write-ahead log could not grow: in practice a full disk.
  ['SQLITE_IOERR_SHMSIZE', 'disk_full'],
  ['SQLITE_BUSY', 'store_busy'],
  ['SQLITE_LOCKED', 'store_busy'],
  ['SQLITE_PROTOCOL', 'store_busy'],
  ['SQLITE_READONLY', 'store_unwritable'],
  ['SQLITE_CANTOPEN', 'store_unwritable'],
  ['SQLITE_PERM', 'store_unwritable'],
  ['SQLITE_IOERR', 'store_unwritable'],
];

const systemCodes: Readonly<Record<string, StoreErrorCode>> = {
  ENOSPC: 'disk_full',
  EDQUOT: 'disk_full',
  EBUSY: 'store_busy',
  EACCES: 'store_unwritable',
  EPERM: 'store_unwritable',
  EROFS: 'store_unwritable',
  ENOENT: 'store_unwritable',
  ENOTDIR: 'store_unwritable',
  EEXIST: 'store_unwritable',
  EISDIR: 'store_unwritable',
  ENAMETOOLONG: 'store_unwritable',
  EIO: 'store_unwritable',
};

/** An `AppError` with the code's standing message about `file`. */
export function storeError(code: StoreErrorCode, file: string, cause?: unknown): AppError {
  return new AppError(code, messages[code](file), { details: { file }, cause });
}

/**
 * The one place where errors of SQLite and of the file system become ours. Anything else (an
 * `AppError`, a bug) comes back as it is.
 */
export function toStoreError(thrown: unknown, file: string): unknown {
  if (thrown instanceof Database.SqliteError) {
    const known = sqliteCodes.find(([prefix]) => thrown.code.startsWith(prefix));
    return known === undefined ? thrown : storeError(known[1], file, thrown);
  }
  if (thrown instanceof Error && !(thrown instanceof AppError) && 'code' in thrown) {
    const known = systemCodes[String(thrown.code)];
    return known === undefined ? thrown : storeError(known, file, thrown);
  }
  return thrown;
}

/** Runs `work`; what SQLite or the file system throws in it leaves as an `AppError` about `file`. */
export function withStoreErrors<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw toStoreError(thrown, file);
  }
}
