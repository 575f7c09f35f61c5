import * as v from 'valibot';
import { invalidModelFile, unsupportedModel } from './invalid-model.ts';
import { readModelJson } from './read-json.ts';

/*
 * `config.json` of a GPT-2 checkpoint. Absent options have the defaults of Hugging Face's
 * GPT2Config; options that would change the numbers and are not known here are refused by name.
 */

/** How the feed-forward layer bends: the tanh form of GELU, the exact one, or ReLU. */
export type Activation = 'gelu_tanh' | 'gelu' | 'relu';

export interface Gpt2Config {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  /** Width of the feed-forward layer. */
  readonly innerWidth: number;
  readonly maxPositions: number;
  readonly vocabSize: number;
  readonly layerNormEpsilon: number;
  readonly activation: Activation;
  /** Factor on the attention scores of each layer, before the softmax. */
  readonly attentionScales: readonly number[];
  readonly tiedHead: boolean;
  readonly bosTokenId: number | null;
  readonly eosTokenIds: readonly number[];
  readonly padTokenId: number | null;
}

const file = 'config.json';
/** Far beyond any GPT-2, near enough that products of sizes stay exact. */
const maxSize = 10_000_000;
const count = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(maxSize, `must be at most ${maxSize}`),
);
/** A model that reads one token has no room to write one. */
const context = v.pipe(count, v.minValue(2, 'must be at least 2'));
const flag = v.boolean('must be true or false');
const tokenId = v.pipe(
  v.number('must be a token id'),
  v.integer('must be a token id'),
  v.minValue(0, 'must be a token id'),
);
export const tokenIdsSchema = v.union([tokenId, v.array(tokenId)], 'must be a token id or a list');

const schema = v.object(
  {
    model_type: v.nullish(v.string('must be a text')),
    architectures: v.nullish(v.array(v.string())),
    n_layer: v.optional(count),
    n_head: v.optional(count),
    n_embd: v.optional(count),
    n_inner: v.nullish(count),
    n_positions: v.optional(context),
    // Names that Hugging Face takes for those above (`attribute_map`).
    num_hidden_layers: v.optional(count),
    num_attention_heads: v.optional(count),
    hidden_size: v.optional(count),
    max_position_embeddings: v.optional(context),
    n_ctx: v.optional(context),
    vocab_size: v.optional(count, 50_257),
    layer_norm_epsilon: v.optional(
      v.pipe(
        v.number('must be a number'),
        v.gtValue(0, 'must be above 0'),
        v.maxValue(1, 'must be at most 1'),
      ),
      1e-5,
    ),
    activation_function: v.optional(v.string('must be a text'), 'gelu_new'),
    scale_attn_weights: v.optional(flag, true),
    scale_attn_by_inverse_layer_idx: v.optional(flag, false),
    // The same numbers, computed in another order for training in half precision.
    reorder_and_upcast_attn: v.optional(flag, false),
    tie_word_embeddings: v.optional(flag, true),
    add_cross_attention: v.optional(flag, false),
    pruned_heads: v.nullish(v.record(v.string(), v.unknown()), {}),
    quantization_config: v.optional(v.unknown()),
    bos_token_id: v.nullish(tokenId, null),
    eos_token_id: v.nullish(tokenIdsSchema, null),
    pad_token_id: v.nullish(tokenId, null),
  },
  'must be a table of options',
);

const activations: Readonly<Record<string, Activation>> = {
  gelu_new: 'gelu_tanh',
  gelu_pytorch_tanh: 'gelu_tanh',
  gelu_fast: 'gelu_tanh',
  gelu_accurate: 'gelu_tanh',
  gelu: 'gelu',
  gelu_python: 'gelu',
  relu: 'relu',
};
const languageModels = ['GPT2LMHeadModel', 'GPT2Model', 'GPT2DoubleHeadsModel'];

/** Reads and checks a folder's `config.json`. Fails with `model_invalid` or `model_unsupported`. */
export async function readGpt2Config(directory: string): Promise<Gpt2Config> {
  const raw = await readModelJson(directory, file, schema);
  if (raw === null) {
    throw invalidModelFile(file, 'it is missing', {
      remedy:
        'Choose the folder of a Hugging Face model: config.json, model.safetensors and the tokenizer files.',
    });
  }
  refuseUnsupported(raw);
  const activation = Object.hasOwn(activations, raw.activation_function)
    ? activations[raw.activation_function]
    : undefined;
  if (activation === undefined) {
    throw unsupportedModel(
      file,
      `the activation function "${raw.activation_function}" is not supported`,
      'activation_function',
    );
  }
  const layers = eitherName(raw, 'n_layer', 'num_hidden_layers') ?? 12;
  const heads = eitherName(raw, 'n_head', 'num_attention_heads') ?? 12;
  const width = eitherName(raw, 'n_embd', 'hidden_size') ?? 768;
  const positions = eitherName(raw, 'n_positions', 'max_position_embeddings');
  if (width % heads !== 0) {
    throw invalidModelFile(file, `"n_embd" (${width}) cannot be divided by "n_head" (${heads})`, {
      details: { option: 'n_head' },
    });
  }
  const baseScale = raw.scale_attn_weights ? (width / heads) ** -0.5 : 1;
  return {
    layers,
    heads,
    width,
    innerWidth: raw.n_inner ?? 4 * width,
    maxPositions: positions ?? raw.n_ctx ?? 1024,
    vocabSize: raw.vocab_size,
    layerNormEpsilon: raw.layer_norm_epsilon,
    activation,
    attentionScales: Array.from({ length: layers }, (_, layer) =>
      raw.scale_attn_by_inverse_layer_idx ? baseScale / (layer + 1) : baseScale,
    ),
    tiedHead: raw.tie_word_embeddings,
    bosTokenId: raw.bos_token_id,
    eosTokenIds: [raw.eos_token_id ?? []].flat(),
    padTokenId: raw.pad_token_id,
  };
}

type RawConfig = v.InferOutput<typeof schema>;
type OwnName = 'n_layer' | 'n_head' | 'n_embd' | 'n_positions';
type GeneralName =
  'num_hidden_layers' | 'num_attention_heads' | 'hidden_size' | 'max_position_embeddings';

/** A size under GPT-2's own name or the general one; both may be there and then agree. */
function eitherName(raw: RawConfig, own: OwnName, general: GeneralName): number | undefined {
  const [first, second] = [raw[own], raw[general]];
  if (first === undefined || second === undefined || first === second) return first ?? second;
  throw invalidModelFile(file, `"${own}" is ${first} and "${general}" is ${second}`, {
    details: { option: own },
  });
}

function refuseUnsupported(raw: RawConfig): void {
  const architectures = raw.architectures ?? [];
  const isLanguageModel = architectures.some((name) => languageModels.includes(name));
  // The oldest files name the class alone.
  const named = raw.model_type ?? (isLanguageModel ? 'gpt2' : 'unnamed');
  if (named !== 'gpt2') {
    throw unsupportedModel(file, `the architecture "${named}" is not supported`, 'model_type');
  }
  if (architectures.length > 0 && !isLanguageModel) {
    throw unsupportedModel(
      file,
      `"${architectures.join(', ')}" is not a language model`,
      'architectures',
    );
  }
  if (raw.add_cross_attention) {
    throw unsupportedModel(file, 'cross-attention is not supported', 'add_cross_attention');
  }
  if (Object.keys(raw.pruned_heads).length > 0) {
    throw unsupportedModel(file, 'pruned attention heads are not supported', 'pruned_heads');
  }
  if (raw.quantization_config !== undefined && raw.quantization_config !== null) {
    throw unsupportedModel(
      file,
      'the weights are quantised already; import the original fp32, fp16 or bf16 model',
      'quantization_config',
    );
  }
}
