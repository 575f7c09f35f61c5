import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Principal } from '../../../src-main/access/authorize.ts';
import type { JobProgress } from '../../../src-main/contract/channels.ts';
import type { Id } from '../../../src-main/contract/domain.ts';
import { AppError } from '../../../src-main/contract/errors.ts';
import type { LibraryFolders } from '../../../src-main/services/team/library-shelf.ts';
import type { FakeApplication, FakeApplicationOptions } from './fake-application.ts';
import { openWorkplace, temporaryFolder, until } from './workplace.ts';

/*
 * The team file through the services that the window calls: two or three homes, each with an
 * application that shares by the real worker, and one folder between them.
 */

const password = 'a long password';

interface Home extends FakeApplication {
  readonly folders: LibraryFolders;
  /** How often another library was opened. */
  opened(): number;
  /** Waits for the end of a job; its last word. */
  end(started: { readonly job_id: Id } | Promise<{ readonly job_id: Id }>): Promise<JobProgress>;
  who(): Principal;
  write(name: string, text: string): Promise<Id>;
  names(): readonly string[];
}

function openHome(
  options: Partial<FakeApplicationOptions> & { readonly home?: string } = {},
): Home {
  const home = options.home ?? temporaryFolder();
  const folders: LibraryFolders = {
    directory: path.join(home, 'libraries'),
    first: 'mine',
    openedFile: path.join(home, 'opened-library.json'),
  };
  const application = openWorkplace({ directory: home, libraries: folders, ...options });
  const { services, library } = application;
  const jobs = new Map<Id, JobProgress>();
  let opened = 0;
  services.events.on('job:changed', (job) => jobs.set(job.job_id, job));
  services.events.on('library:opened', () => (opened += 1));
  services.start();
  return {
    ...application,
    folders,
    opened: () => opened,
    async end(started) {
      const { job_id } = await started;
      await until(() => (jobs.get(job_id)?.state ?? 'running') !== 'running');
      return jobs.get(job_id)!;
    },
    who: () => services.principal(),
    async write(document_name, document_body) {
      const request = { document_name, document_body, draft: false };
      return (await services.documents.create(services.principal(), request)).document.id;
    },
    names: () =>
      library
        .store()
        .documents.list({ query: '', place: 'library', visible_to: null, offset: 0, limit: 100 })
        .documents.map(({ document_name }) => document_name)
        .toSorted(),
  };
}

/** A home whose library is shared, with a document in it. */
async function openFirst(folder: string): Promise<Home & { readonly file: string }> {
  const ada = openHome();
  await ada.owner();
  await ada.write('Lawn', 'Mow it on Mondays.');
  const file = path.join(folder, 'press.db');
  const ended = await ada.end(
    ada.services.team.create(
      ada.who(),
      { title: 'The press', member_name: '', document_ids: null },
      file,
    ),
  );
  expect(ended).toMatchObject({ state: 'done', kind: 'create_team' });
  await until(() => existsSync(file));
  return { ...ada, file };
}

async function join(home: Home, file: string, member_name: string): Promise<JobProgress> {
  const { preview_id } = await home.services.team.choose(home.who(), file);
  return home.end(
    home.services.team.join(home.who(), { preview_id, title: 'Our press', member_name }),
  );
}

/** Both look until neither has anything new. */
async function share(...homes: readonly Home[]): Promise<void> {
  for (const { services } of [...homes, ...homes]) {
    await services.team.sync(services.principal(), undefined);
  }
}

describe('a team file', () => {
  it('is made of documents, in a library of its own', async () => {
    const ada = openHome();
    await ada.owner();
    const lawn = await ada.write('Lawn', 'Mow it on Mondays.');
    await ada.write('Diary', 'Nobody’s business.');
    await ada.services.settings.set(ada.who(), { theme: 'dark' });
    const file = path.join(temporaryFolder(), 'press.db');
    const mine = ada.library.directory;
    const request = { title: 'The press', member_name: 'Adele', document_ids: [lawn] };
    const ended = await ada.end(ada.services.team.create(ada.who(), request, file));

    expect(ended).toMatchObject({ state: 'done', subject: 'The press' });
    expect(ended.message).toContain('with 1 document');
    expect(ada.opened()).toBe(1);
    expect(ada.library.directory).toBe(path.join(ada.folders.directory, 'the-press'));
    expect(ada.names()).toEqual(['Lawn']);
    expect(ada.who()).toMatchObject({ kind: 'owner', user: { name: 'Adele' } });
    expect(ada.library.store().documents.get(lawn)!.created_by).toBe(
      (ada.who() as Principal & { kind: 'owner' }).user.id,
    );
    expect((await ada.services.settings.get(ada.who(), undefined)).theme).toBe('dark');
    await until(() => existsSync(file));
    await share(ada);
    expect(await ada.services.team.status(ada.who(), undefined)).toMatchObject({
      ...{ file, state: 'idle', unshared: 0, problem: null },
    });
    expect(await ada.services.libraries.list(ada.who(), undefined)).toEqual([
      { name: 'mine', title: 'Mine', team_file: null, is_current: false },
      { name: 'the-press', title: 'The press', team_file: file, is_current: true },
    ]);

    await ada.services.libraries.open(ada.who(), { name: 'mine' });
    expect(ada.library.directory).toBe(mine);
    expect(ada.names()).toEqual(['Diary', 'Lawn']);
    expect(ada.who()).toMatchObject({ user: { name: 'Ada' } });
    expect(ada.library.store().verify().problems).toEqual([]);
  });

  it('is joined after a look into it, and worked on by both', async () => {
    const ada = await openFirst(temporaryFolder());
    const bo = openHome();
    const preview = await bo.services.team.choose(bo.who(), ada.file);
    expect(preview).toMatchObject({
      ...{ file: ada.file, documents: 1, members: ['Ada'], accounts_are_on: false },
      fingerprint: (await ada.services.team.status(ada.who(), undefined)).fingerprint,
    });
    expect(await join(bo, ada.file, 'Bo')).toMatchObject({ state: 'done' });
    expect(bo.names()).toEqual(['Lawn']);
    expect(bo.who()).toMatchObject({ kind: 'owner', user: { name: 'Bo', user_type: 'admin' } });
    expect((await bo.services.library.status(bo.who(), undefined)).is_first_start).toBe(false);

    // Neither of them asks for it: that is what the worker is for.
    await bo.write('Recipe', 'Boil the water.');
    await until(() => ada.names().length === 2);
    expect(ada.names()).toEqual(['Lawn', 'Recipe']);
    expect(
      ada.library
        .store()
        .users.list()
        .map(({ name }) => name),
    ).toEqual(['Ada', 'Bo']);
    for (const { library } of [ada, bo]) expect(library.store().verify().problems).toEqual([]);
  }, 30_000);

  it('tells the window what came, what is unshared, and when all is shared', async () => {
    const ada = await openFirst(temporaryFolder());
    const bo = openHome();
    await join(bo, ada.file, 'Bo');
    const told = vi.fn();
    const changed = vi.fn();
    ada.services.events.on('team:changed', told);
    ada.services.events.on('store:changed', changed);
    await bo.write('Recipe', 'Boil the water.');
    await share(bo, ada);
    await until(() => changed.mock.calls.length > 0);
    expect(told).toHaveBeenCalledWith(
      expect.objectContaining({ file: ada.file, state: 'idle', unshared: 0 }),
    );
  }, 30_000);

  it('is left with all work, and joined again', async () => {
    const ada = await openFirst(temporaryFolder());
    const bo = openHome();
    await join(bo, ada.file, 'Bo');
    const left = await bo.services.team.leave(bo.who(), undefined);
    expect(left).toMatchObject({ file: null, state: 'off', unshared: 0, fingerprint: null });
    await expect(async () => bo.services.team.sync(bo.who(), undefined)).rejects.toMatchObject({
      code: 'not_found',
    });
    await bo.write('Alone', 'Written on leave.');
    await share(ada);
    expect(ada.names()).toEqual(['Lawn']);
    await bo.services.libraries.open(bo.who(), { name: 'mine' });

    const again = await join(bo, ada.file, 'Somebody else');
    expect(again.message).toContain('was here already');
    expect(bo.who()).toMatchObject({ user: { name: 'Bo' } });
    await share(bo, ada);
    expect(ada.names()).toEqual(['Alone', 'Lawn']);
    expect(await bo.services.libraries.list(bo.who(), undefined)).toHaveLength(2);
  }, 30_000);

  it('is moved, but never to where another team’s lies', async () => {
    const folder = temporaryFolder();
    const ada = await openFirst(folder);
    const cy = openHome();
    await cy.owner();
    const other = path.join(folder, 'other.db');
    const request = { title: 'Another', member_name: '', document_ids: null };
    await cy.end(cy.services.team.create(cy.who(), request, other));
    await until(() => existsSync(other));
    await expect(ada.services.team.move(ada.who(), other)).rejects.toMatchObject({
      code: 'team_file_foreign',
    });
    await expect(
      ada.services.team.move(ada.who(), path.join(folder, 'gone', 'press.db')),
    ).rejects.toMatchObject({ code: 'team_file_missing' });
    const elsewhere = path.join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    const moved = path.join(elsewhere, 'press.db');
    expect(await ada.services.team.move(ada.who(), moved)).toMatchObject({ file: moved });
    await share(ada);
    expect(existsSync(moved)).toBe(true);
  }, 30_000);

  it('leaves earlier ones behind, of which libraries of their own are made', async () => {
    const ada = await openFirst(temporaryFolder());
    await share(ada);
    await ada.write('Later', 'Not in the earlier file.');
    await share(ada);
    const kept = await ada.services.team.generations(ada.who(), undefined);
    expect(kept.length).toBeGreaterThan(0);
    const { id } = kept.at(-1)!;
    const ended = await ada.end(ada.services.team['restore-generation'](ada.who(), { id }));
    expect(ended).toMatchObject({ state: 'done', kind: 'restore_generation' });
    expect(ada.names()).toEqual(['Lawn']);
    expect(ada.who()).toMatchObject({ user: { name: 'Ada' } });
    expect(await ada.services.team.status(ada.who(), undefined)).toMatchObject({ file: null });
    await expect(async () =>
      ada.services.team['restore-generation'](ada.who(), { id: 'replica.db' }),
    ).rejects.toMatchObject({ code: 'not_found' });
    // It is no member of the team: joining leads to the library that is.
    expect((await join(ada, ada.file, '')).message).toContain('"The press" was here already');
    expect(ada.names()).toEqual(['Later', 'Lawn']);
  }, 30_000);

  it('keeps as many earlier ones as was said, after a restart too', async () => {
    const ada = await openFirst(temporaryFolder());
    const limits = { count: 3, megabytes: 7 };
    expect(await ada.services.team['set-limits'](ada.who(), limits)).toEqual(limits);
    await ada.close();
    const again = openHome({ home: ada.directory });
    const status = await again.services.team.status(again.who(), undefined);
    expect(status).toMatchObject({ file: ada.file, generations: limits });
    expect(again.library.directory).toBe(ada.library.directory);
  }, 30_000);

  it('with accounts is joined by registering, and an admin approves', async () => {
    const folder = temporaryFolder();
    const ada = await openFirst(folder);
    const profile = (name: string) => ({
      ...{ name, email: `${name.toLowerCase()}@example.org`, organization: '', password },
    });
    await ada.services.accounts['switch-on'](ada.who(), profile('Ada'));
    await share(ada);
    const bo = openHome();
    const joined = await join(bo, ada.file, 'Bo');
    // Nobody is signed in there, so nobody is told of the job's end.
    expect(joined.message).toContain('It has accounts');
    expect(bo.who()).toEqual({ kind: 'stranger' });
    expect(bo.library.store().users.list()).toHaveLength(1);
    await expect(async () => bo.services.team.leave(bo.who(), undefined)).rejects.toMatchObject({
      code: 'sign_in_required',
    });

    await bo.services.accounts.register(bo.who(), { ...profile('Bo'), user_type: 'sponsor' });
    // With his machine, which may come a moment later: approving him approves it.
    await until(() => {
      const { users } = ada.library.store();
      return users.byEmail('bo@example.org').some(({ id }) => users.devices(id).length > 0);
    });
    const [user] = ada.library.store().users.byEmail('bo@example.org');
    await ada.services.users['set-status'](ada.who(), {
      ...{ user_id: user!.id, user_status: 'approved' },
    });
    await share(ada);
    await until(() => bo.library.store().users.get(user!.id)?.user_status === 'approved');
    await bo.services.accounts['sign-in'](bo.who(), {
      ...{ email: 'bo@example.org', password, remember: false },
    });
    await bo.write('Signed', 'In my own name.');
    await share(bo, ada);
    expect(ada.names()).toContain('Signed');
    for (const { library } of [ada, bo]) expect(library.store().verify().problems).toEqual([]);
  }, 30_000);
});

describe('another library', () => {
  it('is opened only once the window has handed over its text', async () => {
    const askForText = vi.fn(() => Promise.resolve());
    const ada = openHome({ askForText });
    await ada.owner();
    const lawn = await ada.write('Lawn', 'Mow it.');
    const file = path.join(temporaryFolder(), 'press.db');
    const request = { title: 'The press', member_name: '', document_ids: [lawn] };
    askForText.mockRejectedValueOnce(new AppError('disk_full', 'The disk is full.'));
    const refused = await ada.end(ada.services.team.create(ada.who(), request, file));
    expect(refused).toMatchObject({ state: 'failed' });
    expect(refused.message).toMatch(/was made and stands in the list.*The disk is full/);
    expect(ada.opened()).toBe(0);
    expect(ada.library.directory).toMatch(/mine$/);

    // What was typed meanwhile is a version before the library closes.
    await ada.services.documents.autosave(ada.who(), {
      document_id: lawn,
      document_body: 'Mow it on Mondays.',
      base_version_ids: [...ada.library.store().documents.headVersionIds(lawn)],
    });
    await ada.services.libraries.open(ada.who(), { name: 'the-press' });
    expect(ada.opened()).toBe(1);
    await ada.services.libraries.open(ada.who(), { name: 'mine' });
    expect(ada.library.store().documents.get(lawn)).toMatchObject({
      document_body: 'Mow it on Mondays.',
    });
    expect(ada.library.store().journal.get(lawn)).toBeNull();
  }, 30_000);

  it('that does not open leaves this one open', async () => {
    const ada = openHome();
    await ada.owner();
    await ada.write('Lawn', 'Mow it.');
    const damaged = path.join(ada.folders.directory, 'damaged');
    mkdirSync(damaged);
    writeFileSync(path.join(damaged, 'replica.db'), 'nothing of the kind');
    await expect(ada.services.libraries.open(ada.who(), { name: 'damaged' })).rejects.toMatchObject(
      { code: 'store_damaged' },
    );
    expect(ada.names()).toEqual(['Lawn']);
    await expect(
      ada.services.libraries.open(ada.who(), { name: '../libraries/mine' }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('signs out whoever was signed in', async () => {
    const ada = openHome();
    await ada.owner();
    await ada.services.accounts['switch-on'](ada.who(), {
      ...{ name: 'Ada', email: 'ada@example.org', organization: '', password },
    });
    await ada.write('Lawn', 'Mow it.');
    const file = path.join(temporaryFolder(), 'press.db');
    const request = { title: 'The press', member_name: '', document_ids: null };
    const ended = await ada.end(ada.services.team.create(ada.who(), request, file));
    expect(ended).toMatchObject({ state: 'done' });
    // The new library is an open one, and she is a member of it.
    expect(ada.who()).toMatchObject({ kind: 'owner', user: { name: 'Ada' } });
    await ada.services.libraries.open(ada.who(), { name: 'mine' });
    expect(ada.who()).toEqual({ kind: 'stranger' });
  }, 30_000);
});
