import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DocumentQuery } from '../../../src-main/store/types.ts';
import {
  autodocOf,
  createDocument,
  doneOutcome,
  openLibrary,
  ownerId,
} from '../../fixtures/store/temporary-library.ts';

const page = { query: '', visible_to: null, place: 'library', offset: 0, limit: 10 } as const;
/** What a list says of a document that nobody is retained for, commented on or drafted from. */
const inAList = {
  sponsor_name: '',
  editor_id: null,
  editor_name: null,
  draft_excerpt: null,
  machine_share: 0,
  open_comments: 0,
  conflicts: 0,
};
const trashed_on = '2026-11-20T10:00:00.000Z';

describe('the list of documents', () => {
  it('shows what was changed last first, page by page, with a total', () => {
    let nowMs = Date.parse('2026-11-20T10:00:00.000Z');
    const store = openLibrary({ now: () => (nowMs += 1_000) });
    const ids = ['a', 'b', 'c', 'd', 'e'].map((name) => createDocument(store, name).document.id);
    store.write({ id: ownerId }, (t) => t.updateDocument(ids[1] ?? '', { folder: 'changed last' }));
    const names = (offset: number, limit: number) => {
      const { documents, total } = store.documents.list({ ...page, offset, limit });
      expect(total).toBe(5);
      return documents.map((document) => document.document_name).join('');
    };
    expect(names(0, 2)).toBe('be');
    expect(names(2, 2)).toBe('dc');
    expect(names(4, 2)).toBe('a');
    expect(names(6, 2)).toBe('');
  });

  it('counts where versions stand side by side, and lists these alone where that is wanted', () => {
    const store = openLibrary();
    createDocument(store, 'merged', 'one two');
    const [apart, thrownAway] = ['apart', 'thrown away'].map((name) => {
      const { document, version } = createDocument(store, name, 'I am happy today.');
      for (const word of ['glad', 'merry']) {
        store.write({ id: ownerId }, (t) =>
          t.saveBody(document.id, `I am ${word} today.`, [version.id]),
        );
      }
      return document.id;
    });
    store.write({ id: ownerId }, (t) => t.updateDocument(thrownAway!, { trashed_on }));
    const filter = { states: [], sponsor_id: null, editor_id: null, due: null };
    const list = (fields: Partial<DocumentQuery>, has_conflicts = false) => {
      const asked = { ...page, ...fields, filter: { ...filter, has_conflicts } };
      const { documents, ...counts } = store.documents.list(asked);
      return { ...counts, names: documents.map(({ document_name }) => document_name) };
    };
    expect(list({})).toEqual({ names: ['apart', 'merged'], total: 2, conflicted: 1 });
    expect(list({}, true)).toEqual({ names: ['apart'], total: 1, conflicted: 1 });
    expect(list({ query: 'two' }, true)).toEqual({ names: [], total: 0, conflicted: 1 });
    expect(list({ query: 'today' }, true)).toEqual({ names: ['apart'], total: 1, conflicted: 1 });
    expect(list({ visible_to: ownerId }, true)).toMatchObject({ total: 1, conflicted: 1 });
    expect(list({ visible_to: randomUUID() }, true)).toMatchObject({ total: 0, conflicted: 0 });
    expect(list({ place: 'trash' }, true)).toMatchObject({ names: ['thrown away'], conflicted: 1 });

    const heads = store.documents.headVersionIds(apart!);
    store.write({ id: ownerId }, (t) => t.saveBody(apart!, 'I am both today.', heads));
    expect(list({}, true)).toEqual({ names: [], total: 0, conflicted: 0 });
  });

  it('shows a document without its body', () => {
    const store = openLibrary();
    const { document } = createDocument(store, 'Long', 'word '.repeat(1_000));
    const { document_body: _body, notes: _notes, ...rest } = document;
    expect(store.documents.list(page).documents).toEqual([
      { ...rest, excerpt: 'word '.repeat(40), words: 1_000, ...inAList },
    ]);
  });

  it('keeps the trash apart', () => {
    const store = openLibrary();
    const kept = createDocument(store, 'Kept').document.id;
    const thrown = createDocument(store, 'Thrown away').document.id;
    store.write({ id: ownerId }, (t) => t.updateDocument(thrown, { trashed_on }));
    const idsIn = (place: 'library' | 'trash', query = '') =>
      store.documents
        .list({ ...page, visible_to: null, place, query })
        .documents.map((document) => document.id);
    expect(idsIn('library')).toEqual([kept]);
    expect(idsIn('trash')).toEqual([thrown]);
    expect(idsIn('library', 'body')).toEqual([kept]);
    expect(idsIn('trash', 'body')).toEqual([thrown]);
    store.write({ id: ownerId }, (t) => t.updateDocument(thrown, { trashed_on: null }));
    expect(idsIn('trash', 'body')).toEqual([]);
    expect(idsIn('library', 'body').sort()).toEqual([kept, thrown].sort());
  });
});

describe('the search', () => {
  it('finds names, bodies and autodocs, a name before a body before a draft', () => {
    const store = openLibrary();
    const drafted = createDocument(store, 'First', 'Nothing of it here.');
    createDocument(store, 'Second', 'It rained on the heather all day, it did.');
    createDocument(store, 'Heather', 'A hill in autumn. It rained on it too.');
    const { id } = store.write({ id: ownerId }, (t) =>
      t.queueAutodoc(autodocOf(drafted.document.id, drafted.version.id)),
    );
    store.write({ id: ownerId }, (t) =>
      t.finishAutodoc(id, { ...doneOutcome, autodoc_body: 'a path through the heather' }),
    );
    const { documents, total } = store.documents.list({ ...page, query: 'heather' });
    expect(documents.map((document) => document.document_name)).toEqual([
      'Heather',
      'Second',
      'First',
    ]);
    expect(documents.map((document) => document.excerpt)).toEqual([
      'A hill in autumn. It rained on it too.',
      'It rained on the heather all day, it did.',
      'a path through the heather',
    ]);
    expect(total).toBe(3);
    const second = store.documents.list({ ...page, query: 'heather', offset: 1, limit: 1 });
    expect(second.documents.map((document) => document.document_name)).toEqual(['Second']);
    expect(second.total).toBe(3);
    expect(store.documents.list({ ...page, query: 'heather', offset: 5 })).toEqual({
      documents: [],
      total: 3,
      conflicted: 0,
    });
  });

  it('takes accents and case lightly, and the last word as a beginning', () => {
    const store = openLibrary();
    createDocument(store, 'Café', 'Ein Übermut ohne Ende.');
    const finds = (query: string) => store.documents.list({ ...page, query }).total === 1;
    expect(['cafe', 'CAFÉ', 'ubermut', 'über', 'ende ein', 'ohne en'].filter(finds)).toHaveLength(
      6,
    );
    expect(['bermut', 'üb ende', 'ohne en ', 'anfang'].filter(finds)).toEqual([]);
  });

  it('never reads what is typed as a language', () => {
    const store = openLibrary();
    createDocument(store, 'C++', 'a "quoted" (word) OR two: don\'t^2 * -minus {col} : x');
    const odd = [
      '"',
      '""',
      '(',
      ')',
      '*',
      'OR',
      'AND',
      'NOT x',
      'NEAR(a b)',
      'a:b',
      '^a',
      '-a',
      '{',
      '\\',
      "'",
      'document_name:c',
      '\u0000',
      '😀',
      'a'.repeat(1_000),
    ];
    for (const query of odd) expect(() => store.documents.list({ ...page, query })).not.toThrow();
    for (const query of ['c++', '"quoted"', "don't", '(word) or', 'two:']) {
      expect(store.documents.list({ ...page, query }).total, query).toBe(1);
    }
    expect(store.documents.list({ ...page, query: '!!!' })).toEqual({
      documents: [],
      total: 0,
      conflicted: 0,
    });
  });

  it('finds the text as it is, not as it was', () => {
    const store = openLibrary();
    const { document, version } = createDocument(store, 'Old name', 'old words');
    store.write({ id: ownerId }, (t) => t.saveBody(document.id, 'new words', [version.id]));
    store.write({ id: ownerId }, (t) =>
      t.updateDocument(document.id, { document_name: 'New title' }),
    );
    const total = (query: string) => store.documents.list({ ...page, query }).total;
    expect([total('old '), total('name '), total('new '), total('title ')]).toEqual([0, 0, 1, 1]);
  });

  it('sees what another process has written', () => {
    const store = openLibrary();
    const other = openLibrary({ directory: store.directory });
    createDocument(other, 'From elsewhere');
    expect(store.documents.list({ ...page, query: 'elsewhere' }).total).toBe(1);
  });
});
