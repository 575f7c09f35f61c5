import { open, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  openCheckpoint,
  type Checkpoint,
} from '../../../src-main/inference/checkpoint/checkpoint.ts';
import {
  rowChunks,
  type WeightSource,
} from '../../../src-main/inference/checkpoint/weight-source.ts';
import { prepareModel } from '../../../src-main/inference/model-store/prepare-model.ts';
import { loadTokenizer } from '../../../src-main/inference/tokenizer/load-tokenizer.ts';
import {
  byteTokenizer,
  configOf,
  randomWeights,
  safetensors,
  smallSizes,
  storeWeights,
  writeCheckpointFolder,
  type CheckpointSizes,
  type StoredTensor,
  type StoredType,
  type Weights,
} from '../../fixtures/checkpoint-folder.ts';
import { tensorShapes } from '../../fixtures/large-checkpoint.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/*
 * Folders as they are published on the Hugging Face hub: every option that their config.json
 * have is here, with the sizes of a small model where the weights are looked at.
 */

/** What the configs of 2019 have in common. */
const firstRelease = {
  activation_function: 'gelu_new',
  architectures: ['GPT2LMHeadModel'],
  attn_pdrop: 0.1,
  bos_token_id: 256,
  embd_pdrop: 0.1,
  eos_token_id: 256,
  initializer_range: 0.02,
  layer_norm_epsilon: 1e-5,
  model_type: 'gpt2',
  resid_pdrop: 0.1,
  summary_activation: null,
  summary_first_dropout: 0.1,
  summary_proj_to_labels: true,
  summary_type: 'cls_index',
  summary_use_proj: true,
  task_specific_params: { 'text-generation': { do_sample: true, max_length: 50 } },
};
const laterFineTune = {
  ...firstRelease,
  _name_or_path: 'gpt2',
  n_inner: null,
  reorder_and_upcast_attn: false,
  scale_attn_by_inverse_layer_idx: false,
  scale_attn_weights: true,
  torch_dtype: 'float32',
  transformers_version: '4.28.1',
  use_cache: true,
  add_cross_attention: false,
  pruned_heads: {},
};

interface Published {
  readonly config: Readonly<Record<string, unknown>>;
  readonly sizes?: Partial<CheckpointSizes>;
  readonly dtype?: StoredType;
  readonly prefix?: string;
  /** Older files keep causal masks among the weights: their names and types. */
  readonly masks?: 'F32' | 'U8' | 'BOOL';
  readonly repeatsHead?: boolean;
  readonly shards?: number;
}

const published: Readonly<Record<string, Published>> = {
  gpt2: { config: { ...firstRelease, n_ctx: 32 }, prefix: '', masks: 'F32' },
  'gpt2-xl': {
    config: { ...firstRelease, n_special: 0, predict_special_tokens: true, output_past: true },
    prefix: '',
    masks: 'F32',
  },
  distilgpt2: {
    config: {
      ...firstRelease,
      _num_labels: 1,
      id2label: { 0: 'LABEL_0' },
      label2id: { LABEL_0: 0 },
    },
    masks: 'F32',
    repeatsHead: true,
  },
  DialoGPT: {
    config: {
      ...firstRelease,
      model_type: undefined,
      task_specific_params: { conversational: { max_length: 1000 } },
    },
    masks: 'U8',
    repeatsHead: true,
  },
  'a fine-tune': { config: laterFineTune, masks: 'BOOL' },
  'a fine-tune in fp16, in shards': {
    config: { ...laterFineTune, torch_dtype: 'float16', pad_token_id: 256 },
    dtype: 'F16',
    shards: 3,
  },
  'a fine-tune of today': {
    config: {
      ...laterFineTune,
      torch_dtype: undefined,
      dtype: 'bfloat16',
      tie_word_embeddings: true,
      transformers_version: '5.0.0',
      eos_token_id: [256, 10],
    },
    dtype: 'BF16',
  },
  'one with a head of its own and an odd width inside': {
    config: { ...laterFineTune, tie_word_embeddings: false, n_inner: 40 },
    sizes: { tie_word_embeddings: false, n_inner: 40 },
    shards: 2,
  },
  'one with the general names of sizes': {
    config: {
      ...firstRelease,
      ...{ n_layer: undefined, n_head: undefined, n_embd: undefined, n_positions: undefined },
      ...{ num_hidden_layers: 2, num_attention_heads: 2, hidden_size: 16 },
      max_position_embeddings: 32,
    },
  },
  'one with each layer scaled': {
    config: {
      ...laterFineTune,
      scale_attn_by_inverse_layer_idx: true,
      reorder_and_upcast_attn: true,
    },
  },
  'a bare model without its head': {
    config: { ...laterFineTune, architectures: ['GPT2Model'] },
    prefix: '',
  },
  'a vocabulary of its own': {
    config: { ...laterFineTune, activation_function: 'gelu' },
    sizes: { vocab_size: 1_000 },
  },
};

/** Writes it, and answers the weights that are in it. */
async function publish(folder: string, name: string): Promise<Weights> {
  const { config, dtype, prefix, masks, repeatsHead, shards, ...rest } = published[name]!;
  const sizes = { ...smallSizes, ...rest.sizes };
  const weights = randomWeights(sizes);
  await writeCheckpointFolder(folder, sizes);
  const all = { ...configOf(sizes), ...config };
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(all, null, 2));

  const tensors = storeWeights(weights, {
    ...(dtype !== undefined && { dtype }),
    ...(prefix !== undefined && { prefix }),
  });
  if (masks !== undefined) addMasks(tensors, masks, prefix ?? 'transformer.');
  if (repeatsHead === true) {
    tensors.set('lm_head.weight', tensors.get(`${prefix ?? 'transformer.'}wte.weight`)!);
  }
  if (shards === undefined) {
    await writeFile(path.join(folder, 'model.safetensors'), safetensors(tensors));
  } else {
    await rm(path.join(folder, 'model.safetensors'));
    await writeShards(folder, tensors, shards);
  }
  return weights;
}

function addMasks(tensors: Map<string, StoredTensor>, dtype: string, prefix: string): void {
  const bytes = 32 * 32 * (dtype === 'F32' ? 4 : 1);
  for (const layer of [0, 1]) {
    const name = `${prefix}h.${layer}.attn`;
    tensors.set(`${name}.bias`, { dtype, shape: [1, 1, 32, 32], bytes: new Uint8Array(bytes) });
    tensors.set(`${name}.masked_bias`, { dtype: 'F32', shape: [], bytes: new Uint8Array(4) });
  }
}

async function writeShards(
  folder: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  count: number,
): Promise<void> {
  const entries = [...tensors];
  const weight_map: Record<string, string> = {};
  let total_size = 0;
  for (let shard = 0; shard < count; shard += 1) {
    const number = (n: number) => String(n).padStart(5, '0');
    const file = `model-${number(shard + 1)}-of-${number(count)}.safetensors`;
    const part = entries.filter((_, index) => index % count === shard);
    for (const [name, { bytes }] of part) {
      weight_map[name] = file;
      total_size += bytes.byteLength;
    }
    await writeFile(path.join(folder, file), safetensors(new Map(part)));
  }
  await writeFile(
    path.join(folder, 'model.safetensors.index.json'),
    JSON.stringify({ metadata: { total_size }, weight_map }),
  );
}

async function valuesOf(source: WeightSource): Promise<number[]> {
  const all: number[] = [];
  for await (const { values } of rowChunks(source)) all.push(...values);
  return all;
}

/** A checkpoint's weights under the names of the file. */
function namedSources({ weights }: Checkpoint): Map<string, WeightSource> {
  const sources = new Map([
    ['wte.weight', weights.tokenEmbedding],
    ['wpe.weight', weights.positionEmbedding],
    ['ln_f.weight', weights.finalNorm.gain],
    ['ln_f.bias', weights.finalNorm.bias],
  ]);
  weights.layers.forEach((layer, index) => {
    const name = `h.${index}`;
    sources.set(`${name}.ln_1.weight`, layer.attentionNorm.gain);
    sources.set(`${name}.ln_1.bias`, layer.attentionNorm.bias);
    sources.set(`${name}.ln_2.weight`, layer.innerNorm.gain);
    sources.set(`${name}.ln_2.bias`, layer.innerNorm.bias);
    for (const [part, linear] of [
      ['attn.c_attn', layer.qkv],
      ['attn.c_proj', layer.projection],
      ['mlp.c_fc', layer.expand],
      ['mlp.c_proj', layer.contract],
    ] as const) {
      sources.set(`${name}.${part}.weight`, linear.matrix);
      sources.set(`${name}.${part}.bias`, linear.bias);
    }
  });
  return sources;
}

describe.each(Object.keys(published))('%s as it is published', (name) => {
  it('opens with exactly its weights', async () => {
    const folder = await temporaryFolder();
    const wanted = await publish(folder, name);
    const checkpoint = await openCheckpoint(folder);
    onTestFinished(() => checkpoint.close());
    const sources = namedSources(checkpoint);
    const head = wanted.get('lm_head.weight');
    sources.set('head', checkpoint.weights.head);
    // Half precision keeps 8 or 11 bits.
    const { dtype = 'F32' } = published[name]!;
    const precision = { F32: 0, F16: 2 ** -10, BF16: 2 ** -7 }[dtype];
    for (const [tensor, { values }] of [
      ...wanted,
      ['head', head ?? wanted.get('wte.weight')!] as const,
    ]) {
      if (tensor === 'lm_head.weight') continue;
      const read = await valuesOf(sources.get(tensor)!);
      expect(read).toHaveLength(values.length);
      const wrong = read.findIndex(
        (value, i) =>
          Math.abs(value - values[i]!) > Math.abs(values[i]!) * precision + precision / 1e3,
      );
      expect({ tensor, wrong }).toEqual({ tensor, wrong: -1 });
    }
    expect(checkpoint.config).toMatchObject({ layers: 2, heads: 2, width: 16, maxPositions: 32 });
    expect(checkpoint.weightType).toBe(dtype);
  });

  it('becomes a model', async () => {
    const folder = await temporaryFolder();
    const source = path.join(folder, 'source');
    await publish(source, name);
    const card = await prepareModel({
      ...{ source, modelsDirectory: path.join(folder, 'models'), name: 'm', bundled: false },
      variants: [],
    });
    expect(card).toMatchObject({ n_layer: 2, n_head: 2, n_embd: 16, n_positions: 32 });
    expect(card.variants[0]?.perplexity).toBeLessThan(1e6);
  });
});

describe('the tokenizer of a folder', () => {
  it('may be the pair of vocab.json and merges.txt', async () => {
    const folder = await temporaryFolder();
    await writeCheckpointFolder(folder);
    const { model } = byteTokenizer() as { model: { vocab: Record<string, number> } };
    await rm(path.join(folder, 'tokenizer.json'));
    const vocab = { ...model.vocab, th: 257, Ġth: 258 };
    await writeFile(path.join(folder, 'vocab.json'), JSON.stringify(vocab));
    await writeFile(path.join(folder, 'merges.txt'), '#version: 0.2\nt h\nĠ th\n');
    const models = path.join(folder, 'models');
    await prepareModel({
      ...{ source: folder, modelsDirectory: models, name: 'm', bundled: false, variants: [] },
    });
    // From the model store: its source is needed no more.
    const tokenizer = await loadTokenizer(path.join(models, 'm'), smallSizes.vocab_size);
    expect(tokenizer.encode('a then')).toEqual([97, 258, 101, 110]);
  });
});

describe('generation_config.json', () => {
  it('gives its special tokens to the model and its advice to the card', async () => {
    const folder = await temporaryFolder();
    await writeCheckpointFolder(folder);
    const advice = { do_sample: true, top_k: 40, temperature: 0.8 };
    await writeFile(
      path.join(folder, 'generation_config.json'),
      JSON.stringify({
        ...{ _from_model_config: true, transformers_version: '4.40.0', ...advice },
        ...{ bos_token_id: 1, eos_token_id: [2, 3], pad_token_id: 4 },
      }),
    );
    const card = await prepareModel({
      ...{ source: folder, modelsDirectory: path.join(folder, 'models'), name: 'm' },
      ...{ bundled: false, variants: [] },
    });
    expect(card).toMatchObject({
      ...{ bos_token_id: 1, eos_token_ids: [2, 3], pad_token_id: 4 },
      recommended_parameters: advice,
    });
  });
});

describe('the real shapes', () => {
  it.each([
    ['distilgpt2', 6, 12, 768, 81_912_576],
    ['gpt2', 12, 12, 768, 124_439_808],
    ['gpt2-medium', 24, 16, 1024, 354_823_168],
    ['gpt2-large', 36, 20, 1280, 774_030_080],
    ['gpt2-xl', 48, 25, 1600, 1_557_611_200],
  ])('%s opens', async (_, n_layer, n_head, n_embd, parameters) => {
    const folder = await temporaryFolder();
    const sizes = { n_layer, n_head, n_embd, n_positions: 1024, vocab_size: 50_257 };
    await writeCheckpointFolder(folder);
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(configOf(sizes)));
    await writeEmptyWeights(path.join(folder, 'model.safetensors'), sizes);
    const checkpoint = await openCheckpoint(folder);
    onTestFinished(() => checkpoint.close());
    expect(checkpoint.parameterCount).toBe(parameters);
  });

  /** The header of a real file; the zeros after it take no room on the disk. */
  async function writeEmptyWeights(file: string, sizes: CheckpointSizes): Promise<void> {
    const header: Record<string, unknown> = {};
    let end = 0;
    for (const [name, shape] of tensorShapes(sizes)) {
      const bytes = 2 * shape.reduce((product, n) => product * n, 1);
      header[name] = { dtype: 'F16', shape, data_offsets: [end, (end += bytes)] };
    }
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    const handle = await open(file, 'w');
    await handle.writeFile(Buffer.concat([length, json]));
    await handle.close();
    await truncate(file, 8 + json.length + end);
  }
});
