import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Download } from '../../../src-main/contract/channels.ts';
import { AppError } from '../../../src-main/contract/errors.ts';
import type { Fault, HubRequest, MisbehavingHub } from '../../fixtures/misbehaving-hub.ts';
import { fakeCard } from '../services/fake-engine.ts';
import type { FakeApplication } from '../services/fake-application.ts';
import { openWorkplace, until } from '../services/workplace.ts';
import { hubWith, pieceBytes, quickClock, repository } from './fetching.ts';

/* Downloads as the window knows them, over a hub that is real and an engine that is not. */

interface Place {
  readonly workplace: FakeApplication;
  readonly heard: readonly Download[];
  /** What was told last. */
  readonly last: () => Download;
  readonly reaches: (state: Download['state']) => Promise<void>;
  readonly start: (name?: string | null) => Promise<Download>;
  readonly list: () => Promise<readonly Download[]>;
  readonly folder: string;
}

function placeWith(hub: MisbehavingHub, directory?: string): Place {
  const workplace = openWorkplace({
    ...(directory !== undefined && { directory }),
    hub: { environment: { HF_ENDPOINT: hub.url }, pieceBytes, clock: quickClock() },
  });
  const { services } = workplace;
  const heard: Download[] = [];
  services.events.on('download:changed', (download) => heard.push(download));
  return {
    workplace,
    heard,
    last: () => heard.at(-1)!,
    reaches: (state) => until(() => heard.at(-1)?.state === state),
    start: async (name = null) =>
      services.downloads.start(services.principal(), { repository, revision: null, name }),
    list: async () => services.downloads.list(services.principal(), undefined),
    folder: path.join(workplace.directory, 'models', '.downloads'),
  };
}

const weights = (fault: Fault) => (request: HubRequest) => (request.kind === 'cdn' ? fault : null);

/** The weights stop in their middle until they are asked for again. */
const stalled = weights({ kind: 'stall', afterBytes: 20_000 });

async function pausedInTheMiddle(hub: MisbehavingHub, place: Place): Promise<Download> {
  hub.misbehave = stalled;
  const { id } = await place.start();
  await until(() => place.heard.some(({ received_bytes }) => received_bytes > 15_000));
  const { services } = place.workplace;
  await services.downloads.pause(services.principal(), { download_id: id });
  hub.misbehave = () => null;
  return place.last();
}

describe('a download', () => {
  it('ends as a model under the repository’s own name, and leaves nothing else', async () => {
    const { hub, files, commit } = await hubWith();
    const place = placeWith(hub);
    const started = await place.start();
    expect(started).toMatchObject({ repository, revision: 'main', name: 'lawn', state: 'running' });
    await place.reaches('done');
    const total = [...files.values()].reduce((sum, file) => sum + file.byteLength, 0);
    expect(place.last()).toMatchObject({ received_bytes: total, total_bytes: total });
    expect(
      place.heard.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]),
    ).toEqual(['running', 'importing', 'done']);

    const { engine, models } = place.workplace;
    expect([...models.cards.keys()]).toEqual(['lawn']);
    const [prepared] = engine.prepared;
    const { host } = new URL(hub.url);
    expect(prepared).toMatchObject({
      name: 'lawn',
      origin: `${host}/${repository}@${commit}`,
      bundled: false,
    });
    expect(await place.list()).toEqual([]);
    expect(await readdir(place.folder)).toEqual([]);
  });

  it('has the name that it was given', async () => {
    const { hub } = await hubWith();
    const place = placeWith(hub);
    await place.start('mine');
    await place.reaches('done');
    expect([...place.workplace.models.cards.keys()]).toEqual(['mine']);
  });

  it('is one, however often it is started', async () => {
    const { hub } = await hubWith();
    const place = placeWith(hub);
    const starts = await Promise.all([place.start(), place.start(), place.start()]);
    expect(new Set(starts.map(({ id }) => id)).size).toBe(1);
    await place.reaches('done');
    expect(place.workplace.engine.prepared).toHaveLength(1);
    expect(hub.requests.filter(({ kind }) => kind === 'list')).toHaveLength(1);
  });

  it('is not begun where its name is taken or no name at all', async () => {
    const { hub } = await hubWith();
    const place = placeWith(hub);
    await place.workplace.models.add(fakeCard('lawn'));
    await expect(place.start()).rejects.toMatchObject({ code: 'already_exists' });
    await expect(place.start('Starter')).rejects.toMatchObject({ code: 'already_exists' });
    expect(hub.requests).toEqual([]);
    expect(await place.list()).toEqual([]);
  });

  it('opens no connection before it is asked for', async () => {
    const { hub } = await hubWith();
    const place = placeWith(hub);
    const { services } = place.workplace;
    services.start();
    await place.list();
    await services.hub.status(services.principal(), undefined);
    await services.models.list(services.principal(), undefined);
    expect(hub.requests).toEqual([]);
  });
});

describe('a pause', () => {
  it('keeps what came, and the next start goes on', async () => {
    const { hub, files } = await hubWith();
    const place = placeWith(hub);
    const paused = await pausedInTheMiddle(hub, place);
    expect(paused).toMatchObject({ state: 'paused', bytes_per_second: null });
    expect(paused.received_bytes).toBeGreaterThan(20_000);
    expect(await place.list()).toEqual([paused]);

    await place.start();
    await place.reaches('done');
    const total = [...files.values()].reduce((sum, file) => sum + file.byteLength, 0);
    expect(hub.servedBytes).toBe(total);
  });

  it('is what a restart of the application finds', async () => {
    const { hub } = await hubWith();
    const first = placeWith(hub);
    hub.misbehave = stalled;
    await first.start('mine');
    await until(() => first.heard.some(({ received_bytes }) => received_bytes > 15_000));
    await first.workplace.close();
    hub.misbehave = () => null;

    const second = placeWith(hub, first.workplace.directory);
    const [found] = await second.list();
    expect(found).toMatchObject({ ...first.last(), state: 'paused', name: 'mine' });
    expect(second.heard).toEqual([]);
    await second.start();
    await second.reaches('done');
    expect([...second.workplace.models.cards.keys()]).toEqual(['mine']);
  });

  it('of the import keeps the files', async () => {
    const { hub } = await hubWith();
    const place = placeWith(hub);
    const gate = Promise.withResolvers<undefined>();
    place.workplace.engine.onPrepare = () => gate.promise;
    const { id } = await place.start();
    await place.reaches('importing');
    const { services } = place.workplace;
    const paused = services.downloads.pause(services.principal(), { download_id: id });
    gate.resolve(undefined);
    await paused;
    expect(place.last().state).toBe('paused');
    const asked = hub.requests.length;
    await place.start();
    await place.reaches('done');
    expect(hub.requests).toHaveLength(asked);
  });

  it('of nothing is nothing', async () => {
    const { hub } = await hubWith();
    const { services } = placeWith(hub).workplace;
    const download_id = '00000000-0000-0000-0000-000000000000';
    expect(await services.downloads.pause(services.principal(), { download_id })).toBeNull();
    expect(await services.downloads.discard(services.principal(), { download_id })).toBeNull();
  });
});

describe('a failure', () => {
  it('is told, kept over a restart, and gone on from', async () => {
    const { hub } = await hubWith();
    const place = placeWith(hub);
    hub.misbehave = weights({ kind: 'status', status: 503 });
    await place.start();
    await place.reaches('failed');
    expect(place.last().message).toMatch(/Given up after 8 tries/);
    expect(place.heard.some(({ state }) => state === 'waiting')).toBe(true);
    await place.workplace.close();

    const second = placeWith(hub, place.workplace.directory);
    expect(await second.list()).toMatchObject([{ state: 'failed', message: place.last().message }]);
    hub.misbehave = () => null;
    await second.start();
    await second.reaches('done');
  });

  it('of the import keeps the files and says why', async () => {
    const { hub } = await hubWith();
    const place = placeWith(hub);
    place.workplace.engine.onPrepare = () =>
      Promise.reject(new AppError('model_invalid', 'Weights that are none.'));
    await place.start();
    await place.reaches('failed');
    expect(place.last().message).toBe('Weights that are none.');
    expect(place.workplace.models.cards.size).toBe(0);
    const asked = hub.requests.length;
    place.workplace.engine.onPrepare = () => Promise.resolve();
    await place.start();
    await place.reaches('done');
    expect(hub.requests).toHaveLength(asked);
  });

  it('never tells of a bug', async () => {
    const { hub } = await hubWith();
    const place = placeWith(hub);
    place.workplace.engine.onPrepare = () => Promise.reject(new Error('a secret text'));
    await place.start();
    await place.reaches('failed');
    expect(JSON.stringify(place.heard)).not.toContain('secret');
  });
});

describe('discarding', () => {
  it('stops a download and deletes what it fetched', async () => {
    const { hub } = await hubWith();
    const place = placeWith(hub);
    hub.misbehave = stalled;
    const { id } = await place.start();
    await until(() => place.heard.some(({ received_bytes }) => received_bytes > 15_000));
    const { services } = place.workplace;
    await services.downloads.discard(services.principal(), { download_id: id });
    expect(await readdir(place.folder)).toEqual([]);
    expect(await place.list()).toEqual([]);
  });

  it('is how to begin anew with what the hub has now', async () => {
    const { hub, files } = await hubWith();
    const place = placeWith(hub);
    const paused = await pausedInTheMiddle(hub, place);
    const commit = hub.publish(repository, new Map([...files, ['README.md', Buffer.from('new')]]));
    const { services } = place.workplace;
    await services.downloads.discard(services.principal(), { download_id: paused.id });
    await place.start();
    await place.reaches('done');
    expect(place.workplace.engine.prepared[0]?.origin).toContain(`@${commit}`);
  });
});

describe('two processes', () => {
  it('do not fetch the same: the second is told who does', async () => {
    const { hub } = await hubWith();
    const first = placeWith(hub);
    hub.misbehave = stalled;
    const { id } = await first.start();
    await until(() => first.heard.some(({ received_bytes }) => received_bytes > 15_000));

    const second = placeWith(hub, first.workplace.directory);
    await expect(second.start()).rejects.toMatchObject({
      code: 'store_busy',
      message: expect.stringContaining(`(${process.pid})`) as string,
    });
    const who = second.workplace.services.principal();
    await expect(
      second.workplace.services.downloads.discard(who, { download_id: id }),
    ).rejects.toMatchObject({ code: 'store_busy' });
    expect(await second.list()).toMatchObject([{ id, state: 'running' }]);
    await first.workplace.close();
    expect(await second.list()).toMatchObject([{ id, state: 'paused' }]);
  });
});

describe('what lies in the folder of downloads', () => {
  it.each(['', '{', '{"format": 99}', 'null'])(
    'and is no record (%j) is begun anew',
    async (text) => {
      const { hub } = await hubWith();
      const place = placeWith(hub);
      const { id } = await pausedInTheMiddle(hub, place);
      await writeFile(path.join(place.folder, id, 'download.json'), text);
      await mkdir(path.join(place.folder, 'other'));
      expect(await place.list()).toEqual([]);
      await place.start();
      await place.reaches('done');
    },
  );
});

describe('the hub’s token', () => {
  it('is told to the hub and to nobody who asks', async () => {
    const { hub } = await hubWith();
    const place = placeWith(hub);
    const { services } = place.workplace;
    const who = services.principal();
    hub.token = 'hf_abc';
    await place.start();
    await place.reaches('failed');
    expect(place.last().message).toMatch(/no public repository/);

    const status = await services.hub['set-token'](who, { token: 'hf_abc' });
    expect(status).toEqual({ endpoint: hub.url, has_token: true, can_keep_token: false });
    await place.start();
    await place.reaches('done');
    expect(JSON.stringify(place.heard)).not.toContain('hf_abc');
    expect(await services.hub['set-token'](who, { token: null })).toMatchObject({
      has_token: false,
    });
  });

  it('and its address are checked', async () => {
    const { services } = openWorkplace({ hub: { environment: { HF_ENDPOINT: 'nonsense' } } });
    const who = services.principal();
    await expect(async () => services.hub.status(who, undefined)).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(async () =>
      services.downloads.start(who, { repository, revision: null, name: null }),
    ).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
