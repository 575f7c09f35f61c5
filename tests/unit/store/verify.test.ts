import Database from 'better-sqlite3';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { derivedRowsOf } from '../../fixtures/store/replicas.ts';
import {
  codeOf,
  createDocument,
  filledLibrary,
  openLibrary,
  ownerId,
} from '../../fixtures/store/temporary-library.ts';

function tamper(sql: string) {
  const directory = filledLibrary();
  const database = new Database(path.join(directory, 'replica.db'));
  expect(database.prepare(sql).run().changes).toBeGreaterThan(0);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
  return openLibrary({ directory });
}

const one = 'rowid = (select min(rowid) from';

describe('verify', () => {
  it('finds nothing in a sound library and counts what is there', () => {
    const report = openLibrary({ directory: filledLibrary() }).verify();
    expect(report).toEqual({
      ok: true,
      changes: 14,
      documents: 2,
      autodocs: 1,
      versions: 4,
      problems: [],
    });
  });

  it('takes no offence at what another process indexed meanwhile', () => {
    const other = openLibrary();
    for (let i = 0; i < 15; i++) createDocument(other, `Name ${i}`, `Body ${i}`);
    const library = openLibrary({ directory: other.directory });
    library.documents.list({
      query: 'name',
      visible_to: null,
      place: 'library',
      offset: 0,
      limit: 1,
    });
    createDocument(other, 'One more', 'And its body');
    expect(library.verify().problems).toEqual([]);
  });

  /** In the log: what cannot be made anew, only reported. */
  it.each([
    ['a plain value', `update changes set value = replace(value, 'Other', 'Othes')`],
    [
      'a compressed value',
      `update changes set value = substr(value, 1, length(value) - 1) where base_id is not null`,
    ],
    [
      'the base of a value',
      `update changes set base_id = (select id from changes where field = 'document_name') where base_id is not null`,
    ],
    ['the hash of a value', `update changes set value_sha256 = zeroblob(32) where field = 'name'`],
    ['the hash of a change', `update changes set sha256 = zeroblob(32) where field = 'name'`],
    ['an actor', `update changes set actor_id = replace(actor_id, '1', '2') where field = 'name'`],
    ['a time', `update changes set hlc = replace(hlc, '0', '1') where field = 'name'`],
    ['parents', `update changes set parents = '[]' where parents != '[]'`],
    ['a field', `update changes set field = 'brief' where field = 'document_name'`],
    ['a sequence number', `update changes set seq = seq + 100 where ${one} changes)`],
    [
      'a purged base',
      `update changes set value = null where field = 'document_body' and parents = '[]'`,
    ],
    ['a missing change', `delete from changes where field = 'email'`],
  ])('finds %s that was altered', (_name, sql) => {
    const store = tamper(sql);
    const derived = derivedRowsOf(store);
    expect(store.verify().ok).toBe(false);
    expect(store.rebuild().ok).toBe(false);
    // What is derived may be the only sound copy by now.
    expect(derivedRowsOf(store)).toEqual(derived);
  });

  /** In the derived tables: a rebuild puts it right. */
  it.each([
    ['a derived value', `update documents set brief = 'x' where ${one} documents)`],
    ['a body', `update documents set document_body = document_body || ' '`],
    ['a summary', 'update document_summaries set words = words + 1'],
    ['a null', 'update autodocs set score = null'],
    ['a user', `update users set user_type = 'editor'`],
    ['a missing document', `delete from documents where ${one} documents)`],
    ['a missing version', `delete from versions where ${one} versions)`],
    ['a missing revision', 'delete from revisions'],
    ['a row too many', `insert into revisions values ('x', 'y', 'z', 't')`],
  ])('finds %s that differs from the log, and a rebuild mends it', (_name, sql) => {
    const store = tamper(sql);
    const report = store.verify();
    expect(report.ok).toBe(false);
    expect(report.problems.join()).not.toContain('Other body');
    expect(store.rebuild()).toMatchObject({ ok: true, problems: [] });
    expect(store.verify()).toMatchObject({ ok: true, problems: [] });
  });

  it('finds an index that is not what its table says, and a rebuild mends it', () => {
    const directory = filledLibrary();
    const withSchema = (work: (database: Database.Database) => void) => {
      const database = new Database(path.join(directory, 'replica.db')).unsafeMode();
      database.pragma('writable_schema = on');
      work(database);
      database.close();
    };
    const index = `name = 'changes_of_entity'`;
    const moveUser = (to: string, from: string) => (database: Database.Database) => {
      const move = database.prepare('update changes set entity_id = ? where entity_id = ?');
      expect(move.run(to, from).changes).toBe(5);
    };
    let row: unknown[] = [];
    // Away and back again, but the index is not there to see them come back.
    withSchema(moveUser('elsewhere', ownerId));
    withSchema((database) => {
      row = database.prepare(`select * from sqlite_schema where ${index}`).raw().get() as unknown[];
      database.exec(`delete from sqlite_schema where ${index}`);
    });
    withSchema(moveUser(ownerId, 'elsewhere'));
    withSchema((database) => {
      database.prepare('insert into sqlite_schema values (?, ?, ?, ?, ?)').run(...row);
    });
    const store = openLibrary({ directory });
    expect(store.verify().problems.join()).toContain('changes_of_entity');
    expect(store.rebuild()).toMatchObject({ ok: true, problems: [] });
    expect(store.users.get(ownerId)?.name).toBe('Ada');
  });

  it('names what it finds, at most a hundred of it', () => {
    const store = tamper('delete from versions');
    expect(store.verify().problems).toHaveLength(4);
    expect(store.verify().problems[0]).toMatch(
      /^derived tables: versions [-0-9a-f]{36} is missing$/,
    );
    for (let at = 0; at < 120; at++) createDocument(store);
    const database = new Database(path.join(store.directory, 'replica.db'));
    database.exec('delete from versions');
    database.close();
    const { problems } = store.verify();
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toBe('and 24 problems more');
  });
});

describe('a version that can no longer be read', () => {
  it('says so, and the document shows the last text that is known', () => {
    const store = tamper(
      `update changes set base_id = 'gone' where base_id = (select base_id from changes
         where base_id is not null order by hlc desc limit 1)`,
    );
    const { documents } = store.documents.list({
      query: 'N',
      visible_to: null,
      place: 'library',
      offset: 0,
      limit: 1,
    });
    const id = documents[0]?.id ?? '';
    const [head = ''] = store.documents.headVersionIds(id);
    expect(codeOf(() => store.versions.get(head))).toBe('not_found');
    const { document_body } = store.write({ id: ownerId }, (t) =>
      t.updateDocument(id, { folder: 'f' }),
    );
    expect(document_body).toMatch(/Second\.$/);
  });

  it('keeps no new text from being saved', () => {
    const store = tamper(
      `update changes set value = null where field = 'document_body' and parents = '[]'`,
    );
    const { documents } = store.documents.list({
      query: 'N',
      visible_to: null,
      place: 'library',
      offset: 0,
      limit: 1,
    });
    const id = documents[0]?.id ?? '';
    const parents = store.documents.headVersionIds(id);
    const body = 'A long beginning that stays. '.repeat(100);
    const saved = store.write({ id: ownerId }, (t) => t.saveBody(id, body, parents));
    expect(store.versions.get(saved.id)?.document_body).toBe(body);
  });
});

describe('audit', () => {
  it('is a view that says who changed what, and when', () => {
    const nowMs = Date.parse('2026-11-20T10:11:12.345Z');
    const store = openLibrary({ now: () => nowMs });
    const name = { name: 'Ada', email: '', organization: '' };
    store.write({ id: ownerId }, (t) =>
      t.createUser({ id: ownerId, ...name, user_type: 'admin', user_status: 'approved' }),
    );
    const { document } = createDocument(store);
    const database = new Database(path.join(store.directory, 'replica.db'), { readonly: true });
    const rows = database
      .prepare("select * from audit where entity = 'document' order by hlc")
      .all();
    database.close();
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      changed_on: '2026-11-20T10:11:12.345Z',
      actor_id: ownerId,
      actor_name: 'Ada',
      entity_id: document.id,
      field: 'document_name',
      replica_id: store.replicaId,
    });
  });
});
