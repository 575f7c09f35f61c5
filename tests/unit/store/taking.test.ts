import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Id } from '../../../src-main/contract/domain.ts';
import { changeSha256, sha256 } from '../../../src-main/store/log/change.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { openCopy, openMachines, shared, take } from '../../fixtures/store/machines.ts';
import { changesOf, derivedRowsOf } from '../../fixtures/store/replicas.ts';
import {
  foundTeam,
  performInTeam,
  switchAccountsOn,
  teamOwner,
  teamSponsor,
} from '../../fixtures/store/team-work.ts';
import {
  autodocOf,
  createDocument,
  openLibrary,
  ownerId,
  temporaryDirectory,
} from '../../fixtures/store/temporary-library.ts';

const nothing = { taken: 0, filled: 0, collided: 0, damaged: 0, was_own_unknown: false };

type Pair = readonly [LibraryStore, LibraryStore];

function openPair(): Pair {
  return openMachines(2) as unknown as Pair;
}

/** What a machine shares, altered by somebody with a SQLite tool. */
function altered(store: LibraryStore, ...statements: readonly string[]) {
  const file = path.join(temporaryDirectory(), 'team.db');
  store.team.writeCopy(file);
  const database = new Database(file);
  for (const statement of statements) database.exec(statement);
  database.close();
  return openCopy(file, store.libraryId);
}

function totalOf(store: LibraryStore, query: string): number {
  const page = { visible_to: null, place: 'library', offset: 0, limit: 9 } as const;
  return store.documents.list({ query, ...page }).total;
}

describe('taking from another log', () => {
  it('brings what is lacking, its rows and what a search finds, once', async () => {
    const [one, other] = openPair();
    const { document, version } = createDocument(one, 'Lawn', 'Mow the lawn.');
    one.write({ id: ownerId }, (t) => t.saveBody(document.id, 'Mow the lawn twice.', [version.id]));
    createDocument(other, 'Hedge', 'Cut the hedge.');
    const progress: number[][] = [];
    const onProgress = (taken: number, total: number) => progress.push([taken, total]);
    const taken = await take(other, shared(one), { onProgress });
    expect(taken).toEqual({ ...nothing, taken: 3 });
    expect(progress.at(-1)).toEqual([3, 3]);
    expect(totalOf(other, 'twice')).toBe(1);
    expect(other.team.standingTo(shared(one)).is_ahead).toBe(true);
    expect(one.team.standingTo(shared(other)).is_ahead).toBe(false);
    expect(await take(one, shared(other))).toEqual({ ...nothing, taken: 2 });
    expect(await take(one, shared(other))).toEqual(nothing);
    expect(derivedRowsOf(other)).toEqual(derivedRowsOf(one));
  });

  it('stores values as this machine does, whatever the other stored them against', async () => {
    const [one, other] = openPair();
    const body = 'A long beginning that stays as it is. '.repeat(100);
    const { document, version } = createDocument(one, 'Long', body);
    let last = version.id;
    for (let at = 0; at < 40; at++) {
      const saved = one.write({ id: ownerId }, (t) =>
        t.saveBody(document.id, `${body}${at}`, [last]),
      );
      last = saved.id;
    }
    await take(other, shared(one), { pieceMs: 0 });
    expect(changesOf(other)).toEqual(changesOf(one));
    expect(other.versions.get(last)?.document_body).toBe(`${body}39`);
    const size = (store: LibraryStore) => {
      const database = new Database(path.join(store.directory, 'replica.db'), { readonly: true });
      const sum = database.prepare('select sum(length(value)) from changes').pluck().get();
      database.close();
      return sum;
    };
    expect(size(other)).toBe(size(one));
  });

  it('leaves what is not what its hashes say', async () => {
    const [one, other] = openPair();
    const ids = ['Edited', 'Renamed', 'Dated', 'Sound'].map(
      (name) => createDocument(one, name, `${name} body`).document.id,
    );
    const source = altered(
      one,
      `update changes set value = '"forged"' where entity_id = '${ids[0]}' and field = 'document_body'`,
      `update changes set actor_id = '${ids[3]}' where entity_id = '${ids[1]}'`,
      `update changes set hlc = 'ffffffffffffffff' where entity_id = '${ids[2]}'`,
    );
    const taken = await take(other, source);
    expect(taken).toEqual({ ...nothing, taken: 3, damaged: 5 });
    expect(other.documents.get(ids[0]!)).toMatchObject({
      document_name: 'Edited',
      document_body: '',
    });
    expect(other.documents.get(ids[1]!)).toBeNull();
    expect(other.documents.get(ids[3]!)).toMatchObject({ document_body: 'Sound body' });
    expect(other.verify().problems).toEqual([]);
    // Nobody needs what is damaged there; the sound copy of it is needed there.
    expect(await take(other, shared(one))).toEqual({ ...nothing, taken: 5 });
    expect(derivedRowsOf(other)).toEqual(derivedRowsOf(one));
  });

  it('fills what is here without its value', async () => {
    const [one, other] = openPair();
    const { document } = createDocument(one, 'Name', 'Body');
    const emptied = altered(one, `update changes set value = null, base_id = null`);
    expect(await take(other, emptied)).toEqual({ ...nothing, taken: 2 });
    expect(other.documents.get(document.id)?.document_body).toBe('');
    expect(one.team.standingTo(shared(other)).is_ahead).toBe(true);
    expect(await take(other, shared(one))).toEqual({ ...nothing, filled: 2 });
    expect(derivedRowsOf(other)).toEqual(derivedRowsOf(one));
    expect(totalOf(other, 'Body')).toBe(1);
  });

  it('keeps aside what has a known id and other contents', async () => {
    const [one, other] = openPair();
    createDocument(one, 'Mine', 'Mine');
    await take(other, shared(one));
    const [change] = changesOf(one);
    const forged = { ...change!, value: '"Theirs"', value_sha256: sha256('"Theirs"') };
    const hash = changeSha256(forged).toString('hex');
    const source = altered(
      one,
      `update changes set value = '"Theirs"', value_sha256 = x'${forged.value_sha256.toString('hex')}',
         sha256 = x'${hash}' where id = '${forged.id}'`,
    );
    expect(await take(other, source)).toEqual({ ...nothing, collided: 1 });
    expect(await take(other, source)).toEqual(nothing);
    expect(other.team.standingTo(source).is_ahead).toBe(false);
    expect(derivedRowsOf(other)).toEqual(derivedRowsOf(one));
  });

  it('stops where it is told to, and goes on from there', async () => {
    const [one, other] = openPair();
    for (let at = 0; at < 20; at++) createDocument(one, `Document ${at}`, 'Body');
    const stop = new AbortController();
    const breathe = () => {
      stop.abort();
      return Promise.resolve();
    };
    const options = { breathe, pieceMs: 0, signal: stop.signal };
    await expect(take(other, shared(one), options)).rejects.toMatchObject({
      code: 'cancelled',
    });
    const there = changesOf(other).length;
    expect(there).toBeGreaterThan(0);
    expect(there).toBeLessThan(40);
    expect(other.verify().problems).toEqual([]);
    expect(await take(other, shared(one))).toEqual({
      ...nothing,
      taken: 40 - there,
    });
    expect(derivedRowsOf(other)).toEqual(derivedRowsOf(one));
  });

  it('shows a long history as often as it takes, and in the end as it is', async () => {
    const [one, other] = openPair();
    const { document, version } = createDocument(one, 'Long', '0');
    let last = version.id;
    for (let at = 1; at <= 200; at++) {
      last = one.write({ id: ownerId }, (t) => t.saveBody(document.id, `${at}`, [last])).id;
    }
    await take(other, shared(one), { pieceMs: 0.5 });
    expect(other.documents.get(document.id)?.document_body).toBe('200');
    expect(other.versions.list(document.id)).toHaveLength(201);
    expect(other.verify().problems).toEqual([]);
  });

  it('refuses the log of another library', async () => {
    const one = openLibrary();
    await expect(take(one, shared(openLibrary()))).rejects.toThrow('another library');
  });
});

describe('a copy of a machine', () => {
  it('writes under an id of its own from when it learns of the other', async () => {
    const one = openLibrary();
    const { document, version } = createDocument(one, 'Name', 'Body');
    one.write({ id: ownerId }, (t) =>
      t.queueAutodoc({
        ...{ document_id: document.id, version_id: version.id, model_name: 'starter' },
        ...{ parameters: {}, seed: 1 },
      }),
    );
    const directory = temporaryDirectory();
    fs.cpSync(one.directory, directory, { recursive: true });
    const copy = openLibrary({ directory });
    const sameProcess = openLibrary({ directory });
    const former = copy.replicaId;
    expect(former).toBe(one.replicaId);
    createDocument(one, 'One', 'One');
    createDocument(copy, 'Copy', 'Copy');

    expect(await take(copy, shared(one))).toMatchObject({ was_own_unknown: true });
    expect(copy.replicaId).not.toBe(former);
    expect(sameProcess.replicaId).toBe(copy.replicaId);
    createDocument(sameProcess, 'Later', 'Later');
    expect(changesOf(copy).at(-1)).toMatchObject({ replica_id: copy.replicaId, seq: 2 });
    // What it queued under its former id is still its own.
    expect(copy.autodocs.queueLength()).toBe(1);
    expect(await take(copy, shared(one))).toEqual(nothing);

    expect(await take(one, shared(copy))).toMatchObject({ was_own_unknown: true });
    expect(one.replicaId).not.toBe(former);
    expect(derivedRowsOf(copy)).toEqual(derivedRowsOf(one));
    for (const store of [one, copy]) expect(store.verify().problems).toEqual([]);
  });
});

describe('what is not shared yet', () => {
  it('is what was written here after a place in the log', async () => {
    const [one, other] = openPair();
    expect(one.team.mark()).toBeNull();
    expect(one.team.unsharedSince(null)).toBe(0);
    createDocument(one, 'One', 'One');
    expect(one.team.unsharedSince(null)).toBe(1);
    const mark = one.team.mark()!;
    expect(one.team.has(mark)).toBe(true);
    createDocument(other, 'Other', 'Other');
    await take(one, shared(other));
    expect(one.team.unsharedSince(mark)).toBe(0);
    createDocument(one, 'Two', 'Two');
    const { document, version } = createDocument(one, 'Three', 'Three');
    // A draft is the machine's.
    one.write({ id: ownerId }, (t) => t.queueAutodoc(autodocOf(document.id, version.id)));
    expect(one.team.unsharedSince(mark)).toBe(2);
    // Of an older copy that was put back, nothing is known.
    const elsewhere = { position: 1, change_id: ownerId };
    expect(one.team.has(elsewhere)).toBe(false);
    expect(one.team.unsharedSince(elsewhere)).toBe(3);
  });
});

describe('files that were seen', () => {
  it('are remembered by name until they are gone', () => {
    const { seenFiles } = openLibrary().team;
    expect(seenFiles.get('team.db')).toBeNull();
    seenFiles.put('team.db', '1 2 3', 'taken');
    seenFiles.put('team.db', '4 5 6', 'taken');
    seenFiles.put('copy.db', '7 8 9', 'foreign');
    seenFiles.keepOnly(['team.db']);
    expect(seenFiles.get('team.db')).toEqual({ file_stat: '4 5 6', outcome: 'taken' });
    expect(seenFiles.get('copy.db')).toBeNull();
  });
});

describe('with accounts on', () => {
  it('a copied id keeps nobody’s work from those who hear of the copy first', async () => {
    const [admin, late] = openMachines(2, undefined, (origin) => {
      foundTeam(origin);
      switchAccountsOn(origin);
    }) as unknown as Pair;
    const { document } = admin.write(teamOwner, (t) =>
      t.createDocument({ document_name: 'Lawn', document_body: 'Mow it.' }),
    );
    const honest = changesOf(admin).find(({ value }) => value === '"Mow it."')!;
    const forged = { ...honest, value: '"Burn it."', value_sha256: sha256('"Burn it."') };
    const source = altered(
      admin,
      `update changes set value = '"Burn it."', value_sha256 = x'${forged.value_sha256.toString('hex')}',
         sha256 = x'${changeSha256(forged).toString('hex')}' where id = '${forged.id}'`,
    );
    await take(late, source);
    expect(late.documents.get(document.id)?.document_body).toBe('');
    expect(late.verify().problems).toEqual([]);
    expect(admin.team.standingTo(shared(late)).is_ahead).toBe(true);
    expect(late.team.standingTo(shared(admin)).is_ahead).toBe(false);

    await take(admin, shared(late));
    await take(late, shared(admin));
    expect(late.documents.get(document.id)?.document_body).toBe('Mow it.');
    expect(derivedRowsOf(late)).toEqual(derivedRowsOf(admin));
    for (const store of [admin, late]) expect(store.verify().problems).toEqual([]);
  });

  it('words that a purge took away come with what lets it count no more', async () => {
    const [one, other] = openMachines(2, undefined, foundTeam) as unknown as Pair;
    const { document } = one.write(teamOwner, (t) =>
      t.createDocument({ document_name: 'Lawn', document_body: 'Mow it.' }),
    );
    await take(other, shared(one));
    // Everybody may, until they hear that accounts are on.
    other.write(teamSponsor, (t) => t.purgeDocument(document.id));
    expect(other.documents.get(document.id)).toBeNull();
    switchAccountsOn(one);
    await take(one, shared(other));
    expect(one.documents.get(document.id)?.document_body).toBe('Mow it.');

    await take(other, shared(one));
    expect(other.documents.get(document.id)?.document_body).toBe('Mow it.');
    expect(derivedRowsOf(other)).toEqual(derivedRowsOf(one));
    expect(other.verify().problems).toEqual([]);
  });

  it('what is written between two pieces is judged by all that has come in the end', async () => {
    const [one, other] = openMachines(2, undefined, (origin) => {
      foundTeam(origin);
      switchAccountsOn(origin);
    }) as unknown as Pair;
    const { document, version } = one.write(teamSponsor, (t) =>
      t.createDocument({ document_name: 'Lawn', document_body: 'Mow it.' }),
    );
    await take(other, shared(one));
    one.write(teamSponsor, (t) => {
      const content = { document_id: document.id, thread_id: null, anchor: null };
      t.createComment({ ...content, comment_body: 'First', document_state: null });
      t.updateDocument(document.id, { document_state: 'in_review' });
      t.updateDocument(document.id, { document_state: 'approved' });
      t.updateDocument(document.id, { document_state: 'archived' });
    });
    const wrote: Id[] = [];
    const breathe = () => {
      // By now the document is as it was, here.
      if (wrote.length === 0) {
        const saved = other.write(teamSponsor, (t) =>
          t.saveBody(document.id, 'Mow it twice.', [version.id]),
        );
        wrote.push(saved.id);
      }
      return Promise.resolve();
    };
    await take(other, shared(one), { breathe, pieceMs: 0 });
    expect(wrote).toHaveLength(1);
    expect(other.documents.get(document.id)).toMatchObject({
      ...{ document_state: 'archived', document_body: 'Mow it.' },
    });
    expect(other.verify().problems).toEqual([]);
    expect(isMarked(other)).toBe(false);
  });

  it('what was judged half-way is judged anew when the library is opened', async () => {
    const [one, other] = openMachines(2, undefined, foundTeam) as unknown as Pair;
    const operations = ['create', 'rename', 'comment', 'forge'] as const;
    for (const [at, kind] of operations.entries()) {
      performInTeam(other, { machine: 0, author: 2, at, text: 'words', kind });
    }
    switchAccountsOn(one);
    let pieces = 0;
    const breathe = () => (pieces++ > 1 ? Promise.reject(new Error('killed')) : Promise.resolve());
    const taking = take(other, shared(one), { breathe, pieceMs: 0 });
    await taking.catch(() => undefined);
    other.close();
    const again = openLibrary({ directory: other.directory });
    expect(again.verify().problems).toEqual([]);
    await take(again, shared(one));
    expect(again.verify().problems).toEqual([]);
    expect(isMarked(again)).toBe(false);
  });
});

function isMarked({ directory }: LibraryStore): boolean {
  const database = new Database(path.join(directory, 'replica.db'), { readonly: true });
  const keys = database.prepare<[], Id>('select key from meta').pluck().all();
  database.close();
  return keys.includes('judging_due');
}
