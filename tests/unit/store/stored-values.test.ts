import Database from 'better-sqlite3';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Id } from '../../../src-main/contract/domain.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { Connection } from '../../../src-main/store/database/connection.ts';
import type { ReplicaTables } from '../../../src-main/store/database/schema.ts';
import { encodeValue } from '../../../src-main/store/log/stored-values.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { createProse } from '../../fixtures/large-library/made-up-prose.ts';
import { testSeed } from '../../fixtures/scale.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';
import {
  autodocOf,
  codeOf,
  createDocument,
  doneOutcome,
  openLibrary,
  ownerId,
} from '../../fixtures/store/temporary-library.ts';

const seed = testSeed();

/** A body of so many words, and one version after another of it, each from the one before. */
function openWithVersions(words: number, count: number) {
  const random = seededNumbers(seed);
  const prose = createProse(random);
  const store = openLibrary();
  const { document, version } = createDocument(store, 'N', prose.text(words));
  const bodies = new Map<Id, string>([[version.id, document.document_body]]);
  let [last, body] = [version.id, document.document_body];
  store.write({ id: ownerId }, (t) => {
    for (let made = 0; made < count; made += 1) {
      body = edited(body);
      last = t.saveBody(document.id, body, [last]).id;
      bodies.set(last, body);
    }
  });
  return { store, documentId: document.id, last, bodies, edited };

  /** A few words in distant places, and at times a passage goes somewhere else. */
  function edited(text: string): string {
    let after = text;
    for (let places = 1 + Math.floor(random() * 4); places > 0; places -= 1) {
      const at = Math.floor(random() * after.length);
      const cut = Math.floor(random() * 40);
      after = `${after.slice(0, at)} ${prose.phrase(4)} ${after.slice(at + cut)}`;
    }
    if (random() > 0.2) return after;
    const from = Math.floor(random() * after.length);
    const passage = after.slice(from, from + 1_500);
    const rest = after.slice(0, from) + after.slice(from + 1_500);
    const to = Math.floor(random() * rest.length);
    return rest.slice(0, to) + passage + rest.slice(to);
  }
}

function save(store: LibraryStore, documentId: Id, body: string, parents: readonly Id[]): Id {
  return store.write({ id: ownerId }, (t) => t.saveBody(documentId, body, parents)).id;
}

function openFile({ directory }: LibraryStore): Database.Database {
  return new Database(path.join(directory, 'replica.db'));
}

/** How many others each version is decoded from. */
const chainLengths = `with recursive chain (id, base_id, length) as (
    select id, base_id, 0 from changes where field = 'document_body'
    union all
    select chain.id, changes.base_id, length + 1
      from chain join changes on changes.id = chain.base_id
  ) select id, max(length) as length from chain group by id order by id`;

describe('hundreds of versions of a text', () => {
  it('are each read to the letter, from a few others', () => {
    const { store, bodies } = openWithVersions(800, 620);
    for (const [id, body] of bodies) expect(store.versions.get(id)?.document_body).toBe(body);
    expect(store.verify().problems).toEqual([]);
    const database = openFile(store);
    const lengths = database.prepare(chainLengths).all() as { length: number }[];
    expect(lengths).toHaveLength(621);
    expect(Math.max(...lengths.map(({ length }) => length))).toBe(32);
    // A whole text, then sixteen steps, then sixteen times a stride with sixteen steps.
    const whole = lengths.flatMap(({ length }, index) => (length === 0 ? [index] : []));
    expect(whole).toEqual([0, 289, 578]);
    database.close();
  });

  it('let the file grow by less than 3% of the text each', () => {
    const sizeOf = (store: LibraryStore): number => {
      const database = openFile(store);
      database.pragma('wal_checkpoint(truncate)');
      database.exec('vacuum');
      const bytes = Number(database.pragma('page_count', { simple: true })) * 4_096;
      database.close();
      return bytes;
    };
    const words = 18_000;
    const before = openWithVersions(words, 0);
    const after = openWithVersions(words, 200);
    const bytes = Buffer.byteLength(after.bodies.get(after.last)!);
    expect(bytes).toBeGreaterThan(100_000);
    const growth = (sizeOf(after.store) - sizeOf(before.store)) / 200 / bytes;
    expect(growth).toBeLessThan(0.03);
  });
});

describe('a version', () => {
  it('of two others is stored against one that can be read', () => {
    const { store, documentId, last, bodies, edited } = openWithVersions(1_500, 0);
    const [first, second] = [1, 2].map(() => edited(bodies.get(last)!));
    const heads = [
      save(store, documentId, first!, [last]),
      save(store, documentId, second!, [last]),
    ];
    const database = openFile(store);
    database.exec(`update changes set value = null, base_id = null where id = '${heads[1]!}'`);
    const merged = save(store, documentId, edited(first!), heads);
    const row = database.prepare('select base_id from changes where id = ?').get(merged);
    expect(row).toEqual({ base_id: heads[0] });
    database.close();
  });

  it('is never stored against what belongs to something else', () => {
    const { store, documentId, last, bodies, edited } = openWithVersions(1_500, 0);
    const file = path.join(store.directory, 'replica.db');
    const replica = new Connection<ReplicaTables>({ file, logger: silentLogger, busyTimeoutMs: 0 });
    const text = JSON.stringify(edited(bodies.get(last)!));
    const baseFor = (entity_id: Id) =>
      encodeValue(replica, text, { entity_id, parents: [last] }).base_id;
    expect(baseFor(documentId)).toBe(last);
    expect(baseFor(ownerId)).toBeNull();
    replica.close();
  });

  it('that a former version of the program wrote is read, and built on', () => {
    const { store, documentId, last, bodies, edited } = openWithVersions(1_500, 1);
    const [firstId, first] = [...bodies][0]!;
    const database = openFile(store);
    const set = database.prepare('update changes set value = ?, base_id = ? where id = ?');
    const text = JSON.stringify(bodies.get(last)!);
    set.run(JSON.stringify(first), null, firstId);
    const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0]);
    const dictionary = Buffer.from(JSON.stringify(first)).subarray(-32_768);
    set.run(Buffer.concat([head, deflateRawSync(text, { dictionary })]), firstId, last);
    const body = edited(bodies.get(last)!);
    const next = save(store, documentId, body, [last]);
    expect(store.versions.get(last)?.document_body).toBe(bodies.get(last));
    expect(store.versions.get(next)?.document_body).toBe(body);
    expect(store.verify().problems).toEqual([]);
    database.close();
  });

  it.each([
    ['it builds on itself', 'update changes set base_id = id where id = ?'],
    [
      'it builds on what builds on it',
      `update changes set value = (select value from changes where base_id is not null), base_id = ?
         where field = 'document_body' and parents = '[]'`,
    ],
    ['its bytes are none', 'update changes set value = zeroblob(0) where id = ?'],
    ['it is a number', 'update changes set value = 12 where id = ?'],
    [
      'it is whole and not complete',
      `update changes set value = x'0401', base_id = null where id = ?`,
    ],
  ])('is damaged when %s, and keeps no other from being saved', (_when, sql) => {
    const { store, documentId, last, bodies, edited } = openWithVersions(1_500, 1);
    const body = edited(bodies.get(last)!);
    const database = openFile(store);
    expect(database.prepare(sql).run(last).changes).toBe(1);
    // Somebody who has not read it before.
    const late = openLibrary({ directory: store.directory });
    expect(codeOf(() => late.versions.get(last))).toBe('store_damaged');
    expect(late.verify().ok).toBe(false);
    expect(store.verify().ok).toBe(false);
    database.close();
    expect(store.versions.get(save(store, documentId, body, [last]))?.document_body).toBe(body);
  });
});

describe('a long value without another before it', () => {
  it('is stored smaller, and told of as any other', () => {
    const { store, documentId, last } = openWithVersions(1_500, 0);
    const text = createProse(seededNumbers(seed)).text(1_500);
    store.write({ id: ownerId }, (t) => {
      const { id } = t.queueAutodoc(autodocOf(documentId, last));
      t.finishAutodoc(id, { ...doneOutcome, autodoc_body: text });
    });
    const database = openFile(store);
    const rows = database
      .prepare(
        `select typeof(value) as type from changes where field in ('outcome', 'document_body')`,
      )
      .all();
    expect(rows).toEqual([{ type: 'blob' }, { type: 'blob' }]);
    database.close();
    expect(store.autodocs.list()[0]?.autodoc_body).toBe(text);
    expect(store.verify().problems).toEqual([]);
    const notices = store.userNotices.list({ user_id: ownerId, now_ms: Date.now() });
    expect(notices.map(({ kind }) => kind)).toEqual(['drafted']);
  });
});
