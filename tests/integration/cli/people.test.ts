import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../../src-main/cli/commands.ts';
import type { AuditPage } from '../../../src-main/contract/audit.ts';
import type {
  AutodocWithDocument,
  Document,
  DocumentSummary,
  OpenDocument,
  User,
} from '../../../src-main/contract/domain.ts';
import type { UserDetails } from '../../../src-main/contract/people.ts';
import type { Comment, Notice, RetentionWithNames } from '../../../src-main/contract/work.ts';
import { failureOf, jsonOf, openCommandLine } from './in-process.ts';

/* People and their work on the command line, as one story: each test goes on where the last ended. */

const line = openCommandLine();
afterAll(() => line.remove());

const password = 'a long password';
const emailOf = (name: string): string => `${name.toLowerCase()}@example.org`;
const as = (name: string, args: readonly string[], secret = password) =>
  line.run([...args, '--as', emailOf(name), '--json'], { 'password-fd': secret });
const json = async <T>(name: string, ...args: string[]) => jsonOf<T>(as(name, args));
const failure = async (name: string, ...args: string[]) => failureOf(await as(name, args));
const words = async (name: string, ...args: string[]) => {
  const { code, stdout, stderr } = await line.run([...args, '--as', emailOf(name)], {
    'password-fd': password,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};
const register = (name: string, type: string) =>
  line.run(
    ['users', 'register', '--name', name, '--email', emailOf(name), '--type', type, '--json'],
    { 'password-fd': password },
  );

describe('a library of one’s own', () => {
  it('knows nobody to sign in', async () => {
    await line.run(['documents', 'new', '--name', 'Lawn', '--no-draft']);
    const { code, stderr } = await as('Ada', ['documents', 'list']);
    expect(code).toBe(2);
    expect(stderr).toContain('This library has no accounts');
    expect(failureOf(await register('Sam', 'sponsor'))).toMatchObject({ exitCode: 2 });
  });

  it('becomes one of a team, with all that is in it', async () => {
    const args = ['accounts', 'switch-on', '--name', 'Ada', '--email', emailOf('Ada'), '--json'];
    const short = await line.run(args, { 'password-fd': 'short' });
    expect(failureOf(short)).toMatchObject({
      exitCode: 1,
      code: 'invalid_input',
      message: 'password: a password has at least 10 characters.',
    });
    const user = await jsonOf<User>(line.run(args, { 'password-fd': password }));
    expect(user).toMatchObject({ name: 'Ada', user_type: 'admin', user_status: 'approved' });
    expect(await json<Document[]>('Ada', 'documents', 'list')).toMatchObject([
      { document_name: 'Lawn' },
    ]);
    const again = await line.run(args, { 'password-fd': password });
    expect(failureOf(again)).toMatchObject({ exitCode: 1, code: 'already_exists' });
  });
});

describe('an account', () => {
  it('is registered, waits, and is approved', async () => {
    for (const [name, type] of [
      ['Sam', 'sponsor'],
      ['Sue', 'sponsor'],
      ['Ed', 'editor'],
      ['Eve', 'editor'],
      ['Bo', 'editor'],
    ] as const) {
      expect(await jsonOf(register(name, type))).toMatchObject({ user_status: 'pending' });
    }
    expect(await failure('Sam', 'documents', 'list')).toMatchObject({
      exitCode: 1,
      code: 'account_waiting',
    });
    const waiting = await json<User[]>('Ada', 'users', 'list', '--state', 'pending');
    expect(waiting.map(({ name }) => name)).toEqual(['Bo', 'Ed', 'Eve', 'Sam', 'Sue']);
    for (const { id } of waiting.slice(1)) {
      expect(await json('Ada', 'users', 'approve', id)).toMatchObject({ user_status: 'approved' });
    }
    expect(await json('Ada', 'users', 'reject', emailOf('Bo'))).toMatchObject({
      user_status: 'rejected',
    });
    expect(await failure('Bo', 'documents', 'list')).toMatchObject({ code: 'not_allowed' });
    expect(await json('Sam', 'documents', 'list')).toEqual([]);
  });

  it('is opened by its password alone', async () => {
    const wrong = failureOf(await as('Sam', ['documents', 'list'], 'a wrong password'));
    expect(wrong).toMatchObject({ exitCode: 1, code: 'sign_in_failed' });
    const nobody = await failure('Nobody', 'documents', 'list');
    expect(nobody).toEqual(wrong);
    const misfit = await line.run(['documents', 'list', '--as', emailOf('Sam'), '--json']);
    expect(failureOf(misfit)).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('--password-fd 3 3<password.txt') as string,
    });
  });

  it('is signed in to at a terminal, where nothing is shown', async () => {
    const args = ['documents', 'list', '--as', emailOf('Sam')];
    expect(await line.runAtTerminal(args, `${password}x\u007f\r`)).toEqual({
      code: 0,
      stdout: 'No documents.\n',
      stderr: `Password of ${emailOf('Sam')}: \n`,
    });
    const stopped = await line.runAtTerminal(args, 'a lo\u0003');
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
  });

  it('is of a type that an admin decides, and never the last admin’s', async () => {
    const setType = (type: string) => as('Ada', ['users', 'set-type', emailOf('Eve'), type]);
    expect(await jsonOf(setType('sponsor'))).toMatchObject({ user_type: 'sponsor' });
    expect(await jsonOf(setType('editor'))).toMatchObject({ user_type: 'editor' });
    expect(failureOf(await setType('queen'))).toMatchObject({ exitCode: 2 });
    expect(await failure('Ada', 'users', 'suspend', emailOf('Ada'))).toMatchObject({
      code: 'not_allowed',
      message: expect.stringContaining('last admin') as string,
    });
    expect(await failure('Sam', 'users', 'approve', emailOf('Bo'))).toMatchObject({
      code: 'not_allowed',
    });
    expect(await failure('Ada', 'users', 'show', emailOf('Nobody'))).toMatchObject({
      code: 'not_found',
    });
    expect(await failure('Ada', 'users', 'show', 'Nobody')).toMatchObject({ exitCode: 2 });
    expect(await words('Ada', 'users', 'list', '--type', 'admin')).toMatch(
      /^ID +TYPE +STATE .*\n.* admin +approved .* ada@example\.org +Ada\n$/,
    );
  });
});

describe('a document', () => {
  let id = '';
  const step = (name: string, what: string, ...more: string[]) =>
    json<Document>(name, 'documents', what, id, ...more);

  it('is commissioned, and drafted in the sponsor’s name', async () => {
    const file = path.join(line.folder, 'body.md');
    writeFileSync(file, 'How do I mow my lawn?');
    const made = await json<Document & { readonly autodoc: AutodocWithDocument }>(
      ...(['Sam', 'documents', 'new', '--name', 'Mowing', '--body-file', file] as const),
      ...['--brief', 'Short and green.', '--due', '2020-01-31', '--target-words', '90'],
      ...['--editor', emailOf('Ed'), '--note', 'Have fun.'],
    );
    id = made.id;
    expect(made).toMatchObject({
      document_state: 'assigned',
      brief: 'Short and green.',
      due_on: '2020-01-31',
      target_words: 90,
      autodoc: { autodoc_state: 'done', created_by: made.created_by },
    });
    expect(await json<Comment[]>('Ed', 'comments', 'list', id)).toMatchObject([
      { comment_body: 'Have fun.', document_state: 'assigned', author_name: 'Sam' },
    ]);
  });

  it('is seen by those whose work it is', async () => {
    const seen = async (name: string, ...options: string[]) =>
      (await json<DocumentSummary[]>(name, 'documents', 'list', ...options)).map(
        ({ document_name }) => document_name,
      );
    expect(await seen('Sam')).toEqual(['Mowing']);
    expect(await seen('Ed', '--due', 'overdue')).toEqual(['Mowing']);
    expect(await seen('Sue')).toEqual([]);
    expect(await seen('Eve')).toEqual([]);
    expect(await seen('Ada', '--sort', 'document_name', '--descending')).toEqual([
      'Mowing',
      'Lawn',
    ]);
    expect(await seen('Ada', '--editor', emailOf('Ed'))).toEqual(['Mowing']);
    expect(await seen('Ada', '--sponsor', emailOf('Ada'))).toEqual(['Lawn']);
    expect(await seen('Ada', '--state', 'assigned')).toEqual(['Mowing']);
    expect(await failure('Eve', 'documents', 'show', id)).toMatchObject({
      exitCode: 1,
      code: 'not_allowed',
    });
    expect(await failure('Ada', 'documents', 'list', '--descending')).toMatchObject({
      exitCode: 2,
    });
    expect(await words('Sam', 'documents', 'list')).toMatch(
      /^ID +CHANGED +WORDS +STATE +EDITOR +DUE +NAME\n.* assigned +Ed +2020-01-31 +Mowing\n$/,
    );
  });

  it('goes from hand to hand', async () => {
    expect(await step('Ed', 'submit', '--note', 'Here it is.')).toMatchObject({
      document_state: 'in_review',
    });
    expect(await failure('Ed', 'documents', 'approve', id)).toMatchObject({
      exitCode: 1,
      code: 'not_allowed',
      message: expect.stringContaining('in review') as string,
    });
    expect(await failure('Sam', 'documents', 'archive', id)).toMatchObject({ code: 'not_allowed' });
    expect(await step('Sam', 'request-changes', '--note', 'Greener, please.')).toMatchObject({
      document_state: 'changes_requested',
    });
    expect(await step('Ed', 'start')).toMatchObject({ document_state: 'in_edit' });
    expect(await step('Ed', 'submit')).toMatchObject({ document_state: 'in_review' });
    expect(await words('Sam', 'documents', 'approve', id)).toBe('"Mowing" is approved.\n');
    expect(await step('Ed', 'reopen')).toMatchObject({ document_state: 'in_review' });
    expect(await step('Sam', 'approve')).toMatchObject({ document_state: 'approved' });
    expect(await step('Sam', 'archive')).toMatchObject({ document_state: 'archived' });
    expect(await failure('Sam', 'documents', 'describe', id, '--brief', '')).toMatchObject({
      code: 'not_allowed',
    });
    expect(await step('Ada', 'unarchive')).toMatchObject({ document_state: 'approved' });
  });

  it('is described anew by its sponsor alone', async () => {
    const describing = ['documents', 'describe', id, '--due=', '--folder', 'Garden', '--tag', 'a'];
    expect(await failure('Ed', ...describing)).toMatchObject({ code: 'not_allowed' });
    expect(await json('Sam', ...describing, '--tag', 'b')).toMatchObject({
      ...{ brief: 'Short and green.', due_on: null, target_words: 90 },
      ...{ folder: 'Garden', tags: ['a', 'b'] },
    });
    expect(await json('Sam', 'documents', 'describe', id, '--tag=')).toMatchObject({ tags: [] });
    expect(await failure('Sam', 'documents', 'describe', id)).toMatchObject({ exitCode: 2 });
    expect(await failure('Sam', 'documents', 'describe', id, '--due', 'soon')).toMatchObject({
      exitCode: 1,
      message: 'due_on: a day is written as 2026-12-24.',
    });
    expect(await words('Ed', 'documents', 'show', id)).toBe(
      'Mowing\n\nstate    approved\nsponsor  Sam\neditor   Ed\ntarget   90 words\nfolder   Garden\n\n' +
        'Brief\nShort and green.\n\nText\nHow do I mow my lawn?\n',
    );
    const shown = await json<Document & OpenDocument>('Ed', 'documents', 'show', id);
    expect(shown).toMatchObject({ sponsor: { name: 'Sam' }, editor: { name: 'Ed' } });
    expect(shown.allowed).toContain('document:reopen');
  });

  it('is talked about', async () => {
    const said = await json<Comment>('Sam', 'comments', 'add', id, '--text', 'Which mower?');
    await json('Ed', 'comments', 'add', id, '--text', 'A reel mower.', '--answer', said.id);
    expect(await json('Ed', 'comments', 'resolve', said.id)).toMatchObject({
      resolved_on: expect.any(String) as string,
    });
    expect(await failure('Eve', 'comments', 'add', id, '--text', 'Me too.')).toMatchObject({
      code: 'not_allowed',
    });
    expect(await words('Sam', 'comments', 'list', id)).toMatch(
      / Sam {2}resolved\n {2}Which mower\?\n {2}[0-9a-f-]{36} .* Ed\n {4}A reel mower\.\n$/,
    );
    const notices = await json<Notice[]>('Sam', 'notices', 'list', '--unread');
    expect(notices[0]).toMatchObject({ kind: 'comment', actor_name: 'Ed', document_id: id });
    await json('Sam', 'notices', 'read');
    expect(await json('Sam', 'notices', 'list', '--unread')).toEqual([]);
    expect(await words('Sam', 'notices', 'list')).toMatch(/^WHEN +READ +WHAT .*\n.* yes +comment /);
  });

  it('is handed on to another editor, and to none', async () => {
    const retain = ['retentions', 'retain', id, emailOf('Eve'), '--note', 'Yours now.'];
    expect(await failure('Ed', ...retain)).toMatchObject({ code: 'not_allowed' });
    expect(await json('Sam', ...retain)).toMatchObject({ editor_name: 'Eve', ended_on: null });
    expect(await failure('Ed', 'documents', 'show', id)).toMatchObject({ code: 'not_allowed' });
    expect(await words('Sam', 'retentions', 'end', id)).toBe('Nobody is retained.\n');
    const retentions = await json<RetentionWithNames[]>('Sam', 'retentions', 'list', id);
    expect(retentions.map(({ editor_name }) => editor_name)).toEqual(['Eve', 'Ed']);
    const wrong = await failure('Sam', 'retentions', 'retain', id, emailOf('Sue'));
    expect(wrong).toMatchObject({ code: 'invalid_input' });
  });

  it('is in the audit log', async () => {
    const page = await json<AuditPage>(
      ...(['Ada', 'audit', 'list', '--document', id] as const),
      ...['--actor', emailOf('Ed'), '--entity', 'document'],
    );
    expect(page.entries.map(({ value }) => value)).toEqual([
      ...['in_review', 'in_review', 'in_edit', 'in_review'],
    ]);
    expect(await words('Ada', 'audit', 'list', '--limit', '1')).toMatch(
      /\n\nThese are 1 of \d+\.\n$/,
    );
    expect(await failure('Sam', 'audit', 'list')).toMatchObject({ code: 'not_allowed' });
    const output = path.join(line.folder, 'audit.jsonl');
    await json('Ada', 'audit', 'export', '--output', output, '--from', '2020-01-01');
    const [first] = readFileSync(output, 'utf8').split('\n');
    expect(JSON.parse(first!)).toMatchObject({ actor_name: expect.any(String) as string });
    await json('Ada', 'audit', 'export', '--output', output, '--to', '2020-01-01');
    expect(readFileSync(output, 'utf8')).toBe('');
  });
});

describe('a machine', () => {
  const show = () => json<UserDetails>('Ada', 'users', 'show', emailOf('Ed'));
  const addDevice = (secret: string) =>
    line.run(['users', 'add-device', '--email', emailOf('Ed'), '--json'], {
      'password-fd': secret,
    });

  it('is approved by its user at another, and revoked', async () => {
    expect(await jsonOf(addDevice('another password'))).toEqual({ email: emailOf('Ed') });
    const second = (await show()).devices.at(-1)!;
    expect(second.device_status).toBe('pending');
    expect(await failure('Sam', 'users', 'approve-device', second.id)).toMatchObject({
      code: 'not_allowed',
    });
    await json('Ed', 'users', 'approve-device', second.id);
    expect((await as('Ed', ['documents', 'list'], 'another password')).code).toBe(0);
    expect(await words('Ed', 'users', 'revoke-device', second.id)).toMatch(/ revoked /);
    expect(failureOf(await as('Ed', ['documents', 'list'], 'another password'))).toMatchObject({
      code: 'not_allowed',
    });
  });

  it('replaces all others for who lost them', async () => {
    await addDevice('a third password');
    const { devices } = await show();
    const details = await json<UserDetails>('Ada', 'users', 'reset', devices.at(-1)!.id);
    expect(details.devices.map(({ device_status }) => device_status)).toEqual([
      ...['revoked', 'revoked', 'approved'],
    ]);
  });

  it('has a password that its user may change', async () => {
    const args = ['users', 'password', '--as', emailOf('Ed'), '--json'];
    const change = (next: string) =>
      line.run(args, { 'password-fd': 'a third password', 'new-password-fd': next });
    expect(failureOf(await change('short'))).toMatchObject({ code: 'invalid_input' });
    expect(await jsonOf(change(password))).toEqual({ changed: true });
    expect(await json('Ed', 'documents', 'list')).toEqual([]);
    const typed = `${password}\rone password\ranother password\r`;
    const twice = await line.runAtTerminal(args.slice(0, -1), typed);
    expect(twice.code).toBe(2);
    expect(twice.stderr).toContain('The two passwords are not the same.');
  });
});

describe('without --as, in a library with accounts,', () => {
  /** What a machine does for whoever sits at it, and what brings people in. */
  const free = new Set([
    ...['generate', 'tokenize', 'score', 'models list', 'models show', 'devices'],
    ...['accounts switch-on', 'users register', 'users add-device', 'store verify'],
    ...['store rebuild', 'seed', 'team status', 'team sync', 'team generations'],
  ]);
  /** What they need besides. */
  const needed: Partial<Record<string, readonly string[]>> = {
    'documents describe': ['--brief', ''],
    'conflicts take': ['--ours'],
  };
  let file = '';
  beforeAll(() => {
    file = path.join(line.folder, 'anything.txt');
    writeFileSync(file, 'anything');
  });

  it.each(commands.map(({ name }) => name).filter((name) => !free.has(name)))(
    '"%s" asks who it is',
    async (name) => {
      const { positionals = [], options } = commands.find((command) => command.name === name)!;
      const required = Object.entries(options).flatMap(([option, description]) =>
        description.kind === 'text' && description.required === true ? [`--${option}`, file] : [],
      );
      const args = [...name.split(' '), ...positionals.map(() => 'editor'), ...required];
      const more = needed[name] ?? [];
      expect(await line.run([...args, ...more])).toEqual({
        code: 2,
        stdout: '',
        stderr: 'autodoc: This library has accounts: say in whose name, with --as EMAIL.\n',
      });
    },
  );

  it('a model still reads, and is listed', async () => {
    expect((await line.run(['models', 'list'])).code).toBe(0);
    expect((await line.run(['tokenize'])).code).toBe(0);
    expect((await line.run(['store', 'verify'])).code).toBe(0);
  });
});
