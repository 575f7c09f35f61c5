import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  documentStates,
  type DocumentSummary,
  type User,
} from '../../../src-main/contract/domain.ts';
import type { Comment, Notice, RetentionWithNames } from '../../../src-main/contract/work.ts';
import {
  demoDocuments,
  seedDemo,
  type DemoReport,
} from '../../../src-main/services/demo/seed-demo.ts';
import { openWorkplace } from '../services/workplace.ts';
import { failureOf, jsonOf, openCommandLine } from './in-process.ts';

const line = openCommandLine();
afterAll(() => line.remove());

describe('autodoc seed --demo', () => {
  let report: DemoReport;
  const as = <T>(name: string, ...args: string[]) =>
    jsonOf<T>(
      line.run([...args, '--as', `${name}@demo.example`, '--json'], {
        'password-fd': report.password,
      }),
    );
  const documents = (name: string, ...options: string[]) =>
    as<DocumentSummary[]>(name, 'documents', 'list', ...options);
  const idOf = async (name: string, query: string) =>
    (await documents(name, '--query', query))[0]!.id;

  beforeAll(async () => {
    report = await jsonOf(line.run(['seed', '--demo', '--no-draft', '--json']));
  });

  it('does nothing without being told what', async () => {
    expect(failureOf(await line.run(['seed', '--json']))).toMatchObject({ exitCode: 2 });
  });

  it('makes people who can sign in, and who cannot', async () => {
    expect(report).toMatchObject({ password: 'a-demo-password', drafts: 0 });
    const users = await as<User[]>('miriam', 'users', 'list');
    const kinds = users.map(({ user_type, user_status }) => `${user_status} ${user_type}`);
    expect(kinds.sort()).toEqual([
      ...['approved admin', 'approved editor', 'approved editor', 'approved editor'],
      ...['approved sponsor', 'approved sponsor', 'pending editor', 'suspended sponsor'],
    ]);
    expect(report.people.map(({ email }) => email).sort()).toEqual(
      users.map(({ email }) => email).sort(),
    );
  });

  it('makes documents in every state, for each role theirs', async () => {
    const all = await documents('miriam');
    expect(new Set(all.map(({ document_state }) => document_state))).toEqual(
      new Set(documentStates),
    );
    expect(all).toHaveLength(demoDocuments.length - 1);
    expect(await documents('miriam', '--trash')).toHaveLength(1);
    const [jonas, amara] = [await documents('jonas'), await documents('amara')];
    expect(jonas.length + amara.length).toBe(all.length);
    for (const editor of ['theo', 'saskia', 'kenji']) {
      const theirs = await documents(editor);
      expect(theirs.length).toBeGreaterThan(3);
      expect(new Set(theirs.map(({ editor_id }) => editor_id)).size).toBe(1);
    }
    expect((await documents('miriam', '--due', 'overdue')).length).toBeGreaterThan(1);
    expect((await documents('miriam', '--due', 'week')).length).toBeGreaterThan(4);
  });

  it('has what was said, who was retained, and what is new', async () => {
    const rules = await idOf('amara', 'house rules');
    const comments = await as<Comment[]>('amara', 'comments', 'list', rules);
    const shown = await as<{ document_body: string }>('amara', 'documents', 'show', rules);
    const quotes = comments.flatMap(({ anchor }) => (anchor === null ? [] : [anchor.quote]));
    const isThere = quotes.map((quote) => shown.document_body.includes(quote));
    expect(new Set(isThere)).toEqual(new Set([true, false]));
    expect(comments.some(({ thread_id }) => thread_id !== null)).toBe(true);
    expect(comments.some(({ document_state }) => document_state !== null)).toBe(true);
    const prices = await idOf('jonas', 'dealers');
    const retentions = await as<RetentionWithNames[]>('jonas', 'retentions', 'list', prices);
    expect(retentions.map(({ editor_name }) => editor_name)).toEqual([
      ...['Kenji Watanabe', 'Theo Marchetti'],
    ]);
    const versions = await as<{ created_by: string }[]>('jonas', 'documents', 'versions', prices);
    expect(new Set(versions.map(({ created_by }) => created_by)).size).toBe(3);
    const notices = await as<Notice[]>('jonas', 'notices', 'list', '--unread');
    const kinds = new Set(notices.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(['in_review', 'reopened', 'comment', 'due_soon']));
  });

  it('is signed throughout, and leaves a library that has users as it is', async () => {
    const verified = await jsonOf(line.run(['store', 'verify', '--json']));
    expect(verified).toMatchObject({ ok: true, problems: [] });
    expect(failureOf(await line.run(['seed', '--demo', '--json']))).toMatchObject({
      exitCode: 1,
      code: 'already_exists',
    });
    expect(await jsonOf(line.run(['store', 'verify', '--json']))).toEqual(verified);
  });
});

describe('the demonstration', () => {
  const signal = new AbortController().signal;

  it('has drafts, and a text that kept some of one', async () => {
    const { services, library } = openWorkplace();
    const told: string[] = [];
    const report = await seedDemo(services, {
      ...{ isDrafted: true, signal },
      onProgress: ({ message }) => told.push(message),
    });
    expect(report.drafts).toBe(demoDocuments.filter(({ isDrafted }) => isDrafted).length);
    expect(told).toContain('Commissioning and drafting “The lamplighter of Pier Street”');
    const states = library
      .store()
      .autodocs.list()
      .map(({ autodoc_state }) => autodoc_state);
    expect(new Set(states)).toEqual(new Set(['done', 'cancelled']));
    // Nobody is left signed in.
    expect(services.principal().kind).toBe('stranger');
  });

  it('stops when it is told to', async () => {
    const { services } = openWorkplace();
    const stop = new AbortController();
    const seeding = seedDemo(services, {
      ...{ isDrafted: false, signal: stop.signal },
      onProgress: ({ fraction }) => {
        if (fraction !== 0) stop.abort(new Error('Enough.'));
      },
    });
    await expect(seeding).rejects.toThrow('Enough.');
  });
});
