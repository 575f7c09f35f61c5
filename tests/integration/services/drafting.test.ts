import { describe, expect, it } from 'vitest';
import { slurs } from '../../../src-main/contract/ban-list.ts';
import type { Autodoc } from '../../../src-main/contract/domain.ts';
import type { SettingsPatch } from '../../../src-main/contract/settings.ts';
import type { ServiceEvents } from '../../../src-main/services/event-bus.ts';
import type { FakeApplication } from './fake-application.ts';
import { fakeCard } from './fake-engine.ts';
import { autodocWhen, openWorkplace, temporaryFolder, until } from './workplace.ts';

async function queued(
  workplace: FakeApplication,
  document_body = 'The lawn grows.',
): Promise<Autodoc> {
  const saved = await workplace.services.documents.create(await workplace.owner(), {
    document_name: 'Lawn',
    document_body,
    draft: true,
  });
  return saved.autodoc!;
}

async function ended(workplace: FakeApplication, { id }: Autodoc) {
  return workplace.services.drafting.ended(await workplace.owner(), id);
}

describe('a draft', () => {
  it('is written from the version and says how it came about', async () => {
    const workplace = openWorkplace();
    const body = 'The lawn grows.';
    const autodoc = await queued(workplace, body);
    workplace.services.start();

    expect(await ended(workplace, autodoc)).toMatchObject({
      autodoc_state: 'done',
      autodoc_body: ' one two three four five',
      failure: null,
      prompt_start: 0,
      prompt_end: body.length,
      model_sha256: 'a'.repeat(64),
      device: 'cpu',
      variant: 'fp32',
      tokens: 5,
      score: -1,
      seed: autodoc.seed,
    });
    expect(workplace.engine.requests).toHaveLength(1);
    expect(workplace.engine.requests[0]!.parameters).toMatchObject({
      strategy: 'beam',
      num_beams: 5,
      seed: autodoc.seed,
      // The context of 64 less a prompt of 3.
      max_new_tokens: 61,
    });
  });

  it('of a long document reads its last part, at a sentence start', async () => {
    const workplace = openWorkplace();
    const body = Array.from({ length: 100 }, (_, n) => `This is sentence ${n}.`).join(' ');
    const autodoc = await queued(workplace, body);
    workplace.services.start();

    const { prompt_start, prompt_end } = await ended(workplace, autodoc);
    expect(prompt_end).toBe(body.length);
    expect(body.slice(prompt_start!)).toMatch(/^ ?This is sentence \d+\. This/);
    const { promptTokenIds, parameters } = workplace.engine.requests[0]!;
    expect(promptTokenIds.length + parameters.max_new_tokens!).toBeLessThanOrEqual(64);
  });

  it('tells of its progress and its end', async () => {
    const workplace = openWorkplace();
    const progress: ServiceEvents['draft:progress'][] = [];
    const states: string[] = [];
    workplace.services.events.on('draft:progress', (event) => progress.push(event));
    workplace.services.events.on('autodoc:changed', (event) => states.push(event.autodoc_state));
    const autodoc = await queued(workplace);
    workplace.services.start();
    await ended(workplace, autodoc);

    expect(states).toEqual(['queued', 'done']);
    expect(progress[0]).toMatchObject({ autodoc_id: autodoc.id, text: ' one', tokens: 1 });
    const owner = await workplace.owner();
    await until(() => workplace.library.store().autodocs.queue().length === 0);
    expect(await workplace.services.engine.status(owner, undefined)).toMatchObject({
      state: 'idle',
      device: 'cpu',
      tokens_per_second: 10,
      queue_length: 0,
    });
  });

  it('comes one after the other, in the order of the queue', async () => {
    const workplace = openWorkplace();
    const autodocs = [await queued(workplace), await queued(workplace), await queued(workplace)];
    const finished: string[] = [];
    workplace.services.events.on('autodoc:changed', ({ id }) => finished.push(id));
    workplace.services.start();
    for (const autodoc of autodocs) await ended(workplace, autodoc);
    expect(finished).toEqual(autodocs.map(({ id }) => id));
  });
});

describe('cancelling', () => {
  it('ends a waiting draft at once', async () => {
    const workplace = openWorkplace();
    const { id } = await queued(workplace);
    const cancelled = await workplace.services.autodocs.cancel(await workplace.owner(), {
      autodoc_id: id,
    });
    expect(cancelled).toMatchObject({ autodoc_state: 'cancelled', autodoc_body: '', tokens: null });
    expect(workplace.library.store().autodocs.queue()).toEqual([]);
  });

  it('ends a draft being written and keeps what there was', async () => {
    const workplace = openWorkplace();
    workplace.engine.hold();
    const { id } = await queued(workplace);
    const next = await queued(workplace);
    const text = new Promise((resolve) => {
      workplace.services.events.on('draft:progress', resolve);
    });
    workplace.services.start();
    await text;
    await until(() => workplace.engine.requests.length === 1);
    const cancelling = workplace.services.autodocs.cancel(await workplace.owner(), {
      autodoc_id: id,
    });
    expect(await cancelling).toMatchObject({
      autodoc_state: 'cancelled',
      prompt_start: 0,
      device: 'cpu',
      failure: null,
    });
    expect((await cancelling).autodoc_body).toMatch(/^ one( two)?$/);
    workplace.engine.release();
    expect(await ended(workplace, next)).toMatchObject({ autodoc_state: 'done' });
  });

  it('of a draft that has its end changes nothing', async () => {
    const workplace = openWorkplace();
    const autodoc = await queued(workplace);
    workplace.services.start();
    const done = await ended(workplace, autodoc);
    const cancelled = await workplace.services.autodocs.cancel(await workplace.owner(), {
      autodoc_id: autodoc.id,
    });
    expect(cancelled).toEqual(done);
  });

  it('by another process stops the one that writes', async () => {
    const window = openWorkplace();
    const autodoc = await queued(window);
    window.engine.hold();
    window.services.start();
    await until(() => window.engine.requests.length === 1);

    const other = openWorkplace({ directory: window.directory });
    await other.services.autodocs.cancel(await other.owner(), { autodoc_id: autodoc.id });
    expect(await ended(window, autodoc)).toMatchObject({ autodoc_state: 'cancelled' });
    // The one that wrote has noticed: it takes the next.
    window.engine.release();
    const next = await queued(window);
    expect(await ended(window, next)).toMatchObject({ autodoc_state: 'done' });
  });
});

describe('a crash of the engine', () => {
  it('is followed by one more attempt', async () => {
    const workplace = openWorkplace();
    workplace.engine.crashes = 1;
    const autodoc = await queued(workplace);
    workplace.services.start();
    expect(await ended(workplace, autodoc)).toMatchObject({ autodoc_state: 'done', failure: null });
    expect(workplace.engine.requests).toHaveLength(2);
  });

  it('twice fails the draft with the reason, and the next goes on', async () => {
    const workplace = openWorkplace();
    workplace.engine.crashes = 2;
    const autodoc = await queued(workplace);
    const next = await queued(workplace);
    workplace.services.start();
    expect(await ended(workplace, autodoc)).toMatchObject({
      autodoc_state: 'failed',
      failure: 'The engine stopped while it wrote.',
    });
    expect(await ended(workplace, next)).toMatchObject({ autodoc_state: 'done' });
  });
});

describe('the queue', () => {
  it('survives the end of the application: what was being written is written again', async () => {
    const before = openWorkplace();
    const autodoc = await queued(before);
    before.engine.hold();
    before.services.start();
    await until(() => before.engine.requests.length === 1);
    await before.close();

    const after = openWorkplace({ directory: before.directory });
    expect(after.library.store().autodocs.get(autodoc.id)).toMatchObject({
      autodoc_state: 'queued',
      autodoc_body: '',
    });
    after.services.start();
    expect(await ended(after, autodoc)).toMatchObject({ autodoc_state: 'done' });
  });

  it('is worked off once by two processes on one library', async () => {
    const directory = temporaryFolder();
    const window = openWorkplace({ directory });
    const commandLine = openWorkplace({ directory });
    const autodocs: Autodoc[] = [];
    for (let count = 0; count < 12; count += 1) {
      autodocs.push(await queued(count % 2 === 0 ? window : commandLine));
    }
    window.services.start();
    commandLine.services.start();
    for (const autodoc of autodocs) {
      expect(await ended(window, autodoc)).toMatchObject({ autodoc_state: 'done' });
    }
    const drafts = window.engine.requests.length + commandLine.engine.requests.length;
    expect(drafts).toBe(autodocs.length);
  });

  it('takes what another process queued', async () => {
    const window = openWorkplace();
    await window.owner();
    window.services.start();
    const commandLine = openWorkplace({ directory: window.directory });
    const autodoc = await queued(commandLine);
    const done = await autodocWhen(window, autodoc.id, ({ tokens }) => tokens !== null);
    expect(done.autodoc_state).toBe('done');
    expect(window.engine.requests).toHaveLength(1);
  });
});

describe('the model of a draft', () => {
  it('is the starter when the chosen one is gone, and that is said', async () => {
    const workplace = openWorkplace();
    const { services, models } = workplace;
    const owner = await workplace.owner();
    await models.add(fakeCard('gpt2'));
    await services.settings.set(owner, { model_name: 'gpt2' });
    await models.remove('gpt2');

    const autodoc = await queued(workplace);
    expect(autodoc.model_name).toBe('starter');
    expect((await services.engine.status(owner, undefined)).message).toContain('"gpt2"');
  });

  it('that goes while the draft waits fails it with the reason', async () => {
    const workplace = openWorkplace();
    await workplace.models.add(fakeCard('gpt2'));
    await workplace.services.settings.set(await workplace.owner(), { model_name: 'gpt2' });
    const autodoc = await queued(workplace);
    await workplace.models.remove('gpt2');
    workplace.services.start();
    expect(await ended(workplace, autodoc)).toMatchObject({
      autodoc_state: 'failed',
      failure: expect.stringContaining('gpt2') as string,
    });
  });

  it('drafts as the original does where it recommends nothing', async () => {
    const { parameters } = await queued(openWorkplace());
    expect(parameters).toMatchObject({ strategy: 'beam', num_beams: 5, max_length: 100 });
  });

  it('drafts as it recommends until another way is chosen', async () => {
    const workplace = openWorkplace();
    const advice = { do_sample: true, temperature: 0.8, top_k: 40, transformers_version: '4.0' };
    await workplace.models.add(fakeCard('gpt2', { recommended_parameters: advice }));
    const owner = await workplace.owner();
    await workplace.services.settings.set(owner, { model_name: 'gpt2' });
    const { parameters } = await queued(workplace);
    expect(parameters).toMatchObject({ strategy: 'sample', temperature: 0.8, top_k: 40 });
    expect(parameters).not.toHaveProperty('num_beams');
    expect(parameters).not.toHaveProperty('transformers_version');

    await workplace.services.settings.set(owner, { parameter_source: 'original' });
    expect((await queued(workplace)).parameters).toMatchObject({ strategy: 'beam', num_beams: 5 });
  });

  it('is not let write the words of the ban list, nor those that its parameters ban', async () => {
    const workplace = openWorkplace();
    const owner = await workplace.owner();
    const parameters = { strategy: 'greedy', bad_words: ['synergy'] } as const;
    const banned = async (patch: SettingsPatch) => {
      await workplace.services.settings.set(owner, patch);
      await ended(workplace, await queued(workplace));
      const { bannedWords, parameters: asked } = workplace.engine.requests.at(-1)!;
      return [asked.bad_words, bannedWords];
    };
    workplace.services.start();
    expect(await banned({})).toEqual([[], slurs]);
    expect(await banned({ parameter_source: 'custom', parameters })).toEqual([['synergy'], slurs]);
    expect(await banned({ ban_list: ['leverage'] })).toEqual([['synergy'], ['leverage']]);
    expect(await banned({ is_ban_list_on: false })).toEqual([['synergy'], []]);
  });

  it('cannot be removed while it writes', async () => {
    const workplace = openWorkplace();
    const { services } = workplace;
    const owner = await workplace.owner();
    await workplace.models.add(fakeCard('gpt2'));
    await services.settings.set(owner, { model_name: 'gpt2' });
    workplace.engine.hold();
    const autodoc = await queued(workplace);
    services.start();
    await until(() => workplace.engine.requests.length === 1);

    const other = openWorkplace({ directory: workplace.directory });
    await other.models.add(fakeCard('gpt2'));
    for (const { services: anyone } of [workplace, other]) {
      await expect(async () => anyone.models.remove(owner, { name: 'gpt2' })).rejects.toMatchObject(
        { code: 'model_in_use' },
      );
    }
    workplace.engine.release();
    await ended(workplace, autodoc);
    await until(() => workplace.library.store().leases.acquire('model:gpt2', 'test', 1));
    expect(workplace.models.cards.has('gpt2')).toBe(true);
  });
});

describe('several candidates', () => {
  const five = {
    strategy: 'beam',
    num_return_sequences: 3,
    num_beams: 3,
    rerank: true,
    stop_strings: [' four', 'three f'],
  } as const;

  it('are all kept, best first, each cut where a stop string begins', async () => {
    const workplace = openWorkplace();
    const owner = await workplace.owner();
    const settings = { parameter_source: 'custom', parameters: five } as const;
    await workplace.services.settings.set(owner, settings);
    const progress: ServiceEvents['draft:progress'][] = [];
    workplace.services.events.on('draft:progress', (event) => progress.push(event));
    const autodoc = await queued(workplace);
    workplace.services.start();
    const done = await ended(workplace, autodoc);

    const ranking = { mean_log_prob: -1, distinct: 1, fit: 0 };
    expect(done.candidates).toEqual([
      { autodoc_body: ' one two ', tokens: 5, score: -1, ranking: { ...ranking, total: -1 } },
      { autodoc_body: ' one two ', tokens: 4, score: -2, ranking: { ...ranking, total: -2 } },
      { autodoc_body: ' one two three', tokens: 3, score: -3, ranking: { ...ranking, total: -3 } },
    ]);
    expect(done).toMatchObject({ autodoc_body: ' one two ', tokens: 5, score: -1 });
    expect(progress.every(({ text }) => ' one two three'.startsWith(text))).toBe(true);
    // "three" is cut in its middle and still has a part in the text.
    expect(workplace.library.store().autodocs.tokenIds(autodoc.id)).toEqual([1, 2, 3]);
    expect(workplace.library.store().verify().ok).toBe(true);
  });

  it('are none where one text was asked for', async () => {
    const workplace = openWorkplace();
    const autodoc = await queued(workplace);
    workplace.services.start();
    expect((await ended(workplace, autodoc)).candidates).toEqual([]);
  });
});

describe('token probabilities of a draft', () => {
  async function drafted() {
    const workplace = openWorkplace();
    const owner = await workplace.owner();
    const autodoc = await queued(workplace);
    workplace.services.start();
    await ended(workplace, autodoc);
    const ask = (alternatives = 2) =>
      workplace.services.autodocs.probabilities(owner, { autodoc_id: autodoc.id, alternatives });
    return { workplace, owner, autodoc, ask };
  }

  it('are those of the tokens that were written, after the tokens that were read', async () => {
    const { workplace, ask } = await drafted();
    const probabilities = await ask();
    const [{ promptTokenIds } = { promptTokenIds: [] }] = workplace.engine.requests;
    expect(workplace.engine.scored).toMatchObject([
      {
        choice: { device: 'auto', variant: 'fp32', model: { card: { name: 'starter' } } },
        tokenIds: [...promptTokenIds, 1, 2, 3, 4, 5],
      },
    ]);
    const alternatives = [
      { token_id: 1, text: ' one', log_prob: -0 },
      { token_id: 2, text: ' two', log_prob: -1 },
    ];
    expect(probabilities.slice(0, 2)).toEqual([
      { token_id: 1, text: ' one', log_prob: -promptTokenIds.length, alternatives },
      { token_id: 2, text: ' two', log_prob: -1 - promptTokenIds.length, alternatives },
    ]);
    expect(probabilities.map(({ text }) => text).join('')).toBe(' one two three four five');
    expect((await ask(0)).every((token) => token.alternatives.length === 0)).toBe(true);
  });

  it('are none of a draft that was never begun', async () => {
    const workplace = openWorkplace();
    const owner = await workplace.owner();
    const { id } = await queued(workplace);
    const asked = { autodoc_id: id, alternatives: 1 };
    expect(await workplace.services.autodocs.probabilities(owner, asked)).toEqual([]);
  });

  it('need the model that wrote it, under whatever name', async () => {
    const { workplace, ask } = await drafted();
    const { cards } = workplace.models;
    const writer = cards.get('starter')!;
    await workplace.models.add({ ...writer, sha256: 'b'.repeat(64) });
    await expect(ask()).rejects.toMatchObject({
      code: 'model_not_found',
      message: expect.stringContaining('is another model now') as string,
    });
    await workplace.models.add({ ...writer, name: 'earlier' });
    expect(await ask()).toHaveLength(5);
    expect(workplace.engine.scored.at(-1)!.choice.model.card.name).toBe('earlier');
  });
});

describe('what a draft would read', () => {
  it('is measured by the planner that drafts', async () => {
    const workplace = openWorkplace();
    const owner = await workplace.owner();
    const text = Array.from({ length: 100 }, (_, n) => `This is sentence ${n}.`).join(' ');
    const measure = await workplace.services.context.measure(owner, { text });
    const autodoc = await queued(workplace, text);
    workplace.services.start();
    const { prompt_start } = await ended(workplace, autodoc);
    const { promptTokenIds, parameters } = workplace.engine.requests[0]!;
    expect(measure).toMatchObject({
      n_positions: 64,
      reads_from: prompt_start,
      prompt_tokens: promptTokenIds.length,
      max_new_tokens: parameters.max_new_tokens,
    });
  });

  it('is nothing of an empty text', async () => {
    const workplace = openWorkplace();
    const measure = await workplace.services.context.measure(await workplace.owner(), { text: '' });
    expect(measure).toMatchObject({ tokens: 0, prompt_tokens: 0, reads_from: 0, is_exact: true });
  });

  it('is found in ten megabytes without tokenising them', async () => {
    const workplace = openWorkplace();
    const text = 'The lawn grows. '.repeat(650_000);
    const measure = await workplace.services.context.measure(await workplace.owner(), { text });
    expect(measure.is_exact).toBe(false);
    expect(measure.tokens).toBeLessThan(1_000);
    expect(text.slice(measure.reads_from)).toMatch(/^ ?The lawn grows\./);
  });
});
