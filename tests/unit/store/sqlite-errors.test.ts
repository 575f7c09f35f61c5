import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src-main/contract/errors.ts';
import { toStoreError } from '../../../src-main/store/database/sqlite-errors.ts';

const mapped = (thrown: unknown) => {
  const error = toStoreError(thrown, '/library/replica.db');
  return error instanceof AppError ? error.code : error;
};

describe('toStoreError', () => {
  it.each([
    ['SQLITE_CORRUPT', 'store_damaged'],
    ['SQLITE_CORRUPT_INDEX', 'store_damaged'],
    ['SQLITE_NOTADB', 'store_damaged'],
    ['SQLITE_FULL', 'disk_full'],
    ['SQLITE_IOERR_SHMSIZE', 'disk_full'],
    ['SQLITE_BUSY', 'store_busy'],
    ['SQLITE_BUSY_SNAPSHOT', 'store_busy'],
    ['SQLITE_READONLY_DIRECTORY', 'store_unwritable'],
    ['SQLITE_CANTOPEN', 'store_unwritable'],
    ['SQLITE_IOERR_FSYNC', 'store_unwritable'],
  ])('says %s as %s', (sqlite, ours) => {
    expect(mapped(new Database.SqliteError('from SQLite', sqlite))).toBe(ours);
  });

  it.each([
    ['ENOSPC', 'disk_full'],
    ['EROFS', 'store_unwritable'],
    ['EACCES', 'store_unwritable'],
  ])('says the system error %s as %s', (system, ours) => {
    expect(mapped(Object.assign(new Error('from the system'), { code: system }))).toBe(ours);
  });

  it('keeps the cause and says what was kept and what to do', () => {
    const cause = new Database.SqliteError('full', 'SQLITE_FULL');
    const error = toStoreError(cause, '/library/replica.db') as AppError;
    expect(error.cause).toBe(cause);
    expect(error.message).toContain('/library/replica.db');
    expect(error.message).toContain('What was saved before is kept');
    expect(error.message).toContain('Make room');
  });

  it('leaves bugs as they are', () => {
    const bug = new TypeError('a bug');
    const misuse = new Database.SqliteError('no such column', 'SQLITE_ERROR');
    expect(toStoreError(bug, 'f')).toBe(bug);
    expect(toStoreError(misuse, 'f')).toBe(misuse);
  });
});
