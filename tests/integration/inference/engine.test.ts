import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type {
  EngineClientEvent,
  GenerateProgress,
  GenerateRequest,
} from '../../../src-main/inference/client/types.ts';
import { forkHost } from '../../../src-main/inference/host/fork-host.ts';
import { openModelStore } from '../../../src-main/inference/model-store/model-store.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { draftingSizes, prepareSmallModel, startEngine } from '../../fixtures/engine.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { writeCheckpointFolder } from '../../fixtures/checkpoint-folder.ts';

/** Longer than a test waits for: it is always ended by something else. */
async function longDraft(): Promise<GenerateRequest> {
  return {
    model: await prepareSmallModel(await temporaryFolder()),
    device: 'auto',
    variant: 'auto',
    promptTokenIds: [65, 66, 67],
    parameters: {
      strategy: 'beam',
      max_length: 512,
      no_repeat_ngram_size: 0,
      early_stopping: 'never',
    },
  };
}

const short = { strategy: 'greedy', max_new_tokens: 5 } as const;

describe('the engine', () => {
  it('drafts: tokens, text, timings, and where it really ran', async () => {
    const request = await longDraft();
    const { client } = startEngine();
    const events: EngineClientEvent[] = [];
    client.onEvent((event) => events.push(event));
    const progress: GenerateProgress[] = [];
    const result = await client.generate(
      { ...request, variant: 'fp32', parameters: { ...short, no_repeat_ngram_size: 0 } },
      { onProgress: (step) => progress.push(step) },
    );

    expect(result).toMatchObject({ device: 'cpu', variant: 'fp32' });
    expect(result.sequences).toHaveLength(1);
    const [sequence] = result.sequences;
    expect(sequence?.tokenIds.slice(0, 3)).toEqual([65, 66, 67]);
    const told = progress.map(({ tokens }) => tokens);
    expect([told[0], told.at(-1)]).toEqual([1, 5]);
    expect(told).toEqual([...new Set(told)].sort());
    expect(progress.every(({ maxNewTokens }) => maxNewTokens === 5)).toBe(true);
    // What is shown on the way is the beginning of what comes out: no character half written.
    for (const { text } of progress) expect(sequence?.text.startsWith(text)).toBe(true);
    expect(result.timings.loadMs).toBeGreaterThan(0);
    expect(result.timings.tokensPerSecond).toBeGreaterThan(0);
    expect(events).toEqual([
      { type: 'loading', modelName: 'small' },
      { type: 'ready', modelName: 'small', device: 'cpu', variant: 'fp32' },
    ]);

    const { logProbs } = await client.score({ ...request, variant: 'fp32' }, [65, 66, 67]);
    expect(logProbs).toHaveLength(2);
    expect(events).toHaveLength(2);
  });

  it('gives the same text for the same seed, after whatever else was drafted', async () => {
    const { model, device } = await longDraft();
    const { client } = startEngine();
    const draft = (variant: 'fp32' | 'int8', promptTokenIds: number[]) =>
      client.generate({
        ...{ model, device, variant, promptTokenIds },
        parameters: { strategy: 'sample', seed: 11, max_new_tokens: 40, temperature: 2 },
      });
    const prompt = Array.from({ length: 150 }, (_, i) => 40 + (i % 50));
    for (const variant of ['fp32', 'int8'] as const) {
      const first = await draft(variant, prompt);
      await draft(variant, prompt.slice(0, 100));
      const second = await draft(variant, prompt);
      expect(second.sequences).toEqual(first.sequences);
      expect(second.seed).toBe(11);
    }
  });

  it('stops when a draft is cancelled, and goes on with the model at hand', async () => {
    const request = await longDraft();
    const { client } = startEngine();
    const abort = new AbortController();
    let steps = 0;
    const drafting = client.generate(request, {
      signal: abort.signal,
      onProgress() {
        steps += 1;
        if (steps === 3) abort.abort();
      },
    });
    await expect(drafting).rejects.toMatchObject({ code: 'cancelled' });
    // Steps that were under way when the cancel was sent have been told; the rest never came.
    expect(steps).toBeLessThan(500);
    const events: EngineClientEvent[] = [];
    client.onEvent((event) => events.push(event));
    const next = await client.generate({ ...request, parameters: short });
    expect(next.sequences).toHaveLength(1);
    expect(events).toEqual([]);
  });

  it('answers small questions while it drafts, and runs drafts one after another', async () => {
    const request = await longDraft();
    const { client } = startEngine();
    const abort = new AbortController();
    const order: string[] = [];
    let began = (): void => undefined;
    const hasBegun = new Promise<void>((resolve) => (began = resolve));
    const first = client
      .generate(request, { signal: abort.signal, onProgress: () => began() })
      .catch((error: unknown) => {
        order.push('first');
        throw error;
      });
    const second = client.generate({ ...request, parameters: short }).then(() => {
      order.push('second');
    });
    await hasBegun;
    const { tokenIds, offsets } = await client.tokenize(request.model, 'a–b');
    order.push('question');
    expect(tokenIds).toEqual([97, 226, 128, 147, 98]);
    expect(offsets).toEqual([0, 1, 1, 1, 2]);
    expect(await client.detokenize(request.model, tokenIds)).toBe('a–b');
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    await second;
    expect(order).toEqual(['question', 'first', 'second']);
  });

  it('reports a draft that died with it, and starts again for the next', async () => {
    const request = await longDraft();
    const { client, processes } = startEngine();
    const events: EngineClientEvent[] = [];
    client.onEvent((event) => events.push(event));
    let steps = 0;
    const drafting = client.generate(request, {
      onProgress() {
        steps += 1;
        if (steps === 2) processes[0]?.kill();
      },
    });
    await expect(drafting).rejects.toMatchObject({
      code: 'engine_crashed',
      message: expect.stringContaining('signal SIGKILL') as string,
      details: { reason: 'signal SIGKILL' },
    });
    expect(events.at(-1)).toEqual({ type: 'restarting', reason: 'signal SIGKILL' });
    const next = await client.generate({ ...request, parameters: short });
    expect(next.sequences).toHaveLength(1);
    expect(processes).toHaveLength(2);
  });

  it('rests when it dies at every start', async () => {
    const folder = await temporaryFolder();
    const entry = path.join(folder, 'broken.mjs');
    await writeFile(entry, 'process.exit(7);');
    const { client, processes } = startEngine({ startProcess: forkHost(entry) });
    const { model } = await longDraft();
    const ask = () => client.detokenize(model, [65]);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(ask()).rejects.toMatchObject({
        code: 'engine_crashed',
        message: expect.stringContaining('exit code 7') as string,
      });
    }
    await expect(ask()).rejects.toThrow(/3 times in a row/);
    expect(processes).toHaveLength(3);
  });

  it('imports a model in its own process, and keeps nothing of a cancelled import', async () => {
    const folder = await temporaryFolder();
    const source = path.join(folder, 'source');
    const modelsDirectory = path.join(folder, 'models');
    await writeCheckpointFolder(source, draftingSizes);
    const { client } = startEngine();
    const store = openModelStore(modelsDirectory, silentLogger);
    const request = { source, modelsDirectory, name: 'imported', bundled: false };

    const abort = new AbortController();
    const cancelled = client.prepareModel(request, {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(await store.list()).toEqual([]);

    const card = await client.prepareModel(request);
    expect(await store.list()).toEqual([card]);
    await expect(client.prepareModel(request)).rejects.toMatchObject({ code: 'already_exists' });
  });

  it('refuses what it cannot do, with the reason', async () => {
    const request = { ...(await longDraft()), parameters: short };
    const { client } = startEngine();
    const refusal = (change: Partial<GenerateRequest>, code: string) =>
      expect(client.generate({ ...request, ...change })).rejects.toMatchObject({ code });
    const elsewhere = process.platform === 'win32' ? 'coreml' : 'dml';
    await refusal({ device: elsewhere, isDeviceRequired: true }, 'device_unavailable');
    await refusal({ promptTokenIds: [] }, 'prompt_empty');
    await refusal({ promptTokenIds: [300] }, 'invalid_input');
    await refusal({ promptTokenIds: new Array<number>(512).fill(65) }, 'prompt_too_long');
    await refusal({ parameters: { strategy: 'beam', num_beams: 0 } }, 'invalid_input');
    await refusal({ model: { ...request.model, directory: '/nowhere' } }, 'model_not_found');
    await expect(client.score(request, new Array<number>(513).fill(65))).rejects.toMatchObject({
      code: 'prompt_too_long',
    });
    expect(await client.score(request, [])).toEqual({
      ...{ tokenIds: [], logProbs: [], alternatives: [] },
    });
    const devices = await client.devices();
    expect(
      devices.filter(({ state }) => state === 'available').map(({ device }) => device),
    ).toEqual(['cpu']);
  });

  it('ends with its work when it is disposed of, and does not start again', async () => {
    const request = await longDraft();
    const { client, processes } = startEngine();
    let hasEnded = false;
    let dispose = (): void => undefined;
    const disposed = new Promise<void>((resolve) => (dispose = resolve)).then(() =>
      client.dispose(),
    );
    const drafting = client.generate(request, {
      onProgress() {
        processes[0]?.onExit(() => (hasEnded = true));
        dispose();
      },
    });
    const waiting = client.generate({ ...request, parameters: short });
    await expect(drafting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await disposed;
    expect(hasEnded).toBe(true);
    await expect(client.detokenize(request.model, [65])).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(processes).toHaveLength(1);
  });
});
