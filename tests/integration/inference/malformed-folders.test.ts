import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { rowChunks } from '../../../src-main/inference/checkpoint/weight-source.ts';
import { openCheckpoint } from '../../../src-main/inference/checkpoint/checkpoint.ts';
import {
  configOf,
  randomWeights,
  safetensors,
  smallSizes,
  storeWeights,
  writeCheckpointFolder,
  type StoredTensor,
} from '../../fixtures/checkpoint-folder.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const weightsFile = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';
type Stored = Map<string, StoredTensor>;

async function goodFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await writeCheckpointFolder(folder);
  return folder;
}

async function folderWithWeights(spoil: (tensors: Stored) => void): Promise<string> {
  const folder = await goodFolder();
  const tensors = storeWeights(randomWeights(smallSizes));
  spoil(tensors);
  await writeFile(path.join(folder, weightsFile), safetensors(tensors));
  return folder;
}

/** Two files and their index; the second has what the first has not. */
async function shardedFolder(): Promise<{ folder: string; index: Record<string, string> }> {
  const folder = await goodFolder();
  await rm(path.join(folder, weightsFile));
  const tensors = [...storeWeights(randomWeights(smallSizes))];
  const index: Record<string, string> = {};
  for (const [file, part] of [
    ['a.safetensors', tensors.slice(0, 9)],
    ['b.safetensors', tensors.slice(9)],
  ] as const) {
    await writeFile(path.join(folder, file), safetensors(new Map(part)));
    for (const [name] of part) index[name] = file;
  }
  await writeFile(path.join(folder, indexFile), JSON.stringify({ weight_map: index }));
  return { folder, index };
}

function expectRefusal(folder: string, file: string, problem: string | RegExp) {
  return expect(openCheckpoint(folder)).rejects.toMatchObject({
    code: 'model_invalid',
    message: expect.stringMatching(problem) as string,
    details: expect.objectContaining({ file }) as object,
  });
}

describe('a model folder', () => {
  it('opens when it is whole, in one file or in several', async () => {
    const single = await openCheckpoint(await goodFolder());
    const sharded = await openCheckpoint((await shardedFolder()).folder);
    expect(sharded.parameterCount).toBe(single.parameterCount);
    expect(sharded.files).toEqual(
      ['a.safetensors', 'b.safetensors', 'config.json', indexFile, 'tokenizer.json'].sort(),
    );
    await Promise.all([single.close(), sharded.close()]);
  });

  it.each([
    ['config.json', 'config.json'],
    [weightsFile, weightsFile],
    ['tokenizer.json', 'tokenizer.json'],
  ])('is refused without %s', async (file, named) => {
    const folder = await goodFolder();
    await rm(path.join(folder, file));
    await expectRefusal(folder, named, /it is missing/);
  });

  it('is refused where the weights are cut off at any place', async () => {
    const folder = await goodFolder();
    const file = path.join(folder, weightsFile);
    const whole = await readFile(file);
    for (const length of [0, 4, 8, 100, whole.length - 1]) {
      await writeFile(file, whole.subarray(0, length));
      await expectRefusal(folder, weightsFile, /^model\.safetensors: /);
    }
  });

  it('is refused where a tensor is missing', async () => {
    const folder = await folderWithWeights((tensors) =>
      tensors.delete('transformer.h.1.ln_2.bias'),
    );
    await expectRefusal(folder, weightsFile, /"h\.1\.ln_2\.bias" is missing/);
  });

  it('is refused where a tensor has another shape', async () => {
    const folder = await folderWithWeights((tensors) => {
      const tensor = tensors.get('transformer.h.0.attn.c_attn.weight')!;
      tensors.set('transformer.h.0.attn.c_attn.weight', { ...tensor, shape: [48, 16] });
    });
    await expectRefusal(folder, weightsFile, /has the shape \[48, 16\].*asks for \[16, 48\]/);
  });

  it('is refused where config.json belongs to another model', async () => {
    const folder = await goodFolder();
    const config = path.join(folder, 'config.json');
    await writeFile(config, JSON.stringify(configOf({ ...smallSizes, n_layer: 1 })));
    await expectRefusal(folder, weightsFile, /has layer 1, and config\.json says/);
    await writeFile(config, JSON.stringify(configOf({ ...smallSizes, vocab_size: 301 })));
    await expectRefusal(folder, weightsFile, /"wte\.weight" has the shape \[300, 16\]/);
  });

  it('is refused where weights are whole numbers', async () => {
    const folder = await folderWithWeights((tensors) => {
      const tensor = tensors.get('transformer.wte.weight')!;
      tensors.set('transformer.wte.weight', { ...tensor, dtype: 'I32' });
    });
    await expectRefusal(folder, weightsFile, /has the type I32, and weights are/);
  });

  it('is refused where a type is mislabelled', async () => {
    const folder = await folderWithWeights((tensors) => {
      const tensor = tensors.get('transformer.wpe.weight')!;
      tensors.set('transformer.wpe.weight', { ...tensor, dtype: 'F16' });
    });
    await expectRefusal(folder, weightsFile, /"transformer\.wpe\.weight" of type F16/);
  });

  it('is refused, when its weights are read, where a value is not a number', async () => {
    const weights = randomWeights(smallSizes);
    weights.get('h.0.mlp.c_fc.weight')?.values.fill(NaN, 700, 701);
    const folder = await goodFolder();
    await writeFile(path.join(folder, weightsFile), safetensors(storeWeights(weights)));
    const checkpoint = await openCheckpoint(folder);
    const matrix = checkpoint.weights.layers[0]?.expand.matrix;
    const readAll = async () => {
      let read = 0;
      if (matrix !== undefined)
        for await (const { values } of rowChunks(matrix)) read += values.length;
      return read;
    };
    await expect(readAll()).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining('"transformer.h.0.mlp.c_fc.weight"') as string,
    });
    await checkpoint.close();
  });

  it('is refused where a separate head is missing, and a tied one need not be there', async () => {
    const folder = await goodFolder();
    const config = { ...configOf(smallSizes), tie_word_embeddings: false };
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
    await expectRefusal(folder, weightsFile, /"lm_head\.weight" is missing/);
  });

  it('is refused where a tensor is there under both of its names', async () => {
    const folder = await folderWithWeights((tensors) => {
      tensors.set('ln_f.bias', tensors.get('transformer.ln_f.bias')!);
    });
    await expectRefusal(folder, weightsFile, /"ln_f\.bias" is there twice/);
  });

  it('may hold the causal masks of older releases', async () => {
    const folder = await folderWithWeights((tensors) => {
      const mask = { dtype: 'U8', shape: [1, 1, 32, 32], bytes: new Uint8Array(32 * 32) };
      tensors.set('transformer.h.0.attn.bias', mask);
      tensors.set('transformer.h.0.attn.masked_bias', {
        dtype: 'F32',
        shape: [],
        bytes: new Uint8Array(4),
      });
    });
    const checkpoint = await openCheckpoint(folder);
    await checkpoint.close();
  });

  it('is refused where one of several files is missing, or holds what the index puts elsewhere', async () => {
    const { folder, index } = await shardedFolder();
    const swapped = { ...index, 'transformer.ln_f.bias': 'a.safetensors' };
    await writeFile(path.join(folder, indexFile), JSON.stringify({ weight_map: swapped }));
    await expectRefusal(folder, 'b.safetensors', /places in a\.safetensors/);

    const invented = { ...index, 'transformer.h.9.ln_1.bias': 'a.safetensors' };
    await writeFile(path.join(folder, indexFile), JSON.stringify({ weight_map: invented }));
    await expectRefusal(folder, 'a.safetensors', /it lacks "transformer\.h\.9\.ln_1\.bias"/);

    await writeFile(path.join(folder, indexFile), JSON.stringify({ weight_map: index }));
    await rm(path.join(folder, 'b.safetensors'));
    await expectRefusal(folder, 'b.safetensors', /it is missing, and model\.safetensors\.index/);
  });

  it('may not name files outside of itself', async () => {
    const { folder } = await shardedFolder();
    const outside = { weight_map: { 'transformer.ln_f.bias': '../a.safetensors' } };
    await writeFile(path.join(folder, indexFile), JSON.stringify(outside));
    await expectRefusal(folder, indexFile, /transformer\.ln_f\.bias/);
  });

  it('is asked for the second tokenizer file when only one of a pair is there', async () => {
    const folder = await goodFolder();
    await rm(path.join(folder, 'tokenizer.json'));
    await writeFile(path.join(folder, 'vocab.json'), '{}');
    await expectRefusal(folder, 'merges.txt', /it is missing/);
  });
});
