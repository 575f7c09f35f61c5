import { assertNever } from '../../contract/errors.ts';
import type { Activation, Gpt2Config } from '../checkpoint/config.ts';
import type { Gpt2Weights } from '../checkpoint/gpt2-weights.ts';
import type { WeightSource } from '../checkpoint/weight-source.ts';
import { encodeFp32 } from './encode-weights.ts';
import type { Encoder } from './encoder.ts';
import { microsoft, type GraphBuilder } from './graph-builder.ts';
import { padHeadColumns, padHeadRows, type HeadPadding } from './pad-heads.ts';

/*
 * The part of GPT-2 that is the same wherever it runs: embeddings and layers. How a layer looks
 * back at the positions before is the caller's: that is where devices differ.
 */

export interface TrunkParts {
  readonly graph: GraphBuilder;
  readonly config: Gpt2Config;
  readonly weights: Gpt2Weights;
  readonly encoder: Encoder;
  readonly padding: HeadPadding;
  /** Token ids, int32 [B, S]. */
  readonly inputIds: string;
  readonly positionIds: string;
}

/**
 * What attention is made of in one layer.
 *
 * @param qkv float32 [B, S, 3 × heads × padded head width]: queries, keys, values
 * @returns float32 [B, S, heads × padded head width]
 */
export type Attend = (qkv: string, layer: number) => string;

/** The last layer's two summands, not yet added: the final normalisation adds them. */
export interface TrunkEnd {
  readonly branch: string;
  readonly residual: string;
}

export function buildTrunk(parts: TrunkParts, attend: Attend): TrunkEnd {
  const { graph, config, weights, encoder, padding, inputIds, positionIds } = parts;
  const embedded = encoder.embed('token_embedding', weights.tokenEmbedding, inputIds);
  const placed = graph.node('Gather', [
    graph.weight('position_embedding', () => encodeFp32(weights.positionEmbedding)),
    positionIds,
  ]);

  // Each addition of a branch is fused with the normalisation that follows it.
  let residual = embedded;
  let branch = placed;
  weights.layers.forEach((layer, index) => {
    const name = `layer.${index}`;
    const attentionInput = addAndNormalize(
      parts,
      branch,
      residual,
      `${name}.attention_norm`,
      layer.attentionNorm,
    );
    const qkv = encoder.linear(
      `${name}.qkv`,
      attentionInput.normalized,
      padHeadColumns(layer.qkv.matrix, padding),
      padHeadColumns(layer.qkv.bias, padding),
    );
    const projected = encoder.linear(
      `${name}.projection`,
      attend(qkv, index),
      padHeadRows(layer.projection.matrix, padding),
      layer.projection.bias,
    );
    const innerInput = addAndNormalize(
      parts,
      projected,
      attentionInput.sum,
      `${name}.inner_norm`,
      layer.innerNorm,
    );
    const expanded = activate(
      graph,
      config.activation,
      encoder.linear(`${name}.expand`, innerInput.normalized, layer.expand.matrix, null),
      graph.weight(`${name}.expand.bias`, () => encodeFp32(layer.expand.bias)),
    );
    branch = encoder.linear(
      `${name}.contract`,
      expanded,
      layer.contract.matrix,
      layer.contract.bias,
    );
    residual = innerInput.sum;
  });
  return { branch, residual };
}

/**
 * Scores of the next token after the places asked about, [B, P, vocabulary]. Only those go on to
 * the head: it is the widest matrix of all.
 *
 * @param positions int64 [P]: which of the S tokens
 */
export function buildLogits(
  { graph, config, weights, encoder }: Omit<TrunkParts, 'padding' | 'inputIds' | 'positionIds'>,
  { branch, residual }: TrunkEnd,
  positions: string,
): string {
  const asked = (tensor: string) =>
    graph.node('Gather', [tensor, positions], { attributes: { axis: { int: 1 } } });
  const final = addAndNormalize(
    { graph, config },
    asked(branch),
    asked(residual),
    'final_norm',
    weights.finalNorm,
  );
  return encoder.head(final.normalized, weights.head, weights.tokenEmbedding);
}

/** Adds the two, keeps the sum for the next addition, and normalises it. */
function addAndNormalize(
  { graph, config }: Pick<TrunkParts, 'graph' | 'config'>,
  a: string,
  b: string,
  name: string,
  norm: { readonly gain: WeightSource; readonly bias: WeightSource },
): { readonly normalized: string; readonly sum: string } {
  const sum = `${name}.sum`;
  const normalized = graph.node(
    'SkipLayerNormalization',
    [
      a,
      b,
      graph.weight(`${name}.gain`, () => encodeFp32(norm.gain)),
      graph.weight(`${name}.bias`, () => encodeFp32(norm.bias)),
    ],
    {
      domain: microsoft,
      attributes: { epsilon: { float: config.layerNormEpsilon } },
      outputs: [`${name}.normalized`, '', '', sum],
    },
  );
  return { normalized, sum };
}

function activate(graph: GraphBuilder, activation: Activation, x: string, bias: string): string {
  switch (activation) {
    case 'gelu_tanh':
      return graph.node('FastGelu', [x, bias], { domain: microsoft });
    case 'gelu':
      return graph.node('BiasGelu', [x, bias], { domain: microsoft });
    case 'relu':
      return graph.node('Relu', [graph.node('Add', [x, bias])]);
    default:
      return assertNever(activation);
  }
}
