import type { Checkpoint } from '../../../src-main/inference/checkpoint/checkpoint.ts';
import { encodeFp32 } from '../../../src-main/inference/graph/encode-weights.ts';
import {
  GraphBuilder,
  type NodeOptions,
  type OnnxGraph,
} from '../../../src-main/inference/graph/graph-builder.ts';
import { PlainFp32, scalarTensor, type PlainMatrices } from './plain-matrices.ts';

/*
 * GPT-2 as the usual export writes it (Hugging Face's Optimum), from the ONNX standard's own
 * operators: what every other user of onnxruntime runs, and what transformers.js downloads.
 *
 * Inputs: input_ids, position_ids int64 [batch, tokens]; attention_mask int64 [batch, past +
 * tokens]; past_key_values.<layer>.key|value float32 [batch, heads, past, head width].
 * Outputs: logits float32 [batch, tokens, vocabulary]; present.<layer>.key|value.
 */

export function buildPlainGraph(
  checkpoint: Checkpoint,
  matricesOf: (graph: GraphBuilder) => PlainMatrices = (graph) => new PlainFp32(graph),
): OnnxGraph {
  const { config, weights } = checkpoint;
  if (config.activation !== 'gelu_tanh') throw new Error('The plain graph has GPT-2’s own GELU');
  const graph = new GraphBuilder();
  const matrices = matricesOf(graph);
  const headWidth = config.width / config.heads;

  const on = (axis: number): NodeOptions => ({ attributes: { axis: { int: axis } } });
  const permuted = (x: string, ...axes: number[]) =>
    graph.node('Transpose', [x], { attributes: { perm: { ints: axes } } });
  const size = (x: string, axis: number) =>
    graph.node('Slice', [
      graph.node('Shape', [x]),
      graph.constant([axis]),
      graph.constant([axis + 1]),
    ]);
  const scalar = (name: string, value: number) =>
    graph.weight(name, () => scalarTensor(() => value));
  const normalized = (x: string, name: string, norm: (typeof weights)['finalNorm']) =>
    graph.node(
      'LayerNormalization',
      [
        x,
        graph.weight(`${name}.weight`, () => encodeFp32(norm.gain)),
        graph.weight(`${name}.bias`, () => encodeFp32(norm.bias)),
      ],
      { attributes: { axis: { int: -1 }, epsilon: { float: config.layerNormEpsilon } } },
    );

  const ids = graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  const mask = graph.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
  const places = graph.input('position_ids', 'int64', ['batch_size', 'sequence_length']);
  const pastShape = ['batch_size', config.heads, 'past_sequence_length', headWidth];
  const past = weights.layers.map((_, layer) => ({
    key: graph.input(`past_key_values.${layer}.key`, 'float32', pastShape),
    value: graph.input(`past_key_values.${layer}.value`, 'float32', pastShape),
  }));

  const attentionBias = (() => {
    const tokens = size(ids, 1);
    const total = size(mask, 1);
    const first = graph.node('Squeeze', [graph.constant([0])]);
    const step = graph.node('Squeeze', [graph.constant([1])]);
    const upTo = (end: string) => graph.node('Range', [first, graph.node('Squeeze', [end]), step]);
    const row = graph.node('Add', [upTo(tokens), graph.node('Sub', [total, tokens])]);
    const isBefore = graph.node('LessOrEqual', [
      graph.node('Unsqueeze', [upTo(total), graph.constant([0])]),
      graph.node('Unsqueeze', [row, graph.constant([1])]),
    ]);
    const isText = graph.node('Cast', [graph.node('Unsqueeze', [mask, graph.constant([1, 2])])], {
      attributes: { to: { int: boolean } },
    });
    const isSeen = graph.node('And', [
      graph.node('Unsqueeze', [isBefore, graph.constant([0, 1])]),
      isText,
    ]);
    const lowest = -3.4028234663852886e38;
    return graph.node('Where', [isSeen, scalar('zero', 0), scalar('lowest', lowest)]);
  })();

  /** tanh GELU as its formula reads. */
  const gelu = (x: string) => {
    const cube = graph.node('Pow', [x, scalar('three', 3)]);
    const inner = graph.node('Mul', [
      graph.node('Add', [x, graph.node('Mul', [cube, scalar('gelu_cubic', 0.044715)])]),
      scalar('gelu_scale', Math.sqrt(2 / Math.PI)),
    ]);
    return graph.node('Mul', [
      graph.node('Mul', [x, scalar('half', 0.5)]),
      graph.node('Add', [graph.node('Tanh', [inner]), scalar('one', 1)]),
    ]);
  };

  let x = graph.node('Add', [
    matrices.embed('wte', weights.tokenEmbedding, ids),
    matrices.embed('wpe', weights.positionEmbedding, places),
  ]);
  weights.layers.forEach((layer, index) => {
    const name = `h.${index}`;
    const qkv = matrices.linear(
      `${name}.attn.c_attn`,
      normalized(x, `${name}.ln_1`, layer.attentionNorm),
      layer.qkv,
    );
    const parts = ['query', 'key', 'value'].map((part) => `${name}.attn.${part}`);
    graph.node('Split', [qkv, graph.constant([config.width, config.width, config.width])], {
      ...on(2),
      outputs: parts,
    });
    const [query, newKey, newValue] = parts.map((part) =>
      permuted(
        graph.node('Reshape', [part, graph.constant([0, 0, config.heads, headWidth])]),
        ...[0, 2, 1, 3],
      ),
    );
    const joined = (part: 'key' | 'value', next: string) =>
      graph.node('Concat', [past[index]![part], next], {
        ...on(2),
        outputs: [`present.${index}.${part}`],
      });
    const key = joined('key', newKey!);
    const value = joined('value', newValue!);
    const scores = graph.node('Div', [
      graph.node('MatMul', [query!, permuted(key, 0, 1, 3, 2)]),
      scalar(`${name}.attn.divisor`, 1 / config.attentionScales[index]!),
    ]);
    const shares = graph.node('Softmax', [graph.node('Add', [scores, attentionBias])], on(-1));
    const attended = graph.node('Reshape', [
      permuted(graph.node('MatMul', [shares, value]), 0, 2, 1, 3),
      graph.constant([0, 0, config.width]),
    ]);
    x = graph.node('Add', [matrices.linear(`${name}.attn.c_proj`, attended, layer.projection), x]);
    const expanded = matrices.linear(
      `${name}.mlp.c_fc`,
      normalized(x, `${name}.ln_2`, layer.innerNorm),
      layer.expand,
    );
    x = graph.node('Add', [
      x,
      matrices.linear(`${name}.mlp.c_proj`, gelu(expanded), layer.contract),
    ]);
  });

  const head = matrices.head(normalized(x, 'ln_f', weights.finalNorm), weights.head, {
    isTied: weights.head === weights.tokenEmbedding,
  });
  graph.node('Identity', [head], { outputs: ['logits'] });
  graph.output('logits', 'float32', ['batch_size', 'sequence_length', config.vocabSize]);
  const presentShape = ['batch_size', config.heads, 'total_sequence_length', headWidth];
  weights.layers.forEach((_, layer) => {
    graph.output(`present.${layer}.key`, 'float32', presentShape);
    graph.output(`present.${layer}.value`, 'float32', presentShape);
  });
  return graph.build('gpt2');
}

/** `TensorProto.DataType.BOOL`, which no tensor of the product's graphs has. */
const boolean = 9;
