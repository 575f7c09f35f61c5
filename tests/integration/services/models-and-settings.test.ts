import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import type { ServiceEvents } from '../../../src-main/services/event-bus.ts';
import { fakeCard } from './fake-engine.ts';
import { openWorkplace, until } from './workplace.ts';

describe('the starter', () => {
  it('is prepared when it is first wanted, once', async () => {
    const { services, engine } = openWorkplace();
    expect(engine.prepared).toEqual([]);
    const lists = await Promise.all([
      services.models.list(services.principal(), undefined),
      services.models.list(services.principal(), undefined),
    ]);
    expect(lists[0]).toMatchObject([{ name: 'starter', bundled: true }]);
    expect(lists[0][0]).not.toHaveProperty('readme');
    expect(engine.prepared).toHaveLength(1);
  });

  it('is prepared anew when its files are others', async () => {
    let sha256 = 'a'.repeat(64);
    const first = openWorkplace({ starterSha256: () => sha256 });
    await first.services.models.list(first.services.principal(), undefined);
    const card = first.models.cards.get('starter')!;

    sha256 = 'b'.repeat(64);
    const later = openWorkplace({ directory: first.directory, starterSha256: () => sha256 });
    await later.models.add(card);
    await later.services.models.list(later.services.principal(), undefined);
    expect(later.engine.prepared).toHaveLength(1);

    sha256 = 'a'.repeat(64);
    const same = openWorkplace({ directory: first.directory, starterSha256: () => sha256 });
    await same.models.add(card);
    await same.services.models.list(same.services.principal(), undefined);
    expect(same.engine.prepared).toEqual([]);
  });

  it('is prepared anew when an earlier version prepared it', async () => {
    const first = openWorkplace();
    await first.services.models.list(first.services.principal(), undefined);
    const card = first.models.cards.get('starter')!;
    const later = openWorkplace({ directory: first.directory });
    await later.models.add({ ...card, measurement: null });
    await later.services.models.list(later.services.principal(), undefined);
    expect(later.engine.prepared).toHaveLength(1);
  });

  it('is never removed', async () => {
    const { services, models } = openWorkplace();
    await services.models.list(services.principal(), undefined);
    await expect(async () =>
      services.models.remove(services.principal(), { name: 'starter' }),
    ).rejects.toMatchObject({ code: 'not_allowed' });
    expect(models.cards.has('starter')).toBe(true);
  });

  it('that cannot be prepared does not hide the others, and is tried again', async () => {
    const { services, engine, models } = openWorkplace();
    await models.add(fakeCard('gpt2'));
    engine.onPrepare = () => Promise.reject(new Error('no space'));
    expect(await services.models.list(services.principal(), undefined)).toMatchObject([
      { name: 'gpt2' },
    ]);
    engine.onPrepare = () => Promise.resolve();
    expect(await services.models.list(services.principal(), undefined)).toHaveLength(2);
  });
});

function hear(workplace: ReturnType<typeof openWorkplace>): ServiceEvents['job:changed'][] {
  const heard: ServiceEvents['job:changed'][] = [];
  workplace.services.events.on('job:changed', (event) => heard.push(event));
  return heard;
}

describe('importing a model', () => {
  it('is a job that tells of its progress and its end', async () => {
    const workplace = openWorkplace();
    const { services, models } = workplace;
    const heard = hear(workplace);
    const { job_id } = await services.models.import(services.principal(), {
      directory: '/downloads/gpt2',
      name: null,
    });
    await until(() => heard.at(-1)?.state === 'done');
    expect(heard.every((event) => event.job_id === job_id && event.subject === 'gpt2')).toBe(true);
    expect(heard.map(({ fraction }) => fraction)).toEqual([null, 0.5, 1]);
    expect([...models.cards.keys()]).toEqual(['gpt2']);
  });

  it('can be cancelled', async () => {
    const workplace = openWorkplace();
    const { services, engine, models } = workplace;
    const heard = hear(workplace);
    const gate = Promise.withResolvers<undefined>();
    engine.onPrepare = () => gate.promise;
    const { job_id } = await services.models.import(services.principal(), {
      directory: '/downloads/gpt2',
      name: 'mine',
    });
    await services.jobs.cancel(services.principal(), { job_id });
    gate.resolve(undefined);
    await until(() => heard.at(-1)?.state === 'cancelled');
    expect(models.cards.size).toBe(0);
  });

  it('never takes the starter’s name', async () => {
    const { services, engine } = openWorkplace();
    await expect(
      services.models.prepare(services.principal(), { directory: '/d/gpt2', name: 'Starter' }),
    ).rejects.toMatchObject({ code: 'already_exists' });
    expect(engine.prepared).toEqual([]);
  });

  it('that fails says why', async () => {
    const workplace = openWorkplace();
    const { services, engine } = workplace;
    const heard = hear(workplace);
    engine.onPrepare = () => Promise.reject(new Error('a bug with a secret text'));
    await services.models.import(services.principal(), { directory: '/d/gpt2', name: null });
    await until(() => heard.at(-1)?.state === 'failed');
    expect(heard.at(-1)!.message).not.toContain('secret');
  });
});

describe('measuring a model', () => {
  it('on the sample is a job, for a library without an owner too', async () => {
    const workplace = openWorkplace();
    const { services, engine, library } = workplace;
    const heard = hear(workplace);
    const who = services.principal();
    const { job_id } = await services.models.measure(who, { name: 'starter', text: 'sample' });
    await until(() => heard.at(-1)?.state === 'done');
    expect(heard.every((event) => event.job_id === job_id)).toBe(true);
    expect(heard.map(({ kind, fraction }) => [kind, fraction])).toEqual(
      [null, 0.5, 1].map((fraction) => ['measure_model', fraction]),
    );
    expect(heard.at(-1)!.message).toContain('int8');
    expect(engine.measured).toMatchObject([{ text: 'sample', documents: [] }]);
    // What the starter is drafted with from now on.
    expect((await services.models.show(who, { name: 'starter' })).default_variant).toBe('int8');
    expect(await services.models.list(who, undefined)).toMatchObject([{ default_variant: 'int8' }]);
    expect(library.exists()).toBe(false);
  });

  it('on documents reads the last changed first, those in the trash not at all', async () => {
    const workplace = openWorkplace();
    const { services, engine } = workplace;
    const owner = await workplace.owner();
    const write = (document_body: string) =>
      services.documents.create(owner, { document_name: 'D', document_body, draft: false });
    await write('The oldest.');
    await write('');
    const { document } = await write('Away.');
    await services.documents.trash(owner, { document_id: document.id });
    await write(`${'x'.repeat(39_988)}👍${'y'.repeat(100)}`);
    await write('The newest.');
    const card = await services.models.measureNow(owner, { name: 'starter', text: 'documents' });
    expect(card.measurement).toMatchObject({ text: 'documents' });
    const [newest, ...rest] = engine.measured[0]!.documents;
    // 40,000 units are enough, wherever that is.
    expect(newest).toBe('The newest.');
    expect(rest).toEqual([`${'x'.repeat(39_988)}\ufffd`]);
  });

  it('on documents needs somebody whose they are', () => {
    const { services, engine } = openWorkplace();
    const ask = () =>
      services.models.measure(services.principal(), { name: 'starter', text: 'documents' });
    expect(ask).toThrow(expect.objectContaining({ code: 'not_allowed' }));
    expect(engine.measured).toEqual([]);
  });

  it('can be cancelled, and fails where there is no such model', async () => {
    const workplace = openWorkplace();
    const { services, engine } = workplace;
    const heard = hear(workplace);
    const who = services.principal();
    const gate = Promise.withResolvers<undefined>();
    engine.onMeasure = () => gate.promise;
    const { job_id } = await services.models.measure(who, { name: 'starter', text: 'sample' });
    await until(() => heard.at(-1)?.fraction === 0.5);
    await services.jobs.cancel(who, { job_id });
    gate.resolve(undefined);
    await until(() => heard.at(-1)?.state === 'cancelled');
    expect(heard.at(-1)!.message).toBe('Cancelled. What was measured before is kept.');
    await services.models.measure(who, { name: 'gpt7', text: 'sample' });
    await until(() => heard.at(-1)?.state === 'failed');
    expect(heard.at(-1)!.message).toContain('gpt7');
  });
});

describe('settings', () => {
  it('are kept, and reset', async () => {
    const { services, directory } = openWorkplace();
    const who = services.principal();
    await services.settings.set(who, { theme: 'dark', device: 'cpu' });
    const again = openWorkplace({ directory });
    expect(await again.services.settings.get(who, undefined)).toEqual({
      ...defaultSettings,
      theme: 'dark',
      device: 'cpu',
    });
    expect(await again.services.settings.reset(who, undefined)).toEqual(defaultSettings);
    expect(await again.services.settings.get(who, undefined)).toEqual(defaultSettings);
  });

  it('of a library that is not there yet are the defaults, and make none', async () => {
    const { services, library } = openWorkplace();
    expect(await services.settings.get(services.principal(), undefined)).toEqual(defaultSettings);
    expect(library.exists()).toBe(false);
  });

  it('that are not understood have their defaults; the others stand', async () => {
    const { services, library } = openWorkplace();
    const kept = { theme: 'dark', device: 'quantum', parameters: { strategy: 'prayer' } };
    library.store().values.set('settings', kept);
    expect(await services.settings.get(services.principal(), undefined)).toEqual({
      ...defaultSettings,
      theme: 'dark',
    });
  });

  it('refuse a model that is not there', async () => {
    const { services } = openWorkplace();
    const patch = { model_name: 'gpt7', theme: 'dark' } as const;
    await expect(
      Promise.resolve(services.settings.set(services.principal(), patch)),
    ).rejects.toMatchObject({ code: 'model_not_found' });
    expect(await services.settings.get(services.principal(), undefined)).toEqual(defaultSettings);
  });

  it('check parameters together', () => {
    const { services } = openWorkplace();
    const parameters = { strategy: 'beam', num_beams: 2, num_return_sequences: 3 } as const;
    expect(() => services.settings.check(services.principal(), { parameters })).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
    const sampled = { ...parameters, strategy: 'sample' } as const;
    expect(services.settings.check(services.principal(), { parameters: sampled })).toBeNull();
  });
});
