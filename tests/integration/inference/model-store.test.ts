import { spawnSync } from 'node:child_process';
import {
  appendFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { variants, variantsFor } from '../../../src-main/contract/models.ts';
import type { ModelStore } from '../../../src-main/inference/client/types.ts';
import { openModelStore } from '../../../src-main/inference/model-store/model-store.ts';
import { prepareModel } from '../../../src-main/inference/model-store/prepare-model.ts';
import { chooseVariant } from '../../../src-main/inference/scoring/price-variant.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { writeCheckpointFolder } from '../../fixtures/checkpoint-folder.ts';
import { modelDirectory } from '../../fixtures/reference.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

interface Bench {
  readonly source: string;
  readonly modelsDirectory: string;
  readonly store: ModelStore;
  readonly prepare: (
    name?: string,
    options?: Parameters<typeof prepareModel>[1],
  ) => ReturnType<typeof prepareModel>;
}

async function bench(): Promise<Bench> {
  const folder = await temporaryFolder();
  const source = path.join(folder, 'source');
  const modelsDirectory = path.join(folder, 'models');
  await writeCheckpointFolder(source);
  return {
    source,
    modelsDirectory,
    store: openModelStore(modelsDirectory, silentLogger),
    prepare: (name = 'small', options) =>
      prepareModel({ source, modelsDirectory, name, bundled: false }, options),
  };
}

describe('importing a model', () => {
  it('puts a whole model into the store, with its card', async () => {
    const { prepare, store, modelsDirectory, source } = await bench();
    await writeFile(path.join(source, 'README.md'), '# A small one');
    await writeFile(
      path.join(source, 'generation_config.json'),
      '{"eos_token_id":[7,8],"top_k":5}',
    );
    const fractions: number[] = [];
    const card = await prepare('small', { onProgress: ({ fraction }) => fractions.push(fraction) });

    expect(card).toMatchObject({
      ...{ name: 'small', architecture: 'gpt2', n_layer: 2, n_positions: 32, vocab_size: 300 },
      ...{ parameters: 11_904, weights_dtype: 'fp32', bos_token_id: 256, eos_token_ids: [7, 8] },
      ...{ recommended_parameters: { top_k: 5 }, bundled: false, readme: '# A small one', source },
    });
    expect(card.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect(await readdir(modelsDirectory)).toEqual(['small']);
    expect(await store.list()).toEqual([card]);
    expect(await store.get('small')).toEqual({
      ...{ directory: path.join(modelsDirectory, 'small'), card },
    });
  });

  it('measures what a variant costs: 8 bits are near, and a quarter of the size', async () => {
    const { modelsDirectory, store } = await bench();
    const source = modelDirectory('starter');
    await prepareModel({ source, modelsDirectory, name: 'starter', bundled: true });
    const { variants: prices, default_variant, measurement } = (await store.get('starter')).card;
    expect(prices.map(({ variant }) => variant)).toEqual(variants);
    const [fp32] = prices;
    const int8 = prices.find(({ variant }) => variant === 'int8');
    expect(fp32).toMatchObject({ variant: 'fp32', top1_agreement: 1 });
    const ratio = (int8?.perplexity ?? NaN) / (fp32?.perplexity ?? NaN);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.03);
    expect(int8?.top1_agreement).toBeGreaterThan(0.9);
    expect(int8?.size_bytes).toBeLessThan((fp32?.size_bytes ?? 0) / 2);
    expect(default_variant).toBe(chooseVariant(prices));
    for (const { variant, tokens_per_second } of prices) {
      if (variantsFor('cpu').includes(variant)) expect(tokens_per_second).toBeGreaterThan(1);
      else expect(tokens_per_second).toBeNull();
    }
    expect(measurement).toMatchObject({ text: 'sample' });
    expect(measurement?.tokens).toBeGreaterThan(500);
  });

  it('knows a model by all of its files: a changed byte is another model', async () => {
    const { prepare, source } = await bench();
    const first = await prepare('first');
    const again = await prepare('again');
    await appendFile(path.join(source, 'config.json'), ' ');
    const changed = await prepare('changed');
    expect(again.sha256).toBe(first.sha256);
    expect(changed.sha256).not.toBe(first.sha256);
  });

  it.each([
    'Verifying the files',
    ...variants.map((variant) => `Writing the ${variant} weights`),
    ...variants.map((variant) => `Measuring ${variant}`),
    ...variantsFor('cpu').map((variant) => `Timing ${variant}`),
  ])('leaves nothing behind when it is cancelled at: %s', async (stage) => {
    const { prepare, modelsDirectory, store } = await bench();
    const abort = new AbortController();
    const seen: string[] = [];
    const importing = prepare('small', {
      signal: abort.signal,
      onProgress({ message }) {
        seen.push(message);
        if (message === stage) abort.abort();
      },
    });
    await expect(importing).rejects.toMatchObject({
      ...{ code: 'cancelled', message: 'The import was cancelled. Nothing of it was kept.' },
    });
    expect(seen.at(-1)).toBe(stage);
    expect(await readdir(modelsDirectory).catch(() => [])).toEqual([]);
    expect(await store.list()).toEqual([]);
  });

  it('leaves nothing behind when a file turns out to be damaged', async () => {
    const { prepare, modelsDirectory, source } = await bench();
    const weights = path.join(source, 'model.safetensors');
    const bytes = await readFile(weights);
    bytes.writeFloatLE(NaN, bytes.length - 40);
    await writeFile(weights, bytes);
    await expect(prepare()).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringMatching(/values that are not numbers/) as string,
    });
    expect(await readdir(modelsDirectory)).toEqual([]);
  });

  it('never replaces a model, and refuses a name that is no name', async () => {
    const { prepare, store } = await bench();
    const card = await prepare('small');
    await expect(prepare('small')).rejects.toMatchObject({ code: 'already_exists' });
    await expect(prepare('../small')).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await store.list()).toEqual([card]);
  });

  it('clears up after a process that died, and lets a living one work on', async () => {
    const { prepare, modelsDirectory } = await bench();
    const { pid } = spawnSync(process.execPath, ['--version']);
    const dead = `.working-${pid}-abc`;
    const alive = `.working-${process.ppid}-abc`;
    await mkdir(path.join(modelsDirectory, dead, 'model'), { recursive: true });
    await mkdir(path.join(modelsDirectory, alive));
    await prepare();
    expect((await readdir(modelsDirectory)).sort()).toEqual([alive, 'small']);
  });
});

describe('a model in the store', () => {
  it('is none when the folder has no card', async () => {
    const { modelsDirectory, store, prepare } = await bench();
    await expect(store.get('small')).rejects.toMatchObject({ code: 'model_not_found' });
    expect(await store.list()).toEqual([]);
    await prepare();
    await rm(path.join(modelsDirectory, 'small', 'card.json'));
    await expect(store.get('small')).rejects.toMatchObject({ code: 'model_not_found' });
    expect(await store.list()).toEqual([]);
  });

  it.each(['fp32.data', 'int8.onnx', 'config.json', 'tokenizer.json'])(
    'is damaged when %s is missing, cut off or changed',
    async (file) => {
      const { modelsDirectory, store, prepare } = await bench();
      await prepare();
      const filePath = path.join(modelsDirectory, 'small', file);
      const whole = await readFile(filePath);
      const expectDamage = (problem: RegExp) =>
        expect(store.get('small')).rejects.toMatchObject({
          code: 'model_invalid',
          message: expect.stringMatching(problem) as string,
          details: { model: 'small', file },
        });

      await writeFile(filePath, whole.subarray(0, -1));
      await expectDamage(/has \d+ bytes instead of \d+/);
      const changed = Buffer.from(whole);
      changed[whole.length >> 1] = (changed[whole.length >> 1] ?? 0) ^ 1;
      await writeFile(filePath, changed);
      await expectDamage(/its contents were changed/);
      await rm(filePath);
      await expectDamage(/it is missing/);
      await writeFile(filePath, whole);
      expect((await store.get('small')).card.name).toBe('small');
    },
  );

  it('is damaged when its card is', async () => {
    const { modelsDirectory, store, prepare } = await bench();
    await prepare();
    await writeFile(path.join(modelsDirectory, 'small', 'card.json'), '{"format":2}');
    await expect(store.get('small')).rejects.toMatchObject({ code: 'model_invalid' });
    expect(await store.list()).toEqual([]);
  });

  it('is whole after a copy that changed nothing but times, and goes by its folder', async () => {
    const { modelsDirectory, store, prepare } = await bench();
    const { sha256 } = await prepare();
    const copy = path.join(modelsDirectory, 'copy');
    await cp(path.join(modelsDirectory, 'small'), copy, { recursive: true });
    await utimes(path.join(copy, 'fp32.data'), new Date(0), new Date(0));
    expect((await store.get('copy')).card).toMatchObject({ name: 'copy', sha256 });
    await rename(copy, path.join(modelsDirectory, '.elsewhere'));
    const elsewhere = await store.open(path.join(modelsDirectory, '.elsewhere'));
    expect(elsewhere.card.sha256).toBe(sha256);
    expect((await store.list()).map(({ name }) => name)).toEqual(['small']);
  });

  it('is gone when it is removed', async () => {
    const { modelsDirectory, store, prepare } = await bench();
    await prepare();
    await store.remove('small');
    expect(await readdir(modelsDirectory)).toEqual([]);
    await expect(store.remove('small')).rejects.toMatchObject({ code: 'model_not_found' });
    await expect(store.remove('..')).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
