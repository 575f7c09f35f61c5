import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document, DocumentSummary, OpenDocument } from '../../../src-main/contract/domain.ts';
import type { TeamGeneration, TeamStatus } from '../../../src-main/contract/team.ts';
import type { Joined, SharedInPlace, SyncReport } from '../../../src-main/services/team/types.ts';
import type { MadeLibrary } from '../../../src-main/sync/client-types.ts';
import { failureOf, jsonOf, openCommandLine, type CommandLine } from './in-process.ts';

/* A team on the command line: three stores on one machine, and one file between them, as one story. */

const [ada, bo, cy, files] = Array.from({ length: 4 }, () => openCommandLine()) as [
  CommandLine,
  CommandLine,
  CommandLine,
  CommandLine,
];
const machines = [ada, bo, cy];
afterAll(() => {
  for (const line of [...machines, files]) line.remove();
});

const teamFile = path.join(files.folder, 'shared', 'team.db');
beforeAll(() => mkdirSync(path.dirname(teamFile)));

const json = async <T>(line: CommandLine, ...args: readonly string[]) =>
  jsonOf<T>(line.run([...args, '--json']));
const failure = async (line: CommandLine, ...args: readonly string[]) =>
  failureOf(await line.run([...args, '--json']));
const words = async (line: CommandLine, ...args: readonly string[]) => {
  const { code, stdout, stderr } = await line.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};
const sync = (line: CommandLine) => json<SyncReport>(line, 'team', 'sync');
const list = (line: CommandLine) => json<DocumentSummary[]>(line, 'documents', 'list');
type Shown = Document & Omit<OpenDocument, 'document'>;
const show = (line: CommandLine, id: string) => json<Shown>(line, 'documents', 'show', id);

let written = 0;
function textFile(text: string): string {
  const file = path.join(files.folder, `text-${(written += 1)}.md`);
  writeFileSync(file, text);
  return file;
}

async function write(line: CommandLine, name: string, text: string): Promise<string> {
  const saved = await json<Document>(
    line,
    ...['documents', 'new', '--name', name, '--body-file', textFile(text), '--no-draft'],
  );
  return saved.id;
}

async function rewrite(line: CommandLine, id: string, text: string): Promise<void> {
  await json(line, 'documents', 'save', id, '--body-file', textFile(text), '--no-draft');
}

let lawn: string;
let recipe: string;

describe('a team file', () => {
  it('shares the library that is there, and says what goes in', async () => {
    lawn = await write(ada, 'Lawn', 'Mow it on Mondays. Water it on Tuesdays. Rest on Sundays.');
    expect(await json<TeamStatus>(ada, 'team', 'status')).toMatchObject({
      ...{ file: null, state: 'off', unshared: 0 },
    });
    const args = ['team', 'create', '--file', teamFile, '--name', 'Ada'];
    expect(await json<SharedInPlace>(ada, ...args)).toEqual({
      ...{ file: teamFile, documents: 1, members: 1, accounts_are_on: false },
    });
    expect(await json<TeamStatus>(ada, 'team', 'status', '--file', teamFile)).toMatchObject({
      ...{ file: teamFile, state: 'idle', unshared: 0, problem: null },
      shared_on: expect.any(String) as string,
      fingerprint: expect.stringMatching(/^([0-9a-f]{4}[ -]?){4}$/) as string,
    });
  });

  it('is a plain database with its rows in it', () => {
    const database = new Database(teamFile, { readonly: true });
    expect(database.prepare('select document_name, document_body from documents').all()).toEqual([
      {
        document_name: 'Lawn',
        document_body: 'Mow it on Mondays. Water it on Tuesdays. Rest on Sundays.',
      },
    ]);
    expect(database.prepare('select name from users').all()).toEqual([{ name: 'Ada' }]);
    expect(database.pragma('journal_mode', { simple: true })).toBe('delete');
    database.close();
  });

  it('is shared once, and written over by nobody', async () => {
    const again = ['team', 'create', '--file', path.join(files.folder, 'shared', 'other.db')];
    expect(await failure(ada, ...again)).toMatchObject({ exitCode: 1, code: 'already_exists' });
    expect(await failure(bo, 'team', 'create', '--file', teamFile)).toMatchObject({
      ...{ exitCode: 1, code: 'already_exists' },
    });
    expect(await failure(bo, 'team', 'status')).toMatchObject({ code: 'not_found' });
    expect(await failure(ada, 'team', 'sync', '--file', again[3]!)).toMatchObject({
      code: 'invalid_input',
    });
  });

  it('is joined by a copy of it, as somebody of one’s own', async () => {
    const joined = await json<Joined>(bo, 'team', 'join', '--file', teamFile, '--name', 'Bo');
    expect(joined).toMatchObject({ documents: 1, accounts_are_on: false, was_here: false });
    expect(await list(bo)).toMatchObject([{ id: lawn, document_name: 'Lawn' }]);
    expect(await words(cy, 'team', 'join', '--file', teamFile, '--name', 'Cy')).toMatch(
      /^Joined\. The library has 1 document\./,
    );
    for (const line of [bo, cy, ada]) await sync(line);
    const database = new Database(teamFile, { readonly: true });
    const names = database.prepare('select name, user_type, user_status from users order by name');
    expect(names.all()).toEqual(
      ['Ada', 'Bo', 'Cy'].map((name) => ({ name, user_type: 'admin', user_status: 'approved' })),
    );
    database.close();
  });
});

describe('work apart', () => {
  it('counts as unshared until it is handed over, and arrives', async () => {
    recipe = await write(bo, 'Recipe', 'Boil the water.');
    const { unshared } = await json<TeamStatus>(bo, 'team', 'status');
    expect(unshared).toBeGreaterThan(0);
    expect(await sync(bo)).toMatchObject({ published: 1, unshared: 0, problem: null });
    const report = await sync(ada);
    expect(report).toMatchObject({ published: 0, unshared: 0 });
    expect(report.taken).toBeGreaterThan(0);
    expect(await show(ada, recipe)).toMatchObject({ document_body: 'Boil the water.' });
    expect(await sync(ada)).toMatchObject({ rounds: 1, taken: 0, published: 0 });
  });

  it('by two on one text is merged by words', async () => {
    await sync(cy);
    await rewrite(ada, lawn, 'Mow it on Fridays. Water it on Tuesdays. Rest on Sundays.');
    await rewrite(cy, lawn, 'Mow it on Mondays. Water it on Tuesdays. Sleep on Sundays.');
    for (const line of [ada, cy, bo, ada]) await sync(line);
    for (const line of machines) {
      const { document_body, conflicts } = await show(line, lawn);
      expect(document_body).toBe('Mow it on Fridays. Water it on Tuesdays. Sleep on Sundays.');
      expect(conflicts).toEqual([]);
    }
  });

  it('that does not merge stands side by side, for all alike', async () => {
    await rewrite(ada, recipe, 'Boil the milk.');
    await rewrite(bo, recipe, 'Boil the soup.');
    for (const line of [ada, bo, cy, ada]) await sync(line);
    const shown = await Promise.all(machines.map((line) => show(line, recipe)));
    expect(shown[0]!.conflicts).toHaveLength(1);
    for (const { document_body, conflicts, head_version_ids } of shown) {
      expect(document_body).toBe(shown[0]!.document_body);
      expect(conflicts).toEqual(shown[0]!.conflicts);
      expect(head_version_ids).toHaveLength(2);
    }
    expect(['Ada', 'Bo']).toContain(shown[0]!.conflicts[0]!.author_name);
  });

  it('leaves every library sound', async () => {
    for (const line of machines) {
      expect(await json(line, 'store', 'verify')).toMatchObject({ ok: true, problems: [] });
    }
  });
});

describe('what is in the way', () => {
  it('is told with its code, and nothing is lost', async () => {
    await write(cy, 'Kept', 'Meanwhile.');
    rmSync(path.dirname(teamFile), { recursive: true });
    expect(await failure(cy, 'team', 'sync')).toMatchObject({ code: 'team_file_missing' });
    mkdirSync(path.dirname(teamFile));
    expect(await sync(cy)).toMatchObject({ published: 1, unshared: 0 });
    await sync(ada);
    expect(await list(ada)).toHaveLength(3);
  });

  it('may be another team’s file, which is left alone', async () => {
    const other = openCommandLine();
    const otherFile = path.join(files.folder, 'shared', 'theirs.db');
    await write(other, 'Theirs', 'Secret.');
    await json(other, 'team', 'create', '--file', otherFile);
    const before = sha256(otherFile);
    expect(await failure(ada, 'team', 'move', '--file', otherFile)).toMatchObject({
      code: 'team_file_foreign',
    });
    expect(await failure(ada, 'team', 'join', '--file', otherFile)).toMatchObject({
      code: 'already_exists',
    });
    expect(await sync(ada)).toMatchObject({ problem: null });
    expect(sha256(otherFile)).toBe(before);
    expect(await list(ada)).toHaveLength(3);
    other.remove();
  });

  it('may be damage, which is kept aside and replaced once it stays', async () => {
    const bytes = readFileSync(teamFile);
    bytes.fill(0, 8_192, 12_288);
    writeFileSync(teamFile, bytes);
    const { problem, published, notices } = await sync(bo);
    expect({ problem, published }).toEqual({ problem: null, published: 1 });
    expect(notices.join()).toMatch(/damaged/);
    for (const line of machines) {
      await sync(line);
      expect(await list(line)).toHaveLength(3);
    }
  });

  it('may be a file that is none', async () => {
    const notes = textFile('Notes.');
    expect(await failure(files, 'team', 'join', '--file', notes)).toMatchObject({ exitCode: 1 });
    expect(await failure(files, 'team', 'join', '--file', `${notes}.gone`)).toMatchObject({
      code: 'team_file_missing',
    });
    expect(await failure(files, 'team', 'status')).toMatchObject({ code: 'not_found' });
  });
});

describe('a machine of the team', () => {
  it('leaves with its work, and takes part again', async () => {
    expect(await json<TeamStatus>(bo, 'team', 'leave')).toMatchObject({ file: null, state: 'off' });
    expect(await failure(bo, 'team', 'sync')).toMatchObject({ code: 'not_found' });
    const alone = await write(bo, 'Alone', 'Written on leave.');
    await sync(ada);
    expect(await list(ada)).toHaveLength(3);
    const joined = await json<Joined>(bo, 'team', 'join', '--file', teamFile);
    expect(joined).toMatchObject({ was_here: true });
    await sync(bo);
    await sync(ada);
    expect(await show(ada, alone)).toMatchObject({ document_name: 'Alone' });
  });

  it('is told where the file lies now', async () => {
    const moved = path.join(files.folder, 'moved.db');
    expect(await json<TeamStatus>(ada, 'team', 'move', '--file', moved)).toMatchObject({
      file: moved,
    });
    expect(await sync(ada)).toMatchObject({ file: moved, published: 1 });
    await json(ada, 'team', 'move', '--file', teamFile);
    expect(await sync(ada)).toMatchObject({ published: 0 });
  });

  it('makes a library of an earlier file', async () => {
    const kept = await json<TeamGeneration[]>(ada, 'team', 'generations');
    expect(kept.length).toBeGreaterThan(0);
    const into = path.join(files.folder, 'restored');
    const made = await json<MadeLibrary>(ada, 'team', 'restore', kept[0]!.id, '--into', into);
    expect(made.documents).toBeGreaterThan(0);
    expect(await failure(ada, 'team', 'restore', kept[0]!.id, '--into', into)).toMatchObject({
      code: 'already_exists',
    });
    expect(await failure(ada, 'team', 'restore', '../replica.db', '--into', into)).toMatchObject({
      code: 'not_found',
    });
  });
});

describe('a team with accounts', () => {
  const password = 'a long password';
  const [first, second] = [openCommandLine(), openCommandLine()];
  afterAll(() => {
    first.remove();
    second.remove();
  });
  const signed = <T>(line: CommandLine, name: string, ...args: readonly string[]) =>
    jsonOf<T>(
      line.run([...args, '--as', `${name}@example.org`, '--json'], { 'password-fd': password }),
    );
  const introduce = (line: CommandLine, ...args: readonly string[]) =>
    jsonOf(line.run([...args, '--json'], { 'password-fd': password }));
  const file = path.join(files.folder, 'accounts.db');

  it('shares what needs no signing in, and lets in whom an admin approves', async () => {
    const ada = ['--name', 'Ada', '--email', 'ada@example.org'];
    const bo = ['--name', 'Bo', '--email', 'bo@example.org', '--type', 'sponsor'];
    await introduce(first, 'accounts', 'switch-on', ...ada);
    expect((await first.run(['team', 'create', '--file', file])).code).toBe(2);
    expect(await signed(first, 'ada', 'team', 'create', '--file', file)).toMatchObject({
      accounts_are_on: true,
    });
    const joined = await words(second, 'team', 'join', '--file', file);
    expect(joined).toContain('It has accounts: go on with "users register"');
    expect((await second.run(['documents', 'list'])).code).toBe(2);
    await introduce(second, 'users', 'register', ...bo);
    // Whoever waits cannot sign in yet; their machine hands over what they asked for.
    expect(await sync(second)).toMatchObject({ published: 1, unshared: 0 });
    await sync(first);
    await signed(first, 'ada', 'users', 'approve', 'bo@example.org');
    for (const line of [first, second]) await sync(line);
    await signed(second, 'bo', 'documents', 'new', '--name', 'Signed', '--no-draft');
    for (const line of [second, first]) await sync(line);
    const seen = await signed<DocumentSummary[]>(first, 'ada', 'documents', 'list');
    expect(seen).toMatchObject([{ document_name: 'Signed' }]);
    for (const line of [first, second]) {
      expect(await json(line, 'store', 'verify')).toMatchObject({ ok: true, problems: [] });
    }
    const prints = await Promise.all(
      [first, second].map((line) => json<TeamStatus>(line, 'team', 'status')),
    );
    expect(prints[0]!.fingerprint).toBe(prints[1]!.fingerprint);
    // Nobody walks past the accounts into a library without them.
    const copy = ['team', 'create', '--from', first.store, '--file', `${file}.copy`];
    const third = openCommandLine();
    expect(await failure(third, ...copy)).toMatchObject({ code: 'not_allowed' });
    third.remove();
  });
});

describe('a new library from documents of another', () => {
  it('holds these documents and nothing else', async () => {
    const press = openCommandLine();
    const file = path.join(files.folder, 'press.db');
    const args = ['team', 'create', '--from', ada.store, '--document', lawn, '--file', file];
    const made = await json<MadeLibrary>(press, ...args, '--name', 'Adele');
    expect(made).toMatchObject({ documents: 1, accounts_are_on: false });
    expect(await list(press)).toMatchObject([{ id: lawn }]);
    const database = new Database(file, { readonly: true });
    expect(database.prepare('select document_name from documents').all()).toEqual([
      { document_name: 'Lawn' },
    ]);
    const users = database.prepare('select name from users').all();
    expect(users).toContainEqual({ name: 'Adele' });
    expect(users).not.toContainEqual({ name: 'Bo' });
    database.close();
    expect(readFileSync(file).includes('Boil the')).toBe(false);
    expect(await failure(press, ...args)).toMatchObject({ code: 'already_exists' });
    // Two teams, though they have a document in common.
    expect(await failure(ada, 'team', 'move', '--file', file)).toMatchObject({
      code: 'team_file_foreign',
    });
    press.remove();
  });

  it('needs documents that are there', async () => {
    const press = openCommandLine();
    const file = path.join(files.folder, 'none.db');
    const args = ['team', 'create', '--file', file];
    const gone = '01900000-0000-7000-8000-000000000000';
    const missing = [...args, '--from', ada.store, '--document', gone];
    expect(await failure(press, ...missing)).toMatchObject({ code: 'not_found' });
    expect(await failure(press, ...args, '--from', files.folder)).toMatchObject({
      code: 'not_found',
    });
    expect(await failure(press, ...args, '--document', lawn)).toMatchObject({ exitCode: 2 });
    expect(await failure(press, 'team', 'status')).toMatchObject({ code: 'not_found' });
    press.remove();
  });
});

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
