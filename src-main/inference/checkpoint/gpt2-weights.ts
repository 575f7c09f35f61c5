import type { Gpt2Config } from './config.ts';
import { invalidModelFile } from './invalid-model.ts';
import type { WeightSource } from './weight-source.ts';

/** One transformer layer. Matrices have the shape [inputs, outputs], as GPT-2's Conv1D keeps them. */
interface LayerWeights {
  readonly attentionNorm: { readonly gain: WeightSource; readonly bias: WeightSource };
  /** Queries, keys and values side by side: [width, 3 × width]. */
  readonly qkv: { readonly matrix: WeightSource; readonly bias: WeightSource };
  readonly projection: { readonly matrix: WeightSource; readonly bias: WeightSource };
  readonly innerNorm: { readonly gain: WeightSource; readonly bias: WeightSource };
  readonly expand: { readonly matrix: WeightSource; readonly bias: WeightSource };
  readonly contract: { readonly matrix: WeightSource; readonly bias: WeightSource };
}

/** A GPT-2's weights, their shapes verified. */
export interface Gpt2Weights {
  /** [vocabulary, width]. */
  readonly tokenEmbedding: WeightSource;
  /** [positions, width]. */
  readonly positionEmbedding: WeightSource;
  readonly layers: readonly LayerWeights[];
  readonly finalNorm: { readonly gain: WeightSource; readonly bias: WeightSource };
  /** [vocabulary, width]; the token embedding itself where the head is tied. */
  readonly head: WeightSource;
}

/** A checkpoint's tensors by name, without the optional `transformer.` prefix. */
export interface TensorTable {
  /** The file that would hold a missing tensor, for messages. */
  readonly file: string;
  readonly tensors: ReadonlyMap<string, { readonly source: WeightSource; readonly file: string }>;
}

/** Finds every weight that a config asks for. Fails with `model_invalid` on a missing or mis-shaped one. */
export function findGpt2Weights(table: TensorTable, config: Gpt2Config): Gpt2Weights {
  refuseSurplusLayers(table, config);

  return arrangeWeights(config, (name, ...dims) => {
    const tensor = table.tensors.get(name);
    if (tensor === undefined) {
      throw invalidModelFile(table.file, `the tensor "${name}" is missing`, {
        details: { tensor: name },
        remedy: 'Check that config.json belongs to these weights, or download the model again.',
      });
    }
    const { source, file } = tensor;
    if (source.dims.length !== dims.length || source.dims.some((n, axis) => n !== dims[axis])) {
      throw invalidModelFile(
        file,
        `the tensor "${name}" has the shape [${source.dims.join(', ')}], and config.json asks for ` +
          `[${dims.join(', ')}]`,
        {
          details: { tensor: name },
          remedy: 'Check that config.json belongs to these weights, or download the model again.',
        },
      );
    }
    return source;
  });
}

/**
 * The weights that a config asks for, whatever they are taken from.
 *
 * @param weight gives the one of this name in the checkpoint, which must have this shape
 */
export function arrangeWeights(
  config: Gpt2Config,
  weight: (name: string, ...dims: number[]) => WeightSource,
): Gpt2Weights {
  const { width, innerWidth, vocabSize, maxPositions } = config;
  const norm = (name: string) => ({
    gain: weight(`${name}.weight`, width),
    bias: weight(`${name}.bias`, width),
  });
  const linear = (name: string, inputs: number, outputs: number) => ({
    matrix: weight(`${name}.weight`, inputs, outputs),
    bias: weight(`${name}.bias`, outputs),
  });

  const tokenEmbedding = weight('wte.weight', vocabSize, width);
  return {
    tokenEmbedding,
    positionEmbedding: weight('wpe.weight', maxPositions, width),
    layers: Array.from({ length: config.layers }, (_, layer) => ({
      attentionNorm: norm(`h.${layer}.ln_1`),
      qkv: linear(`h.${layer}.attn.c_attn`, width, 3 * width),
      projection: linear(`h.${layer}.attn.c_proj`, width, width),
      innerNorm: norm(`h.${layer}.ln_2`),
      expand: linear(`h.${layer}.mlp.c_fc`, width, innerWidth),
      contract: linear(`h.${layer}.mlp.c_proj`, innerWidth, width),
    })),
    finalNorm: norm('ln_f'),
    // A tied head is the embedding, whatever an old file repeats under the head's name.
    head: config.tiedHead ? tokenEmbedding : weight('lm_head.weight', vocabSize, width),
  };
}

/** More layers in the file than in the config: one of the two belongs to another model. */
function refuseSurplusLayers(table: TensorTable, config: Gpt2Config): void {
  for (const [name, { file }] of table.tensors) {
    const layer = /^h\.(\d+)\./.exec(name)?.[1];
    if (layer !== undefined && Number(layer) >= config.layers) {
      throw invalidModelFile(
        file,
        `it has layer ${layer}, and config.json says there are ${config.layers} layers, from 0`,
        {
          details: { tensor: name },
          remedy: 'Check that config.json belongs to these weights, or download the model again.',
        },
      );
    }
  }
}
