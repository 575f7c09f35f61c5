import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src-main/contract/errors.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { openReplica } from '../../fixtures/store/replicas.ts';
import {
  autodocOf,
  codeOf,
  createDocument,
  openLibrary,
  ownerId,
  snapshotOf,
  temporaryDirectory,
} from '../../fixtures/store/temporary-library.ts';

/** A closed library with one document; its folder. */
function closedLibrary(body = 'A body'): string {
  const directory = temporaryDirectory();
  const store = openStore({ directory, logger: silentLogger });
  createDocument(store, 'A name', body);
  store.journal.put(ownerId, { document_body: 'typed', base_version_ids: [] });
  store.close();
  return directory;
}

function alter(file: string, sql: string): void {
  const database = new Database(file);
  database.exec(sql);
  database.close();
}

function overwrite(file: string, position: number, bytes: Buffer): void {
  const descriptor = fs.openSync(file, 'r+');
  fs.writeSync(descriptor, bytes, 0, bytes.length, position);
  fs.closeSync(descriptor);
}

const open = (directory: string) => openStore({ directory, logger: silentLogger }).close();
const replicaOf = (directory: string) => path.join(directory, 'replica.db');
const stateOf = (directory: string) => path.join(directory, 'state.db');

describe('opening a library', () => {
  it('makes one where there is none, beside whatever else is there', () => {
    const parent = temporaryDirectory();
    const directory = path.join(parent, 'a', 'b');
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(path.join(directory, 'holiday.txt'), 'mine');
    const store = openLibrary({ directory });
    expect(store.directory).toBe(directory);
    expect(store.notices).toEqual([]);
    expect(fs.readFileSync(path.join(directory, 'holiday.txt'), 'utf8')).toBe('mine');
    expect(openLibrary({ directory: path.join(parent, 'new', 'folder') }).verify().ok).toBe(true);
  });

  it('sets what keeps it safe and tells it from other files', () => {
    const { directory } = openLibrary();
    const schemas = [
      [replicaOf(directory), 4],
      [stateOf(directory), 3],
    ] as const;
    for (const [file, version] of schemas) {
      const database = new Database(file, { readonly: true });
      const pragma = (name: string) => database.pragma(name, { simple: true });
      expect([pragma('journal_mode'), pragma('application_id'), pragma('user_version')]).toEqual([
        'wal',
        0x41646f63,
        version,
      ]);
      database.close();
    }
  });

  it('waits for the disk at every write', () => {
    const { connection } = openReplica(openLibrary());
    const settings = ['synchronous', 'foreign_keys', 'trusted_schema'];
    expect(settings.map((name) => connection.pragma(name))).toEqual([2, 0, 0]);
    connection.writeUnflushed(() => undefined);
    expect(connection.pragma('synchronous')).toBe(2);
    connection.close();
  });

  it('comes back as the same library and the same replica', () => {
    const first = openLibrary();
    const { document } = createDocument(first);
    const { directory, libraryId, replicaId } = first;
    expect(openLibrary({ directory })).toMatchObject({ libraryId, replicaId });
    expect(openLibrary({ directory }).documents.get(document.id)).toEqual(document);
    expect(openLibrary().libraryId).not.toBe(libraryId);
  });

  it('makes none when it is asked not to', () => {
    const directory = path.join(temporaryDirectory(), 'nothing');
    expect(codeOf(() => openStore({ directory, logger: silentLogger, create: false }))).toBe(
      'not_found',
    );
    expect(fs.existsSync(directory)).toBe(false);
  });

  it('goes on with a library whose making was cut short', () => {
    const directory = temporaryDirectory();
    alter(replicaOf(directory), 'pragma journal_mode = wal; vacuum;');
    expect(openLibrary({ directory }).verify().ok).toBe(true);
    const empty = temporaryDirectory();
    fs.writeFileSync(replicaOf(empty), '');
    expect(openLibrary({ directory: empty }).verify().ok).toBe(true);
  });

  it('says it when the folder cannot be one', () => {
    const file = path.join(temporaryDirectory(), 'file');
    fs.writeFileSync(file, '');
    expect(codeOf(() => open(file))).toBe('store_unwritable');
    expect(codeOf(() => open(path.join(file, 'below')))).toBe('store_unwritable');
    const occupied = temporaryDirectory();
    fs.mkdirSync(replicaOf(occupied));
    expect(codeOf(() => open(occupied))).toBe('store_unwritable');
  });
});

describe('a library of a newer version', () => {
  it.each([
    ['replica.db', 'pragma user_version = 99'],
    ['state.db', 'pragma user_version = 99'],
  ])('is refused by the number in %s, and not a byte is touched', (file, sql) => {
    const directory = closedLibrary();
    alter(path.join(directory, file), sql);
    const before = snapshotOf(directory);
    expect(codeOf(() => open(directory))).toBe('store_newer');
    expect(snapshotOf(directory)).toEqual(before);
  });

  it('is refused too when the number is still in the write-ahead log of a killed process', () => {
    const source = closedLibrary();
    const newer = new Database(replicaOf(source));
    newer.exec('pragma user_version = 99; insert into meta values (1, 2)');
    // A copy taken while it is open is what a kill leaves behind.
    const directory = temporaryDirectory();
    fs.cpSync(source, directory, { recursive: true });
    newer.close();
    const before = snapshotOf(directory);
    expect([...before.keys()].some((file) => file.endsWith('replica.db-wal'))).toBe(true);
    expect(codeOf(() => open(directory))).toBe('store_newer');
    expect(snapshotOf(directory)).toEqual(before);
  });

  it('is refused by the format that its identity names', () => {
    const directory = closedLibrary();
    const database = new Database(replicaOf(directory));
    const row = database.prepare('select value from meta').pluck().get() as string;
    database.close();
    const { library_id } = JSON.parse(row) as { library_id: string };
    const [format, min_reader] = [2, 2];
    const sha256 = createHash('sha256')
      .update(JSON.stringify(['autodoc-identity-1', library_id, format, min_reader]))
      .digest('hex');
    const newer = JSON.stringify({ library_id, format, min_reader, sha256 });
    alter(replicaOf(directory), `update meta set value = '${newer}'`);
    const before = snapshotOf(directory);
    expect(codeOf(() => open(directory))).toBe('store_newer');
    expect(snapshotOf(directory)).toEqual(before);
  });
});

describe('a damaged replica.db', () => {
  const damages: readonly (readonly [string, (file: string) => void])[] = [
    ['another file', (file) => fs.writeFileSync(file, 'This is no database. '.repeat(1_000))],
    ['a few bytes', (file) => fs.writeFileSync(file, 'SQLite')],
    ['a header overwritten', (file) => overwrite(file, 0, Buffer.alloc(64, 0x55))],
    ['a half of it', (file) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2))],
    ['a page overwritten', (file) => overwrite(file, 4096, Buffer.alloc(4096, 0xaa))],
    ['another application’s database', (file) => alter(file, 'pragma application_id = 7')],
    [
      'an identity changed',
      (file) => alter(file, "update meta set value = replace(value, 'format', 'formal')"),
    ],
  ];

  it.each(damages)('(%s) is said, and left as it is', (_name, damage) => {
    const directory = closedLibrary('A long body. '.repeat(5_000));
    damage(replicaOf(directory));
    const before = fs.readFileSync(replicaOf(directory));
    let error: unknown;
    try {
      open(directory);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'store_damaged' });
    expect((error as AppError).message).toContain(replicaOf(directory));
    expect((error as AppError).message).toMatch(/left/);
    expect(fs.readFileSync(replicaOf(directory)).equals(before)).toBe(true);
  });

  it('is not taken for a new library when it is gone', () => {
    const directory = closedLibrary();
    fs.rmSync(replicaOf(directory));
    expect(codeOf(() => open(directory))).toBe('store_damaged');
    expect(fs.readdirSync(directory)).toEqual(['state.db']);
  });
});

describe('a damaged state.db', () => {
  it('is moved aside; documents, autosaved text, settings and the queue stay', () => {
    const first = openLibrary();
    const { document, version } = createDocument(first, 'Lawn', 'How do I mow it?');
    const autodoc = first.write({ id: ownerId }, (t) =>
      t.queueAutodoc(autodocOf(document.id, version.id)),
    );
    const entry = first.journal.put(document.id, {
      document_body: 'typed '.repeat(5_000),
      base_version_ids: [version.id],
    });
    first.values.set('settings', { theme: 'dark' });
    const { directory, replicaId } = first;
    first.close();
    // A page of the index: what cannot be rescued can be made anew.
    const database = new Database(stateOf(directory), { readonly: true });
    const page = database
      .prepare("select rootpage from sqlite_schema where name = 'full_text_sources_of_document'")
      .pluck()
      .get() as number;
    database.close();
    overwrite(stateOf(directory), (page - 1) * 4096, Buffer.alloc(4096, 0xaa));

    const store = openLibrary({ directory });
    expect(store.notices).toHaveLength(1);
    expect(store.notices[0]).toContain('Everything in it could be read');
    expect(
      fs.readdirSync(directory).filter((name) => /^state-damaged-.*\.db$/.test(name)),
    ).toHaveLength(1);
    expect(store.replicaId).not.toBe(replicaId);
    expect(store.journal.get(document.id)).toEqual(entry);
    expect(store.values.get('settings')).toEqual({ theme: 'dark' });
    expect(store.autodocs.queue()).toEqual([autodoc]);
    const query = {
      query: 'mow',
      visible_to: null,
      place: 'library',
      offset: 0,
      limit: 1,
    } as const;
    expect(store.documents.list(query).total).toBe(1);
    expect(store.verify()).toMatchObject({ ok: true, problems: [] });
  });

  it('costs nobody their library even when nothing of it can be read', () => {
    const directory = closedLibrary();
    fs.writeFileSync(stateOf(directory), 'no database at all '.repeat(100));
    const store = openLibrary({ directory });
    expect(store.notices[0]).toContain('damaged');
    expect(
      store.documents.list({
        query: 'name',
        visible_to: null,
        place: 'library',
        offset: 0,
        limit: 9,
      }).total,
    ).toBe(1);
    expect(store.verify().ok).toBe(true);
    expect(openLibrary({ directory }).notices).toEqual([]);
  });

  it('is made anew, index and all, when it is gone', () => {
    const first = openLibrary();
    const { document, version } = createDocument(first);
    const autodoc = first.write({ id: ownerId }, (t) =>
      t.queueAutodoc(autodocOf(document.id, version.id)),
    );
    const { directory } = first;
    first.close();
    fs.rmSync(stateOf(directory));
    const store = openLibrary({ directory });
    expect(
      store.documents.list({
        query: 'body',
        visible_to: null,
        place: 'library',
        offset: 0,
        limit: 9,
      }).total,
    ).toBe(1);
    // Nobody but this machine ever wrote here, so the queue is its own.
    expect(store.autodocs.queue()).toEqual([autodoc]);
  });
});

describe('an older copy of replica.db put back', () => {
  it('is searched as it is', () => {
    const first = openLibrary();
    const { document, version } = createDocument(first, 'Name', 'early words');
    const { directory } = first;
    first.close();
    const copy = fs.readFileSync(replicaOf(directory));
    const second = openStore({ directory, logger: silentLogger });
    second.write({ id: ownerId }, (t) => t.saveBody(document.id, 'later words', [version.id]));
    second.close();
    fs.writeFileSync(replicaOf(directory), copy);
    const store = openLibrary({ directory });
    const total = (query: string) =>
      store.documents.list({ query, visible_to: null, place: 'library', offset: 0, limit: 9 })
        .total;
    expect([total('early '), total('later ')]).toEqual([1, 0]);
  });
});

describe('a full disk', () => {
  it('refuses the write, says so, and keeps everything from before', () => {
    const directory = closedLibrary();
    const store = openLibrary({ directory, maxPageCount: 60 });
    const { document, version } = createDocument(store, 'Name', 'kept');
    const entry = store.journal.put(document.id, {
      document_body: 'kept too',
      base_version_ids: [],
    });
    const large = 'x'.repeat(1_000_000);
    expect(
      codeOf(() =>
        store.write({ id: ownerId }, (t) => t.saveBody(document.id, large, [version.id])),
      ),
    ).toBe('disk_full');
    expect(
      codeOf(() => store.journal.put(document.id, { document_body: large, base_version_ids: [] })),
    ).toBe('disk_full');
    expect(store.documents.get(document.id)?.document_body).toBe('kept');
    expect(store.journal.get(document.id)).toEqual(entry);
    expect(store.verify().ok).toBe(true);
    const later = openLibrary({ directory });
    const saved = later.write({ id: ownerId }, (t) => t.saveBody(document.id, large, [version.id]));
    expect(later.versions.get(saved.id)?.document_body).toBe(large);
  });
});

describe('a state.db that cannot be written', () => {
  it('fails no write of the library, and the index catches up later', () => {
    const { directory } = openLibrary();
    const state = new Database(stateOf(directory));
    state.exec('begin immediate');
    const store = openLibrary({ directory, busyTimeoutMs: 0 });
    expect(codeOf(() => createDocument(store))).toBe('nothing thrown');
    state.close();
    expect(
      store.documents.list({
        query: 'body',
        visible_to: null,
        place: 'library',
        offset: 0,
        limit: 9,
      }).total,
    ).toBe(1);
  });
});

describe('a file that another program holds', () => {
  it('is waited for, then said to be busy', () => {
    const store = openLibrary({ busyTimeoutMs: 20 });
    const other = new Database(replicaOf(store.directory));
    other.exec('begin immediate');
    expect(codeOf(() => createDocument(store))).toBe('store_busy');
    other.exec('rollback');
    other.close();
    expect(codeOf(() => createDocument(store))).toBe('nothing thrown');
  });
});
