import { describe, expect, it } from 'vitest';
import type { AutodocWithDocument } from '../../../src-main/contract/domain.ts';
import { defaultTiming } from '../../../src-main/services/drafting/draft-timing.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { shared } from '../../fixtures/store/machines.ts';
import { doneOutcome } from '../../fixtures/store/temporary-library.ts';
import type { FakeApplication } from './fake-application.ts';
import { fakeCard } from './fake-engine.ts';
import { openTeam } from './team.ts';
import { autodocWhen, openWorkplace, temporaryFolder, until } from './workplace.ts';

/*
 * Two machines that have one library and see the same queued draft: the one that saved its version
 * writes it, the other only when it has waited for long.
 */

const unhurried = { breathe: () => Promise.resolve() };

interface Machines {
  /** Saved the version, and has not drafted it. */
  readonly home: FakeApplication;
  readonly other: FakeApplication;
  readonly autodoc: AutodocWithDocument;
}

async function machinesWith(takeOverMs: number, model_name = 'starter'): Promise<Machines> {
  const home = openWorkplace();
  const owner = await home.owner();
  if (model_name !== 'starter') await home.models.add(fakeCard(model_name));
  await home.services.settings.set(owner, { model_name });
  const { autodoc } = await home.services.documents.create(owner, {
    ...{ document_name: 'Lawn', document_body: 'The lawn grows.', draft: true },
  });
  const other = openWorkplace({
    ...{ directory: await joined(home), timing: { takeOverMs } },
  });
  return { home, other, autodoc: home.library.store().autodocs.get(autodoc!.id)! };
}

/** The folder of a library that has all that another has. */
async function joined({ library }: FakeApplication): Promise<string> {
  const directory = temporaryFolder();
  const { libraryId } = library.store();
  const store = openStore({ directory, libraryId, logger: silentLogger });
  await store.team.take(shared(library.store()), unhurried);
  store.close();
  return directory;
}

async function give(from: FakeApplication, to: FakeApplication): Promise<void> {
  await to.library.store().team.take(shared(from.library.store()), unhurried);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a draft that another machine queued', () => {
  it('is its own for an hour', async () => {
    expect(defaultTiming.takeOverMs).toBe(60 * 60 * 1000);
    const { other, autodoc } = await machinesWith(60_000);
    other.services.start();
    await pause(200);
    expect(other.engine.requests).toEqual([]);
    expect(other.library.store().autodocs.get(autodoc.id)?.autodoc_state).toBe('queued');
  });

  it('is written here when it has waited for long, and the other machine hears of it', async () => {
    const { home, other, autodoc } = await machinesWith(150);
    other.services.start();
    const done = await autodocWhen(other, autodoc.id, (row) => row.autodoc_state === 'done');
    expect(done.autodoc_body).toBe(' one two three four five');
    await give(other, home);
    home.services.start();
    await pause(100);
    expect(home.engine.requests).toEqual([]);
    expect(home.library.store().autodocs.get(autodoc.id)).toMatchObject({
      ...{ autodoc_state: 'done', autodoc_body: ' one two three four five' },
    });
    expect(home.library.store().autodocs.list()).toHaveLength(1);
  });

  it('is stopped when the other machine was first after all', async () => {
    const { home, other, autodoc } = await machinesWith(50);
    other.engine.hold();
    other.services.start();
    await until(() => other.engine.requests.length === 1);
    home.library.store().write({ id: autodoc.created_by }, (t) => {
      t.finishAutodoc(autodoc.id, { ...doneOutcome, autodoc_body: ' from home' });
    });
    await give(home, other);
    await autodocWhen(other, autodoc.id, (row) => row.autodoc_body === ' from home');
    other.engine.release();
    await pause(100);
    expect(other.library.store().autodocs.list()).toHaveLength(1);
  });

  it('keeps both texts when both wrote it', async () => {
    const { home, other, autodoc } = await machinesWith(50);
    other.services.start();
    await autodocWhen(other, autodoc.id, (row) => row.autodoc_state === 'done');
    home.library.store().write({ id: autodoc.created_by }, (t) => {
      t.finishAutodoc(autodoc.id, { ...doneOutcome, autodoc_body: ' from home' });
    });
    await give(home, other);
    await give(other, home);
    for (const { library } of [home, other]) {
      const bodies = library
        .store()
        .autodocs.list()
        .map(({ autodoc_body }) => autodoc_body);
      expect(bodies.sort()).toEqual([' from home', ' one two three four five']);
      expect(library.store().verify().problems).toEqual([]);
    }
  });

  it('waits for a machine that has its model', async () => {
    const { other, autodoc } = await machinesWith(50, 'another');
    expect(autodoc.model_name).toBe('another');
    other.services.start();
    await pause(200);
    expect(other.engine.requests).toEqual([]);
    await other.models.add(fakeCard('another'));
    await autodocWhen(other, autodoc.id, (row) => row.autodoc_state === 'done');
  });

  it('goes with its document when that is purged', async () => {
    const { home, other, autodoc } = await machinesWith(50);
    other.engine.hold();
    other.services.start();
    await until(() => other.engine.requests.length === 1);
    await home.services.documents.purge(await home.owner(), {
      document_id: autodoc.document_id,
    });
    await give(home, other);
    await until(() => other.library.store().autodocs.get(autodoc.id) === null);
    other.engine.release();
    await pause(100);
    const status = await other.services.engine.status(await other.owner(), undefined);
    expect(status).toMatchObject({ state: 'idle', queue_length: 0 });
    expect(other.library.store().verify().problems).toEqual([]);
  });
});

describe('a draft in a library with accounts', () => {
  it('is taken over by who may draft the document, and by nobody else', async () => {
    const team = await openTeam();
    const { Sam } = team.principals;
    const { document, autodoc } = await team.services.documents.commission(Sam, {
      ...{ document_name: 'Lawn', document_body: 'The lawn grows.', brief: '', due_on: null },
      ...{ target_words: null, notes: [], editor_id: team.id('Ed'), hand_over: '' },
    });
    const other = await openTeamMachine(team);
    other.services.start();
    await signIn(other, 'Eve');
    await pause(200);
    expect(other.engine.requests).toEqual([]);
    await signIn(other, 'Ed');
    const done = await autodocWhen(other, autodoc!.id, (row) => row.autodoc_state === 'done');
    expect(done).toMatchObject({ document_id: document.id, created_by: Sam.user.id });
    await give(other, team);
    expect(team.library.store().autodocs.get(autodoc!.id)).toEqual(done);
  });
});

/** Another machine of a team's, at which everybody may sign in as at the first. */
async function openTeamMachine(team: FakeApplication): Promise<FakeApplication> {
  const other = openWorkplace({ directory: await joined(team), timing: { takeOverMs: 50 } });
  const [here, there] = [team.library.store(), other.library.store()];
  for (const { id } of here.users.list()) {
    for (const key of here.keyring.keys(id)) there.keyring.putKey(key);
  }
  return other;
}

async function signIn({ services }: FakeApplication, name: string): Promise<void> {
  await services.accounts['sign-in'](services.principal(), {
    ...{ email: `${name.toLowerCase()}@example.org`, password: 'a long password', remember: false },
  });
}
