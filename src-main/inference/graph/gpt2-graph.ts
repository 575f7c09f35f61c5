import { assertNever } from '../../contract/errors.ts';
import type { Variant } from '../../contract/models.ts';
import type { Activation, Gpt2Config } from '../checkpoint/config.ts';
import type { Gpt2Weights } from '../checkpoint/gpt2-weights.ts';
import type { WeightSource } from '../checkpoint/weight-source.ts';
import {
  encodeFp16,
  encodeFp32,
  quantizeColumns,
  quantizeTransposedRows,
  type QuantizedMatrix,
} from './encode-weights.ts';
import { GraphBuilder, microsoft, type OnnxGraph } from './graph-builder.ts';
import { elementTypes } from './onnx-types.ts';
import { headPadding, padHeadColumns, padHeadRows } from './pad-heads.ts';

/*
 * GPT-2 as one graph for reading a prompt, for writing a token and for scoring a text.
 *
 * Letters in shapes: B rows (beams), S new tokens per row, P positions asked about, M capacity
 * of the key/value cache, K candidates, L layers.
 *
 * Inputs
 *   input_ids, position_ids  int32 [B, S]
 *   past.<layer>.key|value   float32 [B, heads, M, head width]: the cache, never written here
 *   seqlens_k                int32 [B]: positions after this step, minus one
 *   total_length             int32 []: positions after this step
 *   positions                int64 [P]: which of the S tokens to predict a next one from
 *   targets                  int64 [B, P]: tokens whose log-probability is asked for
 *   k                        int64 [1]
 * Outputs
 *   logits                   float32 [B, P, vocabulary]
 *   top_log_probs, top_ids   float32, int64 [B, P, K]: likeliest first, equal ones by lower id
 *   target_log_probs         float32 [B, P]
 *   kv_new                   float32 [L, B, S, 2 × heads × head width]: keys, then values
 *
 * The binding copies every output that is fetched, so the cache itself never is one: the new
 * slices are scattered into it outside. A caller fetches the one answer that it needs.
 */

/** Width of one head in the cache, with padding. */
export function cacheHeadWidth(config: Gpt2Config): number {
  return headPadding(config.width / config.heads).paddedWidth;
}

export function buildGpt2Graph(
  config: Gpt2Config,
  weights: Gpt2Weights,
  variant: Variant,
): OnnxGraph {
  const graph = new GraphBuilder();
  const padding = headPadding(config.width / config.heads);
  const heads = config.heads;
  const headsWidth = heads * padding.paddedWidth;
  const encoder = encoderOf(graph, variant);

  const inputIds = graph.input('input_ids', 'int32', ['B', 'S']);
  const positionIds = graph.input('position_ids', 'int32', ['B', 'S']);
  const seqlens = graph.input('seqlens_k', 'int32', ['B']);
  const totalLength = graph.input('total_length', 'int32', []);
  const positions = graph.input('positions', 'int64', ['P']);
  const targets = graph.input('targets', 'int64', ['B', 'P']);
  const k = graph.input('k', 'int64', [1]);

  /** Adds the two, keeps the sum for the next addition, and normalises it. */
  const addAndNormalize = (
    a: string,
    b: string,
    name: string,
    norm: { gain: WeightSource; bias: WeightSource },
  ): { normalized: string; sum: string } => {
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
  };

  const embedded = encoder.embed('token_embedding', weights.tokenEmbedding, inputIds);
  const placed = graph.node('Gather', [
    graph.weight('position_embedding', () => encodeFp32(weights.positionEmbedding)),
    positionIds,
  ]);

  // Each addition of a branch is fused with the normalisation that follows it.
  let residual = embedded;
  let branch = placed;
  const newKeysAndValues: string[] = [];
  weights.layers.forEach((layer, index) => {
    const name = `layer.${index}`;
    const attentionInput = addAndNormalize(
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
    newKeysAndValues.push(
      graph.node('Unsqueeze', [
        graph.node('Slice', [
          qkv,
          graph.constant([headsWidth]),
          graph.constant([3 * headsWidth]),
          graph.constant([2]),
        ]),
        graph.constant([0]),
      ]),
    );
    const cacheShape = ['B', heads, 'M', padding.paddedWidth];
    const attended = graph.node(
      'GroupQueryAttention',
      [
        qkv,
        '',
        '',
        graph.input(`past.${index}.key`, 'float32', cacheShape),
        graph.input(`past.${index}.value`, 'float32', cacheShape),
        seqlens,
        totalLength,
      ],
      {
        domain: microsoft,
        attributes: {
          num_heads: { int: heads },
          kv_num_heads: { int: heads },
          scale: { float: config.attentionScales[index]! },
        },
        outputs: [`${name}.attended`, `${name}.present_key`, `${name}.present_value`],
      },
    );
    const projected = encoder.linear(
      `${name}.projection`,
      attended,
      padHeadRows(layer.projection.matrix, padding),
      layer.projection.bias,
    );
    const innerInput = addAndNormalize(
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

  // Only the positions asked about go on: the head is the widest matrix of all.
  const asked = (tensor: string) =>
    graph.node('Gather', [tensor, positions], { attributes: { axis: { int: 1 } } });
  const final = addAndNormalize(asked(branch), asked(residual), 'final_norm', weights.finalNorm);
  const logits = encoder.head(final.normalized, weights.head, weights.tokenEmbedding);
  graph.node('Identity', [logits], { outputs: ['logits'] });
  graph.output('logits', 'float32', ['B', 'P', config.vocabSize]);

  const lastAxis = { axis: { int: -1 } };
  const logProbs = graph.node('LogSoftmax', [logits], { attributes: lastAxis });
  graph.node('TopK', [logProbs, k], {
    attributes: { ...lastAxis, largest: { int: 1 }, sorted: { int: 1 } },
    outputs: ['top_log_probs', 'top_ids'],
  });
  graph.output('top_log_probs', 'float32', ['B', 'P', 'K']);
  graph.output('top_ids', 'int64', ['B', 'P', 'K']);

  const two = graph.constant([2]);
  const picked = graph.node('GatherElements', [logProbs, graph.node('Unsqueeze', [targets, two])], {
    attributes: lastAxis,
  });
  graph.node('Squeeze', [picked, two], { outputs: ['target_log_probs'] });
  graph.output('target_log_probs', 'float32', ['B', 'P']);

  graph.node('Concat', newKeysAndValues, {
    attributes: { axis: { int: 0 } },
    outputs: ['kv_new'],
  });
  graph.output('kv_new', 'float32', [config.layers, 'B', 'S', 2 * headsWidth]);
  return graph.build(`gpt2-${variant}`);
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

/** How a variant holds and multiplies its matrices. */
interface Encoder {
  embed(name: string, table: WeightSource, ids: string): string;
  /** x · matrix + bias. */
  linear(name: string, x: string, matrix: WeightSource, bias: WeightSource | null): string;
  /** x · headᵀ, where the head may be the embedding table. */
  head(x: string, head: WeightSource, embedding: WeightSource): string;
}

function encoderOf(graph: GraphBuilder, variant: Variant): Encoder {
  switch (variant) {
    case 'fp32':
      return {
        embed: (name, table, ids) =>
          graph.node('Gather', [graph.weight(name, () => encodeFp32(table)), ids]),
        linear(name, x, matrix, bias) {
          const product = graph.node('MatMul', [
            x,
            graph.weight(`${name}.matrix`, () => encodeFp32(matrix)),
          ]);
          if (bias === null) return product;
          return graph.node('Add', [product, graph.weight(`${name}.bias`, () => encodeFp32(bias))]);
        },
        // A tied head reads the embedding as it lies, turned round by the operator.
        head: (x, head, embedding) =>
          graph.node(
            'FusedMatMul',
            [
              x,
              graph.weight(head === embedding ? 'token_embedding' : 'head', () => encodeFp32(head)),
            ],
            { domain: microsoft, attributes: { transB: { int: 1 } } },
          ),
      };
    case 'int8': {
      const multiply = (
        name: string,
        x: string,
        matrix: QuantizedMatrix,
        bias: WeightSource | null,
      ) => {
        const inputs = [
          x,
          graph.weight(`${name}.matrix`, () => matrix.values),
          graph.weight(`${name}.scales`, () => matrix.scales),
        ];
        if (bias !== null) {
          const noZeroPoint = '';
          inputs.push(
            noZeroPoint,
            graph.weight(`${name}.bias`, () => encodeFp32(bias)),
          );
        }
        return graph.node('DynamicQuantizeMatMul', inputs, { domain: microsoft });
      };
      return {
        // Half precision halves the largest table, and a table is only looked up in.
        embed: (name, table, ids) =>
          graph.node(
            'Cast',
            [graph.node('Gather', [graph.weight(name, () => encodeFp16(table)), ids])],
            { attributes: { to: { int: elementTypes.float32 } } },
          ),
        linear: (name, x, matrix, bias) => multiply(name, x, quantizeColumns(matrix), bias),
        head: (x, head) => multiply('head', x, quantizeTransposedRows(head), null),
      };
    }
    default:
      return assertNever(variant);
  }
}
