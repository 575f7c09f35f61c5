import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { createBreather } from '../../../src-main/services/exchange/breather.ts';
import { parseExport } from '../../../src-main/services/exchange/export-text.ts';
import { checkExport } from '../../../src-main/services/exchange/read-export.ts';
import { takeExport } from '../../../src-main/services/exchange/take-export.ts';
import { exportLines, writeExport } from '../../../src-main/services/exchange/write-export.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import {
  autodocOf,
  doneOutcome,
  openLibrary,
  ownerId,
  temporaryDirectory,
} from '../../fixtures/store/temporary-library.ts';

const owner = { id: ownerId };
const breathe = createBreather(new AbortController().signal);
const work = { signal: new AbortController().signal, onProgress: () => undefined };

const exported = (store: LibraryStore, documentId: string | null = null) =>
  [...exportLines(store, documentId)].join('');

async function imported(store: LibraryStore, text: string | Buffer) {
  const parsed = await parseExport(Buffer.from(text as string), 'The file', breathe);
  return takeExport(store, owner, await checkExport(parsed, 'The file', breathe), 'The file');
}

const longName = 'ש"😀\u202eל'.repeat(2_000).slice(0, 10_000);

/** A library with something of every kind in it, and texts that are hard to carry. */
function fillLibrary(store: LibraryStore, adminId = ownerId) {
  const editorId = uuidv7();
  return store.write({ id: adminId }, (t) => {
    const person = { email: 'ada@example.org', organization: '' };
    t.createUser({
      id: adminId,
      name: 'Ada',
      ...person,
      user_type: 'admin',
      user_status: 'approved',
    });
    t.createUser({
      id: editorId,
      name: longName,
      ...person,
      user_type: 'editor',
      user_status: 'approved',
    });
    const long = 'A long beginning that stays. '.repeat(200);
    const { document, version } = t.createDocument({
      document_name: longName,
      document_body: `${long}\u2028=1+1 "quoted" \\ \u0007`,
      notes: [{ title: '__proto__', text: 'constructor' }],
      tags: ['one', 'two'],
      folder: 'A/B',
    });
    const second = t.saveBody(document.id, `${long} Second.`, [version.id]);
    t.saveBody(document.id, `${long} Third, beside it.`, [version.id]);
    t.retain({ sponsor_id: adminId, editor_id: editorId, document_id: document.id });
    const { id } = t.queueAutodoc(autodocOf(document.id, second.id));
    // A model may write whatever bytes it likes.
    t.finishAutodoc(id, { ...doneOutcome, autodoc_body: ' a\0b\ufffd', score: -1e-7 });
    t.queueAutodoc(autodocOf(document.id, second.id));
    const comment = t.createComment({
      document_id: document.id,
      thread_id: null,
      comment_body: 'Why?',
      anchor: { version_id: version.id, quote_start: 0, quote: 'A long', prefix: '', suffix: ' b' },
      document_state: null,
    });
    t.updateComment(comment.id, { is_resolved: true });
    const other = t.createDocument({ document_name: 'Other', document_body: 'Other body' });
    t.updateDocument(other.document.id, { trashed_on: '2026-01-01T00:00:00.000Z' });
    return { documentId: document.id, otherId: other.document.id };
  });
}

describe('an export of a library', () => {
  it('is the same to the byte for the same state, and names no machine', () => {
    const store = openLibrary();
    fillLibrary(store);
    const text = exported(store);
    expect(exported(store)).toBe(text);
    expect(text).not.toContain(store.directory);
    const parsed = JSON.parse(text) as Record<string, unknown[]>;
    expect(Object.keys(parsed)).toEqual([
      ...['format', 'version', 'document_id', 'users', 'user_devices', 'documents', 'retentions'],
      ...['versions', 'autodocs', 'revisions', 'comments', 'audit'],
    ]);
    expect(parsed.versions).toHaveLength(4);
    expect(parsed.documents).toMatchObject([{ tags: ['one', 'two'] }, { tags: [] }]);
    expect(text).not.toMatch(/search_text|password/);
  });

  it('comes out of an empty library as it went in', async () => {
    const source = openLibrary();
    fillLibrary(source);
    const text = exported(source);
    const target = openLibrary();
    const { changes } = source.verify();
    expect(await imported(target, text)).toEqual({ taken: changes, known: 0, collided: 0 });
    expect(exported(target)).toBe(text);
    expect(target.verify()).toMatchObject({ ok: true });
    expect(
      target.documents.list({
        query: 'beginning',
        place: 'library',
        offset: 0,
        limit: 9,
        visible_to: null,
      }).total,
    ).toBe(1);
  });

  it('makes no doubles when it comes in twice', async () => {
    const source = openLibrary();
    fillLibrary(source);
    const text = exported(source);
    const { changes } = source.verify();
    expect(await imported(source, text)).toEqual({ taken: 0, known: changes, collided: 0 });
    const target = openLibrary();
    await imported(target, text);
    expect(await imported(target, text)).toEqual({ taken: 0, known: changes, collided: 0 });
    expect(exported(target)).toBe(text);
    expect(exported(source)).toBe(text);
  });

  it('leaves everything else in a filled library as it was', async () => {
    const source = openLibrary();
    const { documentId } = fillLibrary(source);
    const text = exported(source);
    const target = openLibrary();
    const mine = fillLibrary(target, uuidv7());
    const before = exported(target, mine.otherId);
    await imported(target, text);
    expect(exported(target, mine.otherId)).toBe(before);
    expect(exported(target, documentId)).toBe(exported(source, documentId));
    expect(target.verify()).toMatchObject({ ok: true });
  });

  it('of one document comes out again as it went in, and has nothing of the others', async () => {
    const source = openLibrary();
    const { documentId, otherId } = fillLibrary(source);
    const text = exported(source, documentId);
    expect(text).not.toContain(otherId);
    const target = openLibrary();
    await imported(target, text);
    expect(exported(target, documentId)).toBe(text);
    expect(exported(target)).toBe(
      text.replace(`"document_id":"${documentId}",\n"users"`, '"document_id":null,\n"users"'),
    );
  });

  it('of an earlier day comes into the library that has gone on since', async () => {
    const source = openLibrary();
    const { documentId } = fillLibrary(source);
    const text = exported(source);
    source.write(owner, (t) => {
      t.updateDocument(documentId, { document_name: 'New name' });
      t.saveBody(documentId, 'New body', source.documents.headVersionIds(documentId));
    });
    const after = exported(source);
    expect(await imported(source, text)).toMatchObject({ taken: 0 });
    expect(exported(source)).toBe(after);
  });

  it('may be laid out anew by a program, and have a byte order mark', async () => {
    const source = openLibrary();
    fillLibrary(source);
    const text = exported(source);
    for (const other of [
      JSON.stringify(JSON.parse(text), null, 2),
      JSON.stringify(JSON.parse(text)),
      `\ufeff${text}`,
    ]) {
      const target = openLibrary();
      await imported(target, other);
      expect(exported(target)).toBe(text);
    }
  });

  it('has only its hash of a text that was removed for good', async () => {
    const source = openLibrary();
    const { otherId } = fillLibrary(source);
    const text = exported(source);
    const [version] = source.versions.list(otherId);
    const purged = JSON.parse(text) as Record<string, Record<string, unknown>[]>;
    const change = purged.audit!.find(({ id }) => id === version!.id)!;
    Object.assign(change, { value: null, purged: true });
    purged.versions!.find(({ id }) => id === version!.id)!.document_body = null;
    purged.documents!.find(({ id }) => id === otherId)!.document_body = '';
    const target = openLibrary();
    await imported(target, JSON.stringify(purged));
    expect(JSON.parse(exported(target))).toEqual(purged);
  });
});

describe('a file that is no sound export', () => {
  type Parsed = Record<string, Record<string, unknown>[]> & Record<string, unknown>;

  async function refused(edit: (parsed: Parsed) => unknown) {
    const source = openLibrary();
    fillLibrary(source);
    const parsed = JSON.parse(exported(source)) as Parsed;
    const edited = edit(parsed) ?? parsed;
    const target = openLibrary();
    const before = exported(target);
    const file = typeof edited === 'string' ? edited : JSON.stringify(edited);
    const error: unknown = await imported(target, file).catch((thrown: unknown) => thrown);
    expect(exported(target)).toBe(before);
    return error;
  }

  it.each<[string, (parsed: Parsed) => unknown]>([
    ['another name', ({ documents }) => void (documents![0]!.document_name = 'Mine')],
    ['another text', ({ documents }) => void (documents![0]!.document_body = 'Mine')],
    ['another text of a version', ({ versions }) => void (versions![0]!.document_body = 'Mine')],
    ['another user type', ({ users }) => void (users![1]!.user_type = 'admin')],
    ['another draft', ({ autodocs }) => void (autodocs![0]!.autodoc_body = 'Mine')],
    ['another actor', ({ audit }) => void (audit![0]!.actor_id = uuidv7())],
    ['another time', ({ audit }) => void (audit![0]!.hlc = 'f'.repeat(16))],
    [
      'another value',
      ({ audit }) => void (audit!.find(({ field }) => field === 'name')!.value = 'Eve'),
    ],
    ['another hash', ({ audit }) => void (audit![0]!.sha256 = '0'.repeat(64))],
    ['a change that is missing', ({ audit }) => void audit!.splice(3, 1)],
    ['a change that is there twice', ({ audit }) => void audit!.push(audit![0]!)],
    ['a record that is missing a key', ({ users }) => delete users![0]!.email && undefined],
    ['a key too many', ({ users }) => void (users![0]!.password = 'x')],
    [
      'a record too many',
      ({ revisions }) => void revisions!.push({ ...revisions![0]!, id: uuidv7() }),
    ],
    ['a purge that is none', ({ audit }) => void Object.assign(audit![0]!, { purged: true })],
    [
      'a prototype key',
      (parsed) => JSON.stringify(parsed).replace('"users":[{', '"users":[{"__proto__":{"a":1},'),
    ],
    [
      'a prototype key on top',
      (parsed) => JSON.stringify(parsed).replace('{', '{"constructor":1,'),
    ],
    ['a text for a list', (parsed) => void ((parsed as Record<string, unknown>).users = 'x')],
    [
      'a list in a list',
      (parsed) =>
        JSON.stringify(parsed).replace(
          '"users":[',
          `"users":[${'['.repeat(1e5)}${']'.repeat(1e5)},`,
        ),
    ],
    [
      'a value without end',
      (parsed) =>
        JSON.stringify(parsed).replace(
          '"value":"Ada"',
          `"value":${'['.repeat(1e5)}${']'.repeat(1e5)}`,
        ),
    ],
    ['nothing after its middle', (parsed) => JSON.stringify(parsed).slice(0, 5_000)],
  ])('is refused, and nothing of it is taken: %s', async (_, edit) => {
    const error = await refused(edit);
    expect(error).toMatchObject({ code: 'invalid_input' });
    expect((error as Error).message).toMatch(/^The file .* Nothing was imported\./);
    expect((error as Error).message.length).toBeLessThan(500);
  });

  it('never reaches a prototype', async () => {
    await refused((parsed) =>
      JSON.stringify(parsed).replace('"parameters":{', '"parameters":{"__proto__":{"polluted":1},'),
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '"autodoc-export"',
    '{"format":"autodoc"}',
    '\0',
    '{\n}\n',
    '{\n"a":[\n',
  ])('is refused: %j', async (text) => {
    const parsing = parseExport(Buffer.from(text), 'The file', breathe);
    await expect(
      parsing.then((parsed) => checkExport(parsed, 'The file', breathe)),
    ).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('says so when a newer Autodoc wrote it', async () => {
    const error = await refused((parsed) => ({ ...parsed, version: 2 }));
    expect(error).toMatchObject({ code: 'store_newer' });
  });
});

describe('writing an export', () => {
  it('goes on while the library is written to, and has one moment of it', async () => {
    const store = openLibrary();
    fillLibrary(store);
    const document = { document_name: 'A name', document_body: 'A body' };
    store.write(owner, (t) => {
      for (let n = 0; n < 300; n += 1) t.createDocument(document);
    });
    const file = path.join(temporaryDirectory(), 'library.json');
    const writing = writeExport(store, null, file, work);
    let writes = 0;
    const timer = setInterval(() => {
      store.write(owner, (t) => t.createDocument(document));
      writes += 1;
    }, 1);
    await writing.finally(() => clearInterval(timer));
    expect(writes).toBeGreaterThan(0);
    const target = openLibrary();
    await imported(target, readFileSync(file));
    expect(exported(target)).toBe(readFileSync(file, 'utf8'));
  });

  it('keeps nothing open between two lines', () => {
    const store = openLibrary();
    fillLibrary(store);
    const document = { document_name: 'Written meanwhile', document_body: 'x' };
    let lines = 0;
    for (const line of exportLines(store, null)) {
      expect(line).not.toBe('');
      lines += 1;
      if (lines < 100) store.write(owner, (t) => t.createDocument(document));
    }
    expect(lines).toBeGreaterThan(100);
  });

  it('stops when it is told to, and keeps what was there', async () => {
    const store = openLibrary();
    fillLibrary(store);
    const folder = temporaryDirectory();
    const file = path.join(folder, 'library.json');
    writeFileSync(file, 'before');
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(writeExport(store, null, file, { ...work, signal: stop.signal })).rejects.toThrow(
      'stopped',
    );
    expect(readFileSync(file, 'utf8')).toBe('before');
  });
});
