import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { Checkpoint } from '../../../src-main/inference/checkpoint/checkpoint.ts';
import {
  rowChunks,
  rowCount,
  rowLength,
  type WeightSource,
} from '../../../src-main/inference/checkpoint/weight-source.ts';
import { encodeGgml } from './ggml-blocks.ts';
import { writeGguf, type GgmlType, type GgufTensor, type GgufValue } from './gguf-file.ts';

/** llama.cpp's name for a file whose matrices are of one type (`enum llama_ftype`). */
const fileTypes: Readonly<Record<GgmlType, number>> = { f32: 0, f16: 1, q4_0: 2, q8_0: 7 };
const quantizationVersion = 2;
/** Kinds of tokens: ordinary text, and what only controls (`enum llama_token_type`). */
const tokenTypes = { normal: 1, control: 3 } as const;

/**
 * Writes a checkpoint as llama.cpp reads GPT-2: matrices in `type`, norms, biases and positions
 * in fp32. The head is the embedding where it is tied.
 */
export async function writeGpt2Gguf(
  checkpoint: Checkpoint,
  type: GgmlType,
  filePath: string,
): Promise<void> {
  const metadata = { ...describeModel(checkpoint, type), ...(await describeTokens(checkpoint)) };
  await writeGguf(filePath, metadata, gpt2Tensors(checkpoint, type));
}

function describeModel({ config }: Checkpoint, type: GgmlType): Record<string, GgufValue> {
  const uint32 = (value: number): GgufValue => ({ type: 'uint32', value });
  return {
    'general.architecture': { type: 'string', value: 'gpt2' },
    'general.name': { type: 'string', value: 'gpt2' },
    'general.file_type': uint32(fileTypes[type]),
    'general.quantization_version': uint32(quantizationVersion),
    'gpt2.block_count': uint32(config.layers),
    'gpt2.context_length': uint32(config.maxPositions),
    'gpt2.embedding_length': uint32(config.width),
    'gpt2.feed_forward_length': uint32(config.innerWidth),
    'gpt2.attention.head_count': uint32(config.heads),
    'gpt2.attention.layer_norm_epsilon': { type: 'float32', value: config.layerNormEpsilon },
  };
}

const tokenizerSchema = v.object({
  added_tokens: v.array(v.object({ id: v.number(), content: v.string() })),
  model: v.object({
    vocab: v.custom<Record<string, number>>((value) => typeof value === 'object' && value !== null),
    merges: v.array(v.union([v.string(), v.array(v.string())])),
  }),
});

async function describeTokens({
  directory,
  config,
}: Checkpoint): Promise<Record<string, GgufValue>> {
  const file = await readFile(path.join(directory, 'tokenizer.json'), 'utf8');
  const { added_tokens, model } = v.parse(tokenizerSchema, JSON.parse(file));
  const tokens = Array.from({ length: config.vocabSize }, (_, id) => `<unused${id}>`);
  const types = new Array<number>(config.vocabSize).fill(tokenTypes.normal);
  for (const [token, id] of Object.entries(model.vocab)) tokens[id] = token;
  for (const { id, content } of added_tokens) {
    tokens[id] = content;
    types[id] = tokenTypes.control;
  }
  const end = config.eosTokenIds[0] ?? config.vocabSize - 1;
  return {
    'tokenizer.ggml.model': { type: 'string', value: 'gpt2' },
    'tokenizer.ggml.pre': { type: 'string', value: 'gpt-2' },
    'tokenizer.ggml.tokens': { type: 'strings', value: tokens },
    'tokenizer.ggml.token_type': { type: 'int32s', value: types },
    'tokenizer.ggml.merges': {
      type: 'strings',
      value: model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' '))),
    },
    'tokenizer.ggml.bos_token_id': { type: 'uint32', value: end },
    'tokenizer.ggml.eos_token_id': { type: 'uint32', value: end },
  };
}

function gpt2Tensors({ weights }: Checkpoint, type: GgmlType): GgufTensor[] {
  const norm = (name: string, { gain, bias }: (typeof weights)['finalNorm']) => [
    asItIs(`${name}.weight`, gain, 'f32'),
    asItIs(`${name}.bias`, bias, 'f32'),
  ];
  const linear = (name: string, { matrix, bias }: (typeof weights)['layers'][number]['qkv']) => [
    turned(`${name}.weight`, matrix, type),
    asItIs(`${name}.bias`, bias, 'f32'),
  ];
  return [
    asItIs('token_embd.weight', weights.tokenEmbedding, type),
    asItIs('position_embd.weight', weights.positionEmbedding, 'f32'),
    ...weights.layers.flatMap((layer, index) => [
      ...norm(`blk.${index}.attn_norm`, layer.attentionNorm),
      ...linear(`blk.${index}.attn_qkv`, layer.qkv),
      ...linear(`blk.${index}.attn_output`, layer.projection),
      ...norm(`blk.${index}.ffn_norm`, layer.innerNorm),
      ...linear(`blk.${index}.ffn_up`, layer.expand),
      ...linear(`blk.${index}.ffn_down`, layer.contract),
    ]),
    ...norm('output_norm', weights.finalNorm),
    ...(weights.head === weights.tokenEmbedding
      ? []
      : [asItIs('output.weight', weights.head, type)]),
  ];
}

function asItIs(name: string, source: WeightSource, type: GgmlType): GgufTensor {
  return {
    name,
    type,
    dims: source.dims.toReversed(),
    async *chunks() {
      for await (const { values } of rowChunks(source)) yield encodeGgml(type, values);
    },
  };
}

/** GPT-2 keeps its matrices as [inputs, outputs]; ggml multiplies by [outputs, inputs]. */
function turned(name: string, source: WeightSource, type: GgmlType): GgufTensor {
  const inputs = rowCount(source);
  const outputs = rowLength(source);
  return {
    name,
    type,
    dims: [inputs, outputs],
    async *chunks() {
      const values = await source.readRows(0, inputs);
      const transposed = new Float32Array(values.length);
      for (let input = 0; input < inputs; input += 1) {
        for (let output = 0; output < outputs; output += 1) {
          transposed[output * inputs + input] = values[input * outputs + output]!;
        }
      }
      yield encodeGgml(type, transposed);
    },
  };
}
