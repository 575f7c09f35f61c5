import Database from 'better-sqlite3';
import { sql } from 'kysely';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type * as realMigrations from '../../../migrations/index.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { backUp } from '../../../src-main/store/database/backup.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { derivedRowsOf, openReplica } from '../../fixtures/store/replicas.ts';
import {
  codeOf,
  createDocument,
  filledLibrary,
  openLibrary,
} from '../../fixtures/store/temporary-library.ts';

// A second step, as the next version of Autodoc will have one.
const migrations = vi.hoisted(() => ({ isNewer: false }));
vi.mock('../../../migrations/index.ts', async (original) => {
  const real = await original<typeof realMigrations>();
  const second: (typeof real.replicaMigrations)[number] = (db) => [
    db.schema.createTable('remarks').addColumn('id', 'text').compile(),
    // What a new kind of derived row would be: not there until it is made from the log.
    sql`delete from versions`.compile(db),
  ];
  return {
    ...real,
    get replicaMigrations() {
      return migrations.isNewer ? [...real.replicaMigrations, second] : real.replicaMigrations;
    },
  };
});

/** A store of version 1 with the same log, which may have come from a newer machine. */
function makeOld(directory: string): void {
  const file = path.join(directory, 'replica.db');
  const old = new Database(path.join(directory, 'old.db'));
  const schema = path.join(import.meta.dirname, '../../fixtures/store/schemas/replica-1.sql');
  old.exec(fs.readFileSync(schema, 'utf8'));
  old.exec(`attach '${file}' as newer`);
  old.exec('insert into changes select * from newer.changes');
  old.exec('insert into meta select * from newer.meta');
  old.pragma('application_id = 0x41646f63');
  old.pragma('user_version = 1');
  old.close();
  fs.renameSync(path.join(directory, 'old.db'), file);
}

const backupsIn = (directory: string) => fs.readdirSync(path.join(directory, 'backups')).sort();

describe('a backup', () => {
  it('is a whole library of its own', () => {
    const store = openLibrary();
    createDocument(store);
    const { connection } = openReplica(store);
    const copy = backUp(connection, Date.parse('2026-11-20T10:00:00.123Z'));
    connection.close();
    expect(copy).toBe(path.join(store.directory, 'backups', 'replica-20261120T100000-123Z.db'));
    expect(backupsIn(store.directory)).toEqual(['replica-20261120T100000-123Z.db']);
    const directory = path.join(store.directory, 'put back');
    fs.mkdirSync(directory);
    fs.copyFileSync(copy, path.join(directory, 'replica.db'));
    const restored = openLibrary({ directory });
    expect(restored.verify()).toMatchObject({ ok: true, documents: 1 });
    expect(restored.libraryId).toBe(store.libraryId);
    expect(derivedRowsOf(restored)).toEqual(derivedRowsOf(store));
  });

  it('is kept five times, beside whatever else lies there', () => {
    const store = openLibrary();
    const { connection } = openReplica(store);
    fs.mkdirSync(path.join(store.directory, 'backups'));
    fs.writeFileSync(path.join(store.directory, 'backups', 'my own.db'), '');
    for (let day = 10; day < 18; day++) backUp(connection, Date.parse(`2026-11-${day}`));
    connection.close();
    expect(backupsIn(store.directory)).toEqual([
      'my own.db',
      ...[13, 14, 15, 16, 17].map((day) => `replica-202611${day}T000000-000Z.db`),
    ]);
  });

  it('of a library with a rotten row is none, and says so', () => {
    const store = openLibrary({ directory: filledLibrary() });
    const database = new Database(path.join(store.directory, 'replica.db')).unsafeMode();
    database.pragma('writable_schema = on');
    const change = (from: string, to: string) =>
      database
        .prepare("update sqlite_schema set sql = replace(sql, ?, ?) where name = 'users'")
        .run(from, to);
    change('name text not null', 'name text');
    database.pragma('writable_schema = reset');
    database.exec('update users set name = null');
    database.pragma('writable_schema = on');
    change('name text', 'name text not null');
    database.close();
    const { connection } = openReplica(store);
    expect(codeOf(() => backUp(connection, 0))).toBe('store_damaged');
    connection.close();
    expect(backupsIn(store.directory)).toEqual([]);
  });

  it('that cannot be made leaves nothing half-made', () => {
    const store = openLibrary();
    fs.writeFileSync(path.join(store.directory, 'backups'), 'a file in its place');
    const { connection } = openReplica(store);
    expect(codeOf(() => backUp(connection, 0))).toBe('store_unwritable');
    connection.close();
  });
});

describe('an update of the library', () => {
  it('makes a verified backup first, says so, and keeps every row', () => {
    const directory = filledLibrary();
    const before = derivedRowsOf(openLibrary({ directory }));
    migrations.isNewer = true;
    const store = openLibrary({ directory });
    migrations.isNewer = false;
    expect(store.notices).toHaveLength(1);
    const [name] = backupsIn(directory);
    expect(store.notices[0]).toContain(name);
    expect(derivedRowsOf(store)).toEqual(before);
    expect(store.verify().ok).toBe(true);
    const copy = new Database(path.join(directory, 'backups', name ?? ''), { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(4);
    copy.close();
    // And the version before refuses what the newer one made.
    store.close();
    expect(codeOf(() => openStore({ directory, logger: silentLogger }))).toBe('store_newer');
  });

  it('finds candidates that the version before could not show', () => {
    const directory = filledLibrary();
    const before = derivedRowsOf(openLibrary({ directory }));
    makeOld(directory);
    const store = openLibrary({ directory });
    expect(derivedRowsOf(store)).toEqual(before);
    expect(store.autodocs.list()[0]?.candidates).toHaveLength(2);
    expect(store.verify().ok).toBe(true);
  });

  it('does not begin when the backup cannot be made', () => {
    const directory = filledLibrary();
    fs.writeFileSync(path.join(directory, 'backups'), 'a file in its place');
    migrations.isNewer = true;
    expect(codeOf(() => openStore({ directory, logger: silentLogger }))).toBe('store_unwritable');
    migrations.isNewer = false;
    expect(openLibrary({ directory }).verify().ok).toBe(true);
  });
});
