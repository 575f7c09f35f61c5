import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { authorOf } from '../../../src-main/access/authorize.ts';
import type { Id } from '../../../src-main/contract/domain.ts';
import type { ChangeSource } from '../../../src-main/store/taking/types.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { Forger } from '../../fixtures/store/forger.ts';
import { openCopy, openMachines, shared, take } from '../../fixtures/store/machines.ts';
import { changesOf, derivedRowsOf } from '../../fixtures/store/replicas.ts';
import {
  autodocOf,
  codeOf,
  createDocument,
  doneOutcome,
  openLibrary,
  ownerId,
  temporaryDirectory,
} from '../../fixtures/store/temporary-library.ts';
import {
  joinWriters,
  writerId,
  writerPrincipal,
  type Writer,
} from '../../fixtures/store/writing-team.ts';

/** Found wherever a word of the document is left. */
const word = 'xylophon';

/** A document with a word of its own in everything that can have one. Answers its id. */
function writeDocument(store: LibraryStore, author: { readonly id: Id } = { id: ownerId }): Id {
  const document = store.write(author, (t) => {
    const made = t.createDocument({
      ...{ document_name: `${word} name`, document_body: `${word} body `.repeat(200) },
      ...{ brief: `${word} brief`, tags: [`${word} tag`], folder: `${word} folder` },
      notes: [{ title: 'a', text: `${word} note` }],
    });
    const documentId = made.document.id;
    const body = `${word} body `.repeat(201);
    const { id: versionId } = t.saveBody(documentId, body, [made.version.id]);
    const content = { document_id: documentId, thread_id: null, document_state: null };
    const quote = { quote_start: 0, quote: word, prefix: '', suffix: ' body' };
    const anchor = { version_id: versionId, ...quote };
    t.createComment({ ...content, comment_body: `${word} comment`, anchor });
    const parameters = { strategy: 'beam', bad_words: [`${word} banned`] };
    const { id } = t.queueAutodoc({ ...autodocOf(documentId, versionId), parameters });
    t.finishAutodoc(id, { ...doneOutcome, autodoc_body: ` ${word} draft` });
    return made.document;
  });
  store.journal.put(document.id, { document_body: `${word} typed`, base_version_ids: [] });
  return document.id;
}

/** The files of a folder that have the word. */
function filesWith(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => fs.readFileSync(file).includes(word))
    .map((file) => path.relative(folder, file));
}

const purge = (
  store: LibraryStore,
  documentId: Id,
  author: { readonly id: Id } = { id: ownerId },
) => store.write(author, (t) => t.purgeDocument(documentId));

const find = (store: LibraryStore) =>
  store.documents.list({
    ...{ query: word, visible_to: null, place: 'library', offset: 0, limit: 10 },
  }).total;

describe('a purge', () => {
  it('leaves no word of the document in any file, and all else as it was', () => {
    const store = openLibrary();
    const { document: other } = createDocument(store, 'Other', 'Other body');
    const documentId = writeDocument(store);
    expect(find(store)).toBe(1);
    const team = path.join(store.directory, 'team', 'generations');
    const backups = path.join(store.directory, 'backups');
    for (const folder of [team, backups]) fs.mkdirSync(folder, { recursive: true });
    store.team.writeCopy(path.join(team, 'earlier.db'));
    store.team.writeCopy(path.join(backups, 'replica-20261129.db'));

    const emptied = purge(store, documentId);
    expect(emptied).toBeGreaterThan(8);
    expect(store.eraseTraces()).toEqual([]);
    expect(store.documents.get(documentId)).toBeNull();
    expect(store.journal.get(documentId)).toBeNull();
    expect(find(store)).toBe(0);
    expect(store.autodocs.list()).toEqual([]);
    expect(store.documents.get(other.id)).toEqual(other);
    expect(store.verify().problems).toEqual([]);
    const rows = derivedRowsOf(store);
    expect(store.rebuild().problems).toEqual([]);
    expect(derivedRowsOf(store)).toEqual(rows);
    expect(rows.purges).toEqual([expect.objectContaining({ id: documentId, purged_by: ownerId })]);
    store.close();
    expect(filesWith(store.directory)).toEqual([]);
    for (const copy of [path.join(team, 'earlier.db'), path.join(backups, 'replica-20261129.db')]) {
      const database = new Database(copy, { readonly: true });
      const names = database.prepare('select document_name from documents').pluck().all();
      expect(names).toEqual(['Other']);
      database.close();
    }
  });

  it('says which copies it could not reach', () => {
    const store = openLibrary();
    const documentId = writeDocument(store);
    const folder = path.join(store.directory, 'team', 'quarantine');
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'damaged.db'), 'SQLite format 3, or so');
    purge(store, documentId);
    expect(store.eraseTraces()).toEqual([path.join(folder, 'damaged.db')]);
  });

  it('names what is kept of a damaged state.db', () => {
    const store = openLibrary();
    const documentId = writeDocument(store);
    const kept = path.join(store.directory, 'state-damaged-20261129T000000-000Z.db');
    fs.writeFileSync(kept, `${word} typed`);
    purge(store, documentId);
    expect(store.eraseTraces()).toEqual([kept]);
    expect(fs.readFileSync(kept, 'utf8')).toBe(`${word} typed`);
  });

  it('reaches what is purged while another is erased, and says what it could not', () => {
    const store = openLibrary();
    const { document: first } = createDocument(store, 'First', 'First body');
    const documentId = writeDocument(store);
    const team = path.join(store.directory, 'team', 'generations');
    fs.mkdirSync(team, { recursive: true });
    store.team.writeCopy(path.join(team, 'earlier.db'));
    const window = openLibrary({ directory: store.directory });
    purge(store, first.id);
    const listing = vi.spyOn(fs, 'readdirSync');
    onTestFinished(() => {
      listing.mockRestore();
    });
    listing.mockImplementationOnce(() => {
      purge(window, documentId);
      fs.writeFileSync(path.join(team, 'damaged.db'), 'SQLite format 3, or so');
      return [];
    });
    expect(store.eraseTraces()).toEqual([path.join(team, 'damaged.db')]);
    expect(filesWith(team)).toEqual([]);
    window.close();
    store.close();
    expect(filesWith(store.directory)).toEqual([]);
  });

  it('is not undone by making the document again', () => {
    const store = openLibrary();
    const documentId = writeDocument(store);
    purge(store, documentId);
    const again = { id: documentId, document_name: 'Again', document_body: '' };
    expect(codeOf(() => store.write({ id: ownerId }, (t) => t.createDocument(again)))).toBe(
      'not_allowed',
    );
    expect(codeOf(() => purge(store, documentId))).toBe('not_found');
  });
});

describe('a purge on other machines', () => {
  it('empties what they have, and what still comes of it, in whatever order', async () => {
    let documentId = '';
    const [one, other, third] = openMachines(3, undefined, (store) => {
      documentId = writeDocument(store);
    }) as [LibraryStore, LibraryStore, LibraryStore];
    // Written apart, and heard of before the purge by one and after it by the other.
    const head = third.documents.headVersionIds(documentId);
    third.write({ id: ownerId }, (t) => {
      t.saveBody(documentId, `${word} later `.repeat(100), head);
      t.createComment({
        ...{ document_id: documentId, thread_id: null, anchor: null, document_state: null },
        comment_body: `${word} later comment`,
      });
      const autodoc = t.queueAutodoc(autodocOf(documentId, head[0]!));
      t.finishAutodoc(autodoc.id, { ...doneOutcome, autodoc_body: ` ${word} later draft` });
    });
    const late = shared(third);
    purge(one, documentId);
    await take(other, late);
    const purged = shared(one);
    await take(other, purged);
    await take(one, late);
    await take(third, purged);
    const rows = derivedRowsOf(one);
    for (const machine of [one, other, third]) {
      expect(derivedRowsOf(machine)).toEqual(rows);
      expect(machine.journal.documentIds()).toEqual([]);
      expect(machine.verify().problems).toEqual([]);
      expect(JSON.stringify(changesOf(machine))).not.toContain(word);
      // What others still have of it is not taken again.
      expect(await take(machine, late)).toMatchObject({ taken: 0, filled: 0 });
      expect(machine.team.standingTo(late).is_ahead).toBe(true);
      expect(machine.rebuild().problems).toEqual([]);
      expect(derivedRowsOf(machine)).toEqual(rows);
      machine.close();
      expect(filesWith(machine.directory)).toEqual([]);
    }
  });

  it('reaches what came before anybody there heard of the document', async () => {
    const [one, other] = openMachines(2) as [LibraryStore, LibraryStore];
    const documentId = writeDocument(one);
    const full = shared(one);
    purge(one, documentId);
    await take(other, shared(one));
    await take(other, full);
    expect(JSON.stringify(changesOf(other))).not.toContain(word);
    expect(derivedRowsOf(other)).toEqual(derivedRowsOf(one));
    expect(other.verify().problems).toEqual([]);
  });
});

/** What a machine shares, with the rows damaged that say whose a comment or a draft is. */
function sharedInHalves(store: LibraryStore): ChangeSource {
  const file = path.join(temporaryDirectory(), 'team.db');
  store.team.writeCopy(file);
  const database = new Database(file);
  database.exec(`update changes set seq = seq + 7 where field in ('content', 'request')`);
  database.close();
  return openCopy(file, store.libraryId);
}

describe('a purge and what came before anybody could tell whose it is', () => {
  async function openHalves() {
    let documentId = '';
    const [ben, carl] = openMachines(2, undefined, (store) => {
      documentId = createDocument(store, 'Name', 'Body').document.id;
    }) as [LibraryStore, LibraryStore];
    const [versionId] = carl.documents.headVersionIds(documentId);
    carl.write({ id: ownerId }, (t) => {
      const content = { document_id: documentId, thread_id: null, document_state: null };
      t.createComment({ ...content, comment_body: `${word} comment`, anchor: null });
      // Of the one the purge keeps what was asked for, of the other nothing.
      for (const bad_words of [undefined, [`${word} banned`]]) {
        const autodoc = autodocOf(documentId, versionId!);
        const parameters = bad_words === undefined ? {} : { bad_words };
        const { id } = t.queueAutodoc({ ...autodoc, parameters });
        t.finishAutodoc(id, { ...doneOutcome, autodoc_body: ` ${word} draft` });
      }
    });
    purge(ben, documentId);
    expect(await take(ben, sharedInHalves(carl))).toMatchObject({ damaged: 3 });
    expect(JSON.stringify(changesOf(ben))).toContain(word);
    return { ben, carl };
  }

  const expectNoWordIn = (machine: LibraryStore) => {
    expect(JSON.stringify(changesOf(machine))).not.toContain(word);
    expect(machine.verify().problems).toEqual([]);
    const rows = derivedRowsOf(machine);
    expect(machine.rebuild().problems).toEqual([]);
    expect(derivedRowsOf(machine)).toEqual(rows);
  };

  it('empties it when that comes', async () => {
    const { ben, carl } = await openHalves();
    const backups = path.join(ben.directory, 'backups');
    fs.mkdirSync(backups);
    ben.team.writeCopy(path.join(backups, 'replica-20261129.db'));
    await take(ben, shared(carl));
    expectNoWordIn(ben);
    ben.close();
    expect(filesWith(ben.directory)).toEqual([]);
  });

  it('empties it when others have it without its words, and nobody is ahead then', async () => {
    const { ben, carl } = await openHalves();
    await take(carl, shared(ben));
    await take(ben, shared(carl));
    for (const machine of [ben, carl]) expectNoWordIn(machine);
    expect(derivedRowsOf(ben)).toEqual(derivedRowsOf(carl));
    expect(ben.team.standingTo(shared(carl)).is_ahead).toBe(false);
    expect(carl.team.standingTo(shared(ben)).is_ahead).toBe(false);
  });

  it('empties nothing for the reason that others lack it', async () => {
    const [ben, carl] = openMachines(2) as [LibraryStore, LibraryStore];
    writeDocument(ben);
    const { document: other } = createDocument(ben, 'Other', 'Other body');
    await take(carl, shared(ben));
    const file = path.join(temporaryDirectory(), 'team.db');
    carl.team.writeCopy(file);
    const database = new Database(file);
    database.exec('update changes set value = null, base_id = null');
    database.close();
    purge(ben, other.id);
    const rows = derivedRowsOf(ben);
    const emptied = openCopy(file, ben.libraryId);
    await take(ben, emptied);
    expect(derivedRowsOf(ben)).toEqual(rows);
    expect(find(ben)).toBe(1);
    expect(ben.team.standingTo(emptied).is_ahead).toBe(true);
  });
});

describe('a purge in a library with accounts', () => {
  const authorIn = (store: LibraryStore, name: Writer) => authorOf(writerPrincipal(store, name));

  function openTeam(): readonly [LibraryStore, LibraryStore] {
    return openMachines(2, undefined, (store) => {
      joinWriters(store, { accounts: true });
    }) as [LibraryStore, LibraryStore];
  }

  it('is an admin’s alone', () => {
    const [store] = openTeam();
    const documentId = writeDocument(store, authorIn(store, 'Sam'));
    expect(codeOf(() => purge(store, documentId, authorIn(store, 'Sam')))).toBe('not_allowed');
    expect(store.documents.get(documentId)?.document_name).toBe(`${word} name`);
    purge(store, documentId, authorIn(store, 'Ada'));
    expect(store.documents.get(documentId)).toBeNull();
    expect(store.verify().problems).toEqual([]);
    expect(store.rebuild().problems).toEqual([]);
  });

  it('refuses what is written to the document afterwards, and says why', async () => {
    const [one, other] = openTeam();
    const documentId = writeDocument(one, authorIn(one, 'Sam'));
    await take(other, shared(one));
    purge(one, documentId, authorIn(one, 'Ada'));
    // Apart, and later.
    const head = other.documents.headVersionIds(documentId);
    const late = other.write(authorIn(other, 'Sam'), (t) =>
      t.saveBody(documentId, `${word} later`, head),
    );
    await take(one, shared(other));
    await take(other, shared(one));
    for (const machine of [one, other]) {
      const { refusals } = derivedRowsOf(machine);
      expect(refusals).toContainEqual(
        expect.objectContaining({ id: late.id, reason: 'The document was purged.' }),
      );
      expect(JSON.stringify(changesOf(machine))).not.toContain(word);
      expect(machine.verify().problems).toEqual([]);
    }
    expect(derivedRowsOf(one)).toEqual(derivedRowsOf(other));
  });

  it('that turns out not to count gives the document back with the words of others', async () => {
    const [one, other] = openTeam();
    const documentId = writeDocument(one, authorIn(one, 'Sam'));
    const document = one.documents.get(documentId);
    one.write(authorIn(one, 'Ada'), (t) => {
      t.updateUser(writerId('Ed'), { user_type: 'admin' });
    });
    await take(other, shared(one));
    const full = shared(one);
    // He was suspended before he purged: that comes later.
    one.write(authorIn(one, 'Ada'), (t) => {
      t.updateUser(writerId('Ed'), { user_status: 'suspended' });
    });
    purge(other, documentId, authorIn(other, 'Ed'));
    const purged = shared(other);
    await take(other, shared(one));
    expect(derivedRowsOf(other).purges).toEqual([]);
    expect(other.documents.get(documentId)).toMatchObject({ id: documentId });
    await take(other, full);
    await take(one, purged);
    for (const machine of [one, other]) {
      expect(machine.documents.get(documentId)).toEqual(document);
      expect(machine.verify().problems).toEqual([]);
      expect(machine.rebuild().problems).toEqual([]);
    }
    expect(derivedRowsOf(other)).toEqual(derivedRowsOf(one));
  });

  it('cannot be made to take what belongs to another document', async () => {
    const [one] = openTeam();
    const documentId = writeDocument(one, authorIn(one, 'Sam'));
    const { document: mine, autodoc } = one.write(authorIn(one, 'Sam'), (t) => {
      const made = t.createDocument({ document_name: 'Mine', document_body: 'Kept body' });
      const queued = t.queueAutodoc(autodocOf(made.document.id, made.version.id));
      t.finishAutodoc(queued.id, { ...doneOutcome, autodoc_body: ' kept draft' });
      return { document: made.document, autodoc: queued };
    });
    const forger = new Forger(one);
    forger.write({
      ...{ actor_id: writerId('Eve'), entity: 'revision', entity_id: forger.nextId() },
      ...{ field: 'tie', value: { document_id: documentId, autodoc_id: autodoc.id } },
    });
    await take(one, forger.source());
    purge(one, documentId, authorIn(one, 'Ada'));
    expect(one.autodocs.get(autodoc.id)?.autodoc_body).toBe(' kept draft');
    expect(one.documents.get(mine.id)?.document_body).toBe('Kept body');
    expect(one.verify().problems).toEqual([]);
  });

  it.each(['before', 'after'])(
    'takes no comment that somebody said to be of the document %s it was purged',
    async (when) => {
      const [one] = openTeam();
      const documentId = writeDocument(one, authorIn(one, 'Sam'));
      const { document_id, comment } = one.write(authorIn(one, 'Sam'), (t) => {
        const { document } = t.createDocument({ document_name: 'Mine', document_body: 'Kept' });
        const content = { document_id: document.id, thread_id: null, document_state: null };
        const made = t.createComment({ ...content, comment_body: 'Kept comment', anchor: null });
        return { document_id: document.id, comment: made };
      });
      const forger = new Forger(one);
      const content = { document_id: documentId, thread_id: null, document_state: null };
      forger.write({
        ...{ actor_id: writerId('Eve'), entity: 'comment', entity_id: comment.id },
        ...{ field: 'content', value: { ...content, anchor: null } },
      });
      if (when === 'before') await take(one, forger.source());
      purge(one, documentId, authorIn(one, 'Ada'));
      await take(one, forger.source());
      expect(one.comments.list(document_id)).toMatchObject([{ comment_body: 'Kept comment' }]);
      expect(one.verify().problems).toEqual([]);
    },
  );
});
