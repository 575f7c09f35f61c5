import { describe, expect, it } from 'vitest';
import {
  autodocOf,
  codeOf,
  createDocument,
  doneOutcome,
  openLibrary,
  ownerId,
} from '../../fixtures/store/temporary-library.ts';

const unknownId = '01900000-0000-7000-8000-0000000000ff';

describe('users', () => {
  it('begin with one who makes themselves', () => {
    const store = openLibrary({ now: () => Date.parse('2026-11-20T10:00:00.000Z') });
    const fields = {
      name: 'Ada',
      email: 'ada@example.org',
      organization: '',
      user_type: 'admin',
      user_status: 'approved',
    } as const;
    const user = store.write({ id: ownerId }, (t) => t.createUser({ id: ownerId, ...fields }));
    expect(user).toEqual({
      id: ownerId,
      ...fields,
      created_on: '2026-11-20T10:00:00.000Z',
      last_login: null,
    });
    const second = store.write({ id: ownerId }, (t) => t.createUser({ ...fields, name: 'Bo' }));
    expect(store.users.list().map((each) => each.name)).toEqual(['Ada', 'Bo']);
    expect(store.users.get(second.id)).toEqual(second);
    expect(store.users.get(unknownId)).toBeNull();
    expect(
      codeOf(() => store.write({ id: ownerId }, (t) => t.createUser({ id: ownerId, ...fields }))),
    ).toBe('already_exists');
  });
});

describe('documents', () => {
  it('begin with their first version', () => {
    const store = openLibrary({ now: () => Date.parse('2026-11-20T10:00:00.000Z') });
    const { document, version } = createDocument(store, 'Lawn', 'How do I mow it?');
    expect(document).toEqual({
      id: document.id,
      document_name: 'Lawn',
      document_body: 'How do I mow it?',
      document_state: 'draft',
      folder: '',
      tags: [],
      brief: '',
      due_on: null,
      target_words: null,
      notes: [],
      created_by: ownerId,
      created_on: '2026-11-20T10:00:00.000Z',
      updated_on: '2026-11-20T10:00:00.000Z',
      trashed_on: null,
    });
    expect(version).toEqual({
      id: version.id,
      document_id: document.id,
      parents: [],
      created_by: ownerId,
      author_name: '',
      created_on: '2026-11-20T10:00:00.000Z',
      refused: null,
    });
    expect(store.documents.get(document.id)).toEqual(document);
    expect(store.documents.headVersionIds(document.id)).toEqual([version.id]);
  });

  it('keep every version, newest first, each to the letter', () => {
    const store = openLibrary();
    const bodies = Array.from(
      { length: 50 },
      (_, at) => 'The same long beginning, é 漢 😀. '.repeat(50) + `Then ${at}.`,
    );
    const { document, version } = createDocument(store, 'Book', bodies[0]);
    const ids = [version.id];
    for (const body of bodies.slice(1)) {
      const saved = store.write({ id: ownerId }, (t) =>
        t.saveBody(document.id, body, ids.slice(-1)),
      );
      expect(saved.parents).toEqual(ids.slice(-1));
      ids.push(saved.id);
    }
    expect(store.versions.list(document.id).map((each) => each.id)).toEqual([...ids].reverse());
    expect(ids.map((id) => store.versions.get(id)?.document_body)).toEqual(bodies);
    expect(store.documents.get(document.id)?.document_body).toBe(bodies.at(-1));
    expect(store.documents.headVersionIds(document.id)).toEqual(ids.slice(-1));
    expect(store.versions.get(unknownId)).toBeNull();
    expect(store.verify().ok).toBe(true);
  });

  it('stand with two heads when two wrote on top of the same version', () => {
    const store = openLibrary();
    const { document, version } = createDocument(store);
    const save = (body: string, parents: readonly string[]) =>
      store.write({ id: ownerId }, (t) => t.saveBody(document.id, body, parents));
    const one = save('one', [version.id]);
    const other = save('other', [version.id]);
    expect(store.documents.headVersionIds(document.id)).toEqual([other.id, one.id]);
    // Neither is like what both were made of: the first is shown, the other stands beside it.
    expect(store.documents.get(document.id)?.document_body).toBe('one');
    expect(store.documents.shownVersionIds(document.id)).toEqual([one.id]);
    expect(store.conflicts.list(document.id)).toMatchObject([{ id: other.id }]);
    const both = save('one and other', [one.id, other.id]);
    expect(both.parents).toEqual([one.id, other.id].sort());
    expect(store.documents.headVersionIds(document.id)).toEqual([both.id]);
    expect(store.conflicts.list(document.id)).toEqual([]);
  });

  it('change field by field, and not at all when nothing is different', () => {
    const store = openLibrary();
    const { document } = createDocument(store);
    const fields = {
      document_name: 'New name',
      document_state: 'in_review',
      folder: 'a/b',
      tags: ['x', 'y'],
      brief: 'Be brief.',
      due_on: '2027-01-01',
      trashed_on: '2026-11-20T10:00:00.000Z',
    } as const;
    const changed = store.write({ id: ownerId }, (t) => t.updateDocument(document.id, fields));
    expect(changed).toEqual({ ...document, ...fields, updated_on: changed.updated_on });
    const { changes } = store.verify();
    // A state is said again: somebody may have led the document elsewhere meanwhile.
    const { document_state, ...others } = fields;
    expect(store.write({ id: ownerId }, (t) => t.updateDocument(document.id, others))).toEqual(
      changed,
    );
    expect(store.verify().changes).toBe(changes);
    store.write({ id: ownerId }, (t) => t.updateDocument(document.id, { document_state }));
    expect(store.verify().changes).toBe(changes + 1);
    const restored = store.write({ id: ownerId }, (t) =>
      t.updateDocument(document.id, { trashed_on: null, due_on: null }),
    );
    expect(restored).toMatchObject({ trashed_on: null, due_on: null, document_name: 'New name' });
    expect(store.verify()).toMatchObject({ ok: true, changes: changes + 3 });
  });

  it('refuse what does not belong to them, and then nothing has changed', () => {
    const store = openLibrary();
    const { document } = createDocument(store);
    const { version: foreign } = createDocument(store, 'Other');
    const before = store.verify().changes;
    const write = (work: Parameters<typeof store.write>[1]) =>
      codeOf(() => store.write({ id: ownerId }, work));
    expect(write((t) => t.saveBody(unknownId, 'x', []))).toBe('not_found');
    expect(write((t) => t.updateDocument(unknownId, {}))).toBe('not_found');
    expect(write((t) => t.saveBody(document.id, 'x', [foreign.id]))).toBe('invalid_input');
    expect(
      codeOf(() =>
        store.write({ id: ownerId }, (t) => {
          t.saveBody(document.id, 'lost', store.documents.headVersionIds(document.id));
          throw new Error('after the save');
        }),
      ),
    ).toBe('undefined');
    expect(store.documents.get(document.id)?.document_body).toBe('A body');
    expect(store.verify()).toMatchObject({ ok: true, changes: before });
  });
});

describe('retentions', () => {
  const person = { organization: '', user_type: 'editor', user_status: 'approved' } as const;

  it('say who retained whom for what, until they end, and stay in the history', () => {
    const store = openLibrary();
    const { document } = createDocument(store);
    const retained = store.write({ id: ownerId }, (t) => {
      const sponsor = t.createUser({ ...person, name: 'Ada', email: 'ada@example.org' });
      const editor = t.createUser({ ...person, name: 'Bo', email: 'bo@example.org' });
      const parties = { sponsor_id: sponsor.id, editor_id: editor.id };
      return t.retain({ ...parties, document_id: document.id });
    });
    expect(retained).toMatchObject({ document_id: document.id, ended_on: null });

    const end = (endedOn: string) =>
      store.write({ id: ownerId }, (t) => t.endRetention(retained.id, endedOn));
    const ended = end('2026-11-20T10:00:00.000Z');
    expect(ended).toEqual({ ...retained, ended_on: '2026-11-20T10:00:00.000Z' });
    expect(end('2026-11-21T10:00:00.000Z')).toEqual(ended);
    expect(store.retentions.list(document.id)).toEqual([
      { ...ended, sponsor_name: 'Ada', editor_name: 'Bo' },
    ]);
    expect(store.verify().problems).toEqual([]);
  });

  it('are between users of this library', () => {
    const store = openLibrary();
    const { document } = createDocument(store);
    const strangers = { sponsor_id: unknownId, editor_id: unknownId };
    expect(
      codeOf(() =>
        store.write({ id: ownerId }, (t) => t.retain({ ...strangers, document_id: document.id })),
      ),
    ).toBe('not_found');
  });
});

describe('autodocs', () => {
  it('wait in the queue of this replica, oldest first, until their one end', () => {
    const store = openLibrary();
    const { document, version } = createDocument(store);
    const queue = () =>
      store.write({ id: ownerId }, (t) => t.queueAutodoc(autodocOf(document.id, version.id)));
    const first = queue();
    const second = queue();
    expect(first).toEqual({
      id: first.id,
      ...autodocOf(document.id, version.id),
      autodoc_body: '',
      autodoc_state: 'queued',
      failure: null,
      prompt_start: null,
      prompt_end: null,
      model_sha256: null,
      device: null,
      variant: null,
      tokens: null,
      score: null,
      duration_ms: null,
      candidates: [],
      created_by: ownerId,
      created_on: first.created_on,
    });
    expect(store.autodocs.queue()).toEqual([first, second]);

    const done = store.write({ id: ownerId }, (t) => t.finishAutodoc(first.id, doneOutcome));
    const { token_ids, ...shown } = doneOutcome;
    expect(done).toEqual({ ...first, ...shown });
    expect(store.autodocs.tokenIds(first.id)).toEqual(token_ids);
    expect(store.autodocs.tokenIds(second.id)).toEqual([]);
    expect(store.autodocs.tokenIds(unknownId)).toEqual([]);
    expect(store.autodocs.get(first.id)).toEqual(done);
    expect(store.autodocs.queue()).toEqual([second]);
    expect(store.autodocs.list(document.id)).toEqual([second, done]);
    expect(store.autodocs.list()).toEqual([second, done]);
    expect(store.autodocs.list(unknownId)).toEqual([]);
    expect(store.autodocs.get(unknownId)).toBeNull();
    expect(store.verify().ok).toBe(true);
  });

  it('of another version keep what is understood of their candidates', () => {
    const store = openLibrary();
    const { document, version } = createDocument(store);
    const [known] = doneOutcome.candidates;
    const { id } = store.write({ id: ownerId }, (t) => {
      const queued = t.queueAutodoc(autodocOf(document.id, version.id));
      const strange: unknown = {
        ...doneOutcome,
        token_ids: [1, 'two', 3],
        candidates: [known, { ...known, tokens: 1.5 }, {}, { ...known, ranking: { total: 1 } }],
      };
      return t.finishAutodoc(queued.id, strange as typeof doneOutcome);
    });
    expect(store.autodocs.get(id)?.candidates).toEqual([known, { ...known, ranking: null }]);
    expect(store.autodocs.tokenIds(id)).toEqual([1, 3]);
    expect(store.verify().ok).toBe(true);
  });

  it('end once', () => {
    const store = openLibrary();
    const { document, version } = createDocument(store);
    const { id } = store.write({ id: ownerId }, (t) =>
      t.queueAutodoc(autodocOf(document.id, version.id)),
    );
    const finish = (outcome: typeof doneOutcome) =>
      store.write({ id: ownerId }, (t) => t.finishAutodoc(id, outcome));
    const failed = finish({ ...doneOutcome, autodoc_state: 'failed', failure: 'No model.' });
    expect(codeOf(() => finish(doneOutcome))).toBe('invalid_input');
    expect(store.autodocs.get(id)).toEqual(failed);
    expect(
      codeOf(() => store.write({ id: ownerId }, (t) => t.finishAutodoc(unknownId, doneOutcome))),
    ).toBe('not_found');
  });

  it('are drafted from a version of their own document', () => {
    const store = openLibrary();
    const { document } = createDocument(store);
    const { version: foreign } = createDocument(store, 'Other');
    expect(
      codeOf(() =>
        store.write({ id: ownerId }, (t) => t.queueAutodoc(autodocOf(document.id, foreign.id))),
      ),
    ).toBe('not_found');
    expect(store.autodocs.list()).toEqual([]);
  });

  it('are queued in the same transaction as the save that asked for them', () => {
    const store = openLibrary();
    const { document, version } = createDocument(store);
    expect(
      codeOf(() =>
        store.write({ id: ownerId }, (t) => {
          const saved = t.saveBody(document.id, 'new', [version.id]);
          t.queueAutodoc(autodocOf(document.id, saved.id));
          throw new Error('before the end');
        }),
      ),
    ).toBe('undefined');
    expect(store.autodocs.queue()).toEqual([]);
    expect(store.versions.list(document.id)).toEqual([version]);
  });
});
