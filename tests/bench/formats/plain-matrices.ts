import type { Gpt2Weights } from '../../../src-main/inference/checkpoint/gpt2-weights.ts';
import {
  rowChunks,
  rowLength,
  type WeightSource,
} from '../../../src-main/inference/checkpoint/weight-source.ts';
import {
  encodeFp32,
  quantizeColumns,
  quantizeTransposedRows,
  type QuantizedMatrix,
} from '../../../src-main/inference/graph/encode-weights.ts';
import type { GraphBuilder } from '../../../src-main/inference/graph/graph-builder.ts';
import { elementTypes, type ExternalTensor } from '../../../src-main/inference/graph/onnx-types.ts';

type Linear = Gpt2Weights['layers'][number]['qkv'];

/** How a plain graph holds and multiplies its matrices. */
export interface PlainMatrices {
  embed(name: string, table: WeightSource, ids: string): string;
  /** x · matrix + bias over the last axis. */
  linear(name: string, x: string, weights: Linear): string;
  /** x · headᵀ; a tied head is the table that `wte` was embedded from. */
  head(x: string, head: WeightSource, options: { readonly isTied: boolean }): string;
}

/** As the usual export writes it. */
export class PlainFp32 implements PlainMatrices {
  readonly #graph: GraphBuilder;

  constructor(graph: GraphBuilder) {
    this.#graph = graph;
  }

  embed(name: string, table: WeightSource, ids: string): string {
    const weight = this.#graph.weight(`${name}.weight`, () => encodeFp32(table));
    return this.#graph.node('Gather', [weight, ids]);
  }

  /** GPT-2's `Conv1D`: flat, multiplied, and put back into shape. */
  linear(name: string, x: string, { matrix, bias }: Linear): string {
    const graph = this.#graph;
    const [inputs = 0, outputs = 0] = matrix.dims;
    const leading = graph.node('Slice', [
      graph.node('Shape', [x]),
      graph.constant([0]),
      graph.constant([2]),
    ]);
    const shape = graph.node('Concat', [leading, graph.constant([outputs])], {
      attributes: { axis: { int: 0 } },
    });
    const product = graph.node('Gemm', [
      graph.node('Reshape', [x, graph.constant([-1, inputs])]),
      graph.weight(`${name}.weight`, () => encodeFp32(matrix)),
      graph.weight(`${name}.bias`, () => encodeFp32(bias)),
    ]);
    return graph.node('Reshape', [product, shape]);
  }

  head(x: string, head: WeightSource, { isTied }: { readonly isTied: boolean }): string {
    const graph = this.#graph;
    const weight = graph.weight(isTied ? 'wte.weight' : 'lm_head.weight', () => encodeFp32(head));
    const turned = graph.node('Transpose', [weight], { attributes: { perm: { ints: [1, 0] } } });
    return graph.node('MatMul', [x, turned]);
  }
}

/**
 * As onnxruntime's dynamic quantisation rewrites it, which is what transformers.js calls `q8`:
 * weights in 8 bits, activations quantised at each step. Scales are one for each output, finer
 * than the tool's default of one a matrix, at the same speed.
 */
export class PlainQ8 implements PlainMatrices {
  readonly #graph: GraphBuilder;

  constructor(graph: GraphBuilder) {
    this.#graph = graph;
  }

  embed(name: string, table: WeightSource, ids: string): string {
    const graph = this.#graph;
    const { values, scale } = quantizeWhole(table);
    const rows = graph.node('Gather', [
      graph.weight(`${name}.weight_quantized`, () => values),
      ids,
    ]);
    return graph.node('DequantizeLinear', [rows, graph.weight(`${name}.scale`, () => scale)]);
  }

  linear(name: string, x: string, { matrix, bias }: Linear): string {
    const graph = this.#graph;
    const product = this.#multiply(name, x, quantizeColumns(matrix));
    return graph.node('Add', [product, graph.weight(`${name}.bias`, () => encodeFp32(bias))]);
  }

  head(x: string, head: WeightSource): string {
    return this.#multiply('lm_head', x, quantizeTransposedRows(head));
  }

  #multiply(name: string, x: string, { values, scales }: QuantizedMatrix): string {
    const graph = this.#graph;
    const parts = ['quantized', 'scale', 'zero_point'].map((part) => `${name}.input_${part}`);
    const [quantized, scale, zeroPoint] = parts as [string, string, string];
    graph.node('DynamicQuantizeLinear', [x], { outputs: parts });
    const whole = graph.node('MatMulInteger', [
      quantized,
      graph.weight(`${name}.weight_quantized`, () => values),
      zeroPoint,
    ]);
    return graph.node('Mul', [
      graph.node('Cast', [whole], { attributes: { to: { int: elementTypes.float32 } } }),
      graph.node('Mul', [scale, graph.weight(`${name}.weight_scale`, () => scales)]),
    ]);
  }
}

const maxInt8 = 127;

/** A table in 8 bits with one scale. */
function quantizeWhole(source: WeightSource) {
  let scale: Promise<number> | null = null;
  const findScale = async () => {
    let largest = 0;
    for await (const { values } of rowChunks(source)) {
      for (const value of values) largest = Math.max(largest, Math.abs(value));
    }
    return largest === 0 ? 1 : Math.fround(largest / maxInt8);
  };
  const scaleOnce = () => (scale ??= findScale());
  return {
    values: {
      type: 'int8' as const,
      dims: [source.dims[0] ?? 0, rowLength(source)],
      async *chunks() {
        const step = await scaleOnce();
        for await (const { values } of rowChunks(source)) {
          const bytes = Int8Array.from(values, (value) => Math.round(value / step));
          yield new Uint8Array(bytes.buffer);
        }
      },
    },
    scale: scalarTensor(scaleOnce),
  };
}

export function scalarTensor(value: () => number | Promise<number>): ExternalTensor {
  return {
    type: 'float32',
    dims: [],
    async *chunks() {
      yield new Uint8Array(Float32Array.of(await value()).buffer);
    },
  };
}
