import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { defaultGenerationLimits } from '../../../src-main/contract/team.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { createSyncClient } from '../../../src-main/sync/client.ts';
import type { LongWork } from '../../../src-main/sync/client-types.ts';
import {
  openLibrary,
  ownerId,
  temporaryDirectory,
} from '../../fixtures/store/temporary-library.ts';
import { documentNames, machineOf, Team } from './shared-folder.ts';

const worker = path.resolve('src-main/sync/worker/main.ts');

function newClient(file = worker) {
  const client = createSyncClient({
    worker: file,
    logger: silentLogger,
    timing: { pollMs: 200, eventMs: 50, publishMs: 100 },
  });
  onTestFinished(() => client.dispose());
  return client;
}

const patiently: LongWork = { signal: new AbortController().signal, onProgress: () => undefined };

function write(store: ReturnType<typeof openLibrary>, name: string) {
  return store.write({ id: ownerId }, (t) =>
    t.createDocument({ document_name: name, document_body: 'A body' }),
  ).document.id;
}

/** A thread that ends at the first word, as often as it was never begun before. */
function endsOnce(): string {
  const folder = temporaryDirectory();
  const file = path.join(folder, 'ends-once.mjs');
  const mark = JSON.stringify(path.join(folder, 'begun'));
  fs.writeFileSync(
    file,
    `import fs from 'node:fs';
     import { parentPort } from 'node:worker_threads';
     if (fs.existsSync(${mark})) await import(${JSON.stringify(pathToFileURL(worker).href)});
     else {
       fs.writeFileSync(${mark}, '');
       parentPort.on('message', () => process.exit(1));
     }`,
  );
  return file;
}

describe('the sharing thread', () => {
  it('knows what it shares when it is asked to look before it is begun again', async () => {
    const team = new Team();
    const ada = team.machine('ada');
    ada.write('From Ada');
    const client = newClient(endsOnce());
    const shared = { directory: ada.store.directory, file: team.file };
    client.start({ ...shared, limits: defaultGenerationLimits });
    await vi.waitFor(() => expect(client.status().problem?.code).toBe('failed'), 10_000);
    expect(await client.syncNow()).toMatchObject({ published: true, problem: null });
    expect(fs.existsSync(team.file)).toBe(true);
    await client.stop({ flushMs: 5_000 });
  });

  it('shares a library that the main process has open, and what comes is there', async () => {
    const team = new Team();
    const ada = team.machine('ada');
    const ben = team.machine('ben');
    const client = newClient();
    const states: string[] = [];
    client.onStatus(({ state }) => states.push(state));
    client.start({
      directory: ada.store.directory,
      file: team.file,
      limits: defaultGenerationLimits,
    });
    ada.write('From Ada');
    client.wake();
    await vi.waitFor(() => expect(client.status()).toMatchObject({ state: 'idle', unshared: 0 }), {
      timeout: 10_000,
    });
    ben.write('From Ben');
    await ben.round();
    await vi.waitFor(() => expect(documentNames(ada.store)).toEqual(['From Ada', 'From Ben']), {
      timeout: 10_000,
    });
    ada.write('At the end');
    await client.stop({ flushMs: 5_000 });
    expect(client.status().state).toBe('off');
    await ben.round();
    expect(documentNames(ben.store)).toEqual(['At the end', 'From Ada', 'From Ben']);
    expect(states).toContain('publishing');
  });

  it('looks at once when it is asked to, and says what is in the way', async () => {
    const team = new Team();
    const ada = team.machine('ada');
    const client = newClient();
    await expect(client.syncNow()).rejects.toMatchObject({ code: 'not_found' });
    fs.mkdirSync(team.file);
    client.start({
      directory: ada.store.directory,
      file: team.file,
      limits: defaultGenerationLimits,
    });
    expect(await client.syncNow()).toMatchObject({ problem: { code: 'file_unreachable' } });
    expect(client.status()).toMatchObject({ state: 'problem' });
    fs.rmdirSync(team.file);
    expect(await client.syncNow()).toMatchObject({ is_settled: true, problem: null });
  });

  it('looks into a copy, and makes a library of it', async () => {
    const team = new Team();
    const ada = team.machine('ada');
    ada.store.write({ id: ownerId }, (t) =>
      t.createUser({
        ...{ id: ownerId, name: 'Ada', email: '', organization: '' },
        ...{ user_type: 'admin', user_status: 'approved' },
      }),
    );
    ada.write('One');
    const gone = ada.write('Two');
    ada.store.write({ id: ownerId }, (t) =>
      t.updateDocument(gone, { trashed_on: '2026-11-29T10:00:00.000Z' }),
    );
    await ada.round();
    const client = newClient();
    expect(await client.lookInto(team.file)).toEqual({
      library_id: ada.store.libraryId,
      file: team.file,
      documents: 1,
      members: ['Ada'],
      accounts_are_on: false,
      fingerprint: ada.store.fingerprint(),
    });
    const parent = temporaryDirectory();
    const directory = path.join(parent, 'joined');
    const made = await client.joinLibrary(
      { directory, values: { 'library title': 'Ours' }, file: team.file },
      patiently,
    );
    expect(made).toMatchObject({ library_id: ada.store.libraryId, documents: 1 });
    expect(fs.readdirSync(parent)).toEqual(['joined']);
    const joined = openLibrary({ directory, create: false });
    expect(joined.values.get('library title')).toBe('Ours');
    expect(joined.replicaId).not.toBe(ada.store.replicaId);
    expect(joined.verify().problems).toEqual([]);
    await expect(
      client.joinLibrary({ directory, values: {}, file: team.file }, patiently),
    ).rejects.toMatchObject({ code: 'already_exists' });
    const ben = machineOf('ben', joined, team.file);
    expect(await ben.round()).toMatchObject({ taken: 0, published: false, is_settled: true });
  });

  it('knows after joining whose file lies there, if the next look finds but its beginning', async () => {
    const team = new Team();
    const ada = team.machine('ada');
    ada.write('One');
    await ada.round();
    const directory = path.join(temporaryDirectory(), 'joined');
    await newClient().joinLibrary({ directory, values: {}, file: team.file }, patiently);
    fs.truncateSync(team.file, 50);
    const ben = machineOf('ben', openLibrary({ directory, create: false }), team.file);
    expect((await ben.round()).problem).toMatchObject({ code: 'file_damaged' });
    expect(await ben.round()).toMatchObject({ published: true, problem: null });
    expect(await ada.round()).toMatchObject({ is_settled: true, problem: null });
  });

  it('joins into a folder that holds other things', async () => {
    const team = new Team();
    const ada = team.machine('ada');
    ada.write('One');
    await ada.round();
    const directory = temporaryDirectory();
    fs.writeFileSync(path.join(directory, 'notes.txt'), 'mine');
    await newClient().joinLibrary({ directory, values: {}, file: team.file }, patiently);
    expect(documentNames(openLibrary({ directory }))).toEqual(['One']);
    expect(fs.readFileSync(path.join(directory, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('makes a library of chosen documents, and of nothing else', async () => {
    const mine = openLibrary();
    const [one] = ['One', 'Two'].map((name) => write(mine, name));
    mine.values.set('secret', 'mine');
    const parent = temporaryDirectory();
    const client = newClient();
    const some = path.join(parent, 'some');
    const made = await client.createLibrary(
      { directory: some, values: {}, from: mine.directory, documentIds: [one ?? ''] },
      patiently,
    );
    expect(made.library_id).not.toBe(mine.libraryId);
    const store = openLibrary({ directory: some, create: false });
    expect(documentNames(store)).toEqual(['One']);
    expect(store.values.get('secret')).toBeNull();
    expect(store.verify().problems).toEqual([]);
    const all = path.join(parent, 'all');
    await client.createLibrary(
      { directory: all, values: {}, from: mine.directory, documentIds: null },
      patiently,
    );
    expect(documentNames(openLibrary({ directory: all, create: false }))).toEqual(['One', 'Two']);
  });

  it('leaves nothing behind where a library could not be made', async () => {
    const parent = temporaryDirectory();
    const directory = path.join(parent, 'joined');
    const file = path.join(parent, 'no-team-file.db');
    const client = newClient();
    await expect(
      client.joinLibrary({ directory, values: {}, file }, patiently),
    ).rejects.toMatchObject({ code: 'team_file_missing' });
    fs.writeFileSync(file, 'hello '.repeat(10_000));
    await expect(
      client.joinLibrary({ directory, values: {}, file }, patiently),
    ).rejects.toMatchObject({ code: 'invalid_input' });
    const team = new Team();
    const ada = team.machine('ada');
    for (let count = 0; count < 30; count++) ada.write(`No. ${count}`);
    await ada.round();
    const stop = new AbortController();
    await expect(
      client.joinLibrary(
        { directory, values: {}, file: team.file },
        { signal: stop.signal, onProgress: () => stop.abort() },
      ),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(fs.readdirSync(parent)).toEqual(['no-team-file.db']);
  });

  it('that dies is started again and goes on', async () => {
    const team = new Team();
    const ada = team.machine('ada');
    ada.write('One');
    const client = createSyncClient({ worker: endsOnce(), logger: silentLogger });
    onTestFinished(() => client.dispose());
    const messages: string[] = [];
    client.onStatus(({ problem }) => messages.push(problem?.message ?? ''));
    client.start({
      directory: ada.store.directory,
      file: team.file,
      limits: defaultGenerationLimits,
    });
    await vi.waitFor(() => expect(client.status().state).toBe('idle'), { timeout: 10_000 });
    expect(messages.some((message) => message.includes('starts again by itself'))).toBe(true);
    expect(fs.existsSync(team.file)).toBe(true);
    const again = openStore({ directory: ada.store.directory, logger: silentLogger });
    expect(again.verify().problems).toEqual([]);
    again.close();
  });
});
