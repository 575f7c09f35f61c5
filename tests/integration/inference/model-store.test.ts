import { spawnSync } from 'node:child_process';
import {
  appendFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { variants, variantsFor, type ModelCard } from '../../../src-main/contract/models.ts';
import type { ModelStore } from '../../../src-main/inference/client/types.ts';
import { freeDiskBytes } from '../../../src-main/inference/model-store/disk-space.ts';
import { measureModel } from '../../../src-main/inference/model-store/measure-model.ts';
import { openModelStore } from '../../../src-main/inference/model-store/model-store.ts';
import { prepareModel } from '../../../src-main/inference/model-store/prepare-model.ts';
import { chooseVariant } from '../../../src-main/inference/scoring/price-variant.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import {
  randomWeights,
  safetensors,
  smallSizes,
  storeWeights,
  writeCheckpointFolder,
} from '../../fixtures/checkpoint-folder.ts';
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

/** All but the card, which cannot know its own size. */
async function bytesOf(directory: string, files: readonly string[]): Promise<number> {
  let sum = 0;
  for (const file of files) {
    if (file !== 'card.json') sum += (await stat(path.join(directory, file))).size;
  }
  return sum;
}

describe('importing a model', () => {
  it('puts a whole model into the store, with its card', async () => {
    const { prepare, store, modelsDirectory, source } = await bench();
    await writeFile(path.join(source, 'README.md'), '# A small one');
    await writeFile(
      path.join(source, 'generation_config.json'),
      '{"eos_token_id":[7,8],"top_k":5}',
    );
    const training = {
      ...{ trained_by: 'us', started_on: '2026-01-01T00:00:00Z', ended_on: '2026-01-01T01:00:00Z' },
      ...{ hardware: 'a processor', software: 'PyTorch', configuration: { seed: 1 }, data: [] },
      metrics: { loss: 3 },
    };
    await writeFile(path.join(source, 'training-log.json'), JSON.stringify(training));
    const fractions: number[] = [];
    const card = await prepare('small', { onProgress: ({ fraction }) => fractions.push(fraction) });

    expect(card).toMatchObject({
      ...{ name: 'small', architecture: 'gpt2', n_layer: 2, n_positions: 32, vocab_size: 300 },
      ...{ parameters: 11_904, weights_dtype: 'fp32', bos_token_id: 256, eos_token_ids: [7, 8] },
      ...{ recommended_parameters: { top_k: 5 }, bundled: false, readme: '# A small one', source },
      training,
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

  it('writes fewer variants when it is asked to, and always fp32', async () => {
    const { source, modelsDirectory, store } = await bench();
    await prepareModel({
      ...{ source, modelsDirectory, name: 'small', bundled: false, variants: ['int4'] },
    });
    const { card, directory } = await store.get('small');
    expect(card.variants.map(({ variant }) => variant)).toEqual(['fp32', 'int4']);
    const files = await readdir(directory);
    expect(files.filter((file) => file.endsWith('.data')).sort()).toEqual([
      ...['fp32.data', 'int4.data'],
    ]);
    expect(card.size_bytes).toBe(await bytesOf(directory, files));
  });

  it('leaves out a variant that leads to no probabilities', async () => {
    const { source, modelsDirectory, store } = await bench();
    // Beyond what half precision holds; what follows normalises it.
    const weights = randomWeights(smallSizes);
    weights.get('h.0.attn.c_proj.weight')!.values[5] = 70_000;
    await writeFile(path.join(source, 'model.safetensors'), safetensors(storeWeights(weights)));
    await prepareModel({
      ...{ source, modelsDirectory, name: 'small', bundled: false, variants: ['fp16', 'int4'] },
    });
    const { card, directory } = await store.get('small');
    expect(card.variants.map(({ variant }) => variant)).toEqual(['fp32', 'int4']);
    expect(await readdir(directory)).not.toContain('fp16.data');
  });

  it('says how much space it needs before it writes anything', async () => {
    const { source, modelsDirectory } = await bench();
    const request = { source, modelsDirectory, name: 'small', bundled: false };
    const freeBytes = (free: number | null) => () => Promise.resolve(free);
    const refused = prepareModel(request, {}, freeBytes(16e6));
    await expect(refused).rejects.toMatchObject({
      code: 'disk_full',
      message: expect.stringMatching(/needs 17 MB .* and 16 MB are free\. Nothing was/s) as string,
    });
    expect(await readdir(modelsDirectory).catch(() => 'no folder')).toBe('no folder');
    await prepareModel({ ...request, variants: [] }, {}, freeBytes(null));
  });

  it('knows how much is free where the folder is not there yet', async () => {
    const folder = await temporaryFolder();
    const there = await freeDiskBytes(folder);
    const nowhere = await freeDiskBytes(path.join(folder, 'a', 'b'));
    expect(there).toBeGreaterThan(0);
    expect(nowhere).toBeGreaterThan((there ?? 0) / 2);
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

  it.each(['Writing the fp32', 'Writing the int4', 'Measuring fp32', 'Timing int8'])(
    'leaves what is cleared by the next one when it is killed at: %s',
    async (stage) => {
      const { source, modelsDirectory, store, prepare } = await bench();
      const { signal } = spawnSync(
        process.execPath,
        [path.join(import.meta.dirname, 'killed-import.ts'), source, modelsDirectory, stage],
        { encoding: 'utf8' },
      );
      expect(signal).toBe('SIGKILL');
      expect(await store.list()).toEqual([]);
      expect(await readdir(modelsDirectory)).toEqual([
        expect.stringMatching(/^\.working-/) as string,
      ]);
      await prepare();
      expect(await readdir(modelsDirectory)).toEqual(['small']);
      expect(await store.list()).toHaveLength(1);
    },
  );

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

describe('measuring a model anew', () => {
  const longText = 'The ferry was late again, and nobody on the pier minded. '.repeat(6);

  it('writes what it finds on the card, on the sample or on documents', async () => {
    const { prepare, store } = await bench();
    const before = await prepare();
    const { directory } = await store.get('small');
    const fractions: number[] = [];
    const card = await measureModel(
      { directory, text: 'documents', documents: ['', 'x', longText, 'never read'.repeat(500)] },
      { onProgress: ({ fraction }) => fractions.push(fraction) },
    );
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    // A token is a byte here; 2,048 is where reading stops.
    expect(card.measurement).toMatchObject({ text: 'documents', tokens: 2048 });
    expect(card.variants.map(({ variant }) => variant)).toEqual(variants);
    expect(card.variants[0]?.perplexity).not.toBe(before.variants[0]?.perplexity);
    expect({ ...card, variants: [], measurement: null, default_variant: null }).toEqual({
      ...{ ...before, variants: [], measurement: null, default_variant: null },
    });
    expect((await store.get('small')).card).toEqual(card);

    const again = await measureModel({ directory, text: 'sample', documents: [] });
    const readings = ({ variants: prices }: ModelCard) =>
      prices.map(({ perplexity, top1_agreement }) => [perplexity, top1_agreement]);
    expect(readings(again)).toEqual(readings(before));
    expect(await readdir(directory)).not.toContain('card.json.next');
  });

  it('refuses documents that are too short, and stops when cancelled; the card stays', async () => {
    const { prepare, store } = await bench();
    const before = await prepare();
    const { directory } = await store.get('small');
    await expect(
      measureModel({ directory, text: 'documents', documents: ['x'.repeat(150), 'y'] }),
    ).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/have 150 tokens .* 200 are needed/s) as string,
    });
    const abort = new AbortController();
    const cancelled = measureModel(
      { directory, text: 'documents', documents: [longText] },
      {
        signal: abort.signal,
        onProgress({ message }) {
          if (message.startsWith('Timing')) abort.abort();
        },
      },
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect((await store.get('small')).card).toEqual(before);
  });

  it('completes the card of an earlier version, which opens as it is', async () => {
    const { source, modelsDirectory, store } = await bench();
    await prepareModel({
      ...{ source, modelsDirectory, name: 'small', bundled: false, variants: ['int8'] },
    });
    const { directory, card: now } = await store.get('small');
    const file = path.join(directory, 'card.json');
    const kept = JSON.parse(await readFile(file, 'utf8')) as {
      card: { measurement?: object; variants: { tokens_per_second?: number }[] };
    };
    delete kept.card.measurement;
    for (const price of kept.card.variants) delete price.tokens_per_second;
    await writeFile(file, JSON.stringify({ ...kept, format: 1 }));

    const untimed = now.variants.map((price) => ({ ...price, tokens_per_second: null }));
    expect((await store.get('small')).card).toEqual({
      ...{ ...now, measurement: null, variants: untimed },
    });
    const card = await measureModel({ directory, text: 'sample', documents: [] });
    expect(card.variants.map(({ variant }) => variant)).toEqual(['fp32', 'int8']);
    expect(card.variants.every((price) => price.tokens_per_second !== null)).toBe(true);
    expect((await store.get('small')).card).toEqual(card);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ format: 4 });
  });

  it('says so when the model was removed or replaced meanwhile', async () => {
    const { prepare, store } = await bench();
    await prepare();
    const { directory } = await store.get('small');
    const meanwhile = (change: () => Promise<unknown>) => {
      let changing: Promise<unknown> | null = null;
      const measuring = measureModel(
        { directory, text: 'sample', documents: [] },
        {
          onProgress({ message }) {
            if (message === 'Timing fp32') changing ??= change();
          },
        },
      );
      return measuring.finally(() => changing);
    };
    await expect(
      meanwhile(async () => {
        const file = path.join(directory, 'card.json');
        const text = await readFile(file, 'utf8');
        await writeFile(file, text.replace(/"imported_on": "20../, '"imported_on": "1999'));
      }),
    ).rejects.toMatchObject({ code: 'model_in_use' });
    await expect(meanwhile(() => rm(directory, { recursive: true }))).rejects.toMatchObject({
      code: 'model_not_found',
    });
    expect(await readdir(path.dirname(directory))).toEqual([]);
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
