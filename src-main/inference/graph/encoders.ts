import { assertNever } from '../../contract/errors.ts';
import type { Variant } from '../../contract/models.ts';
import type { WeightSource } from '../checkpoint/weight-source.ts';
import { blockEncoder, type BlockFormats } from './block-encoder.ts';
import {
  encodeFp16,
  encodeFp32,
  quantizeColumns,
  quantizeTransposedRows,
  type QuantizedMatrix,
} from './encode-weights.ts';
import type { Encoder } from './encoder.ts';
import { microsoft, type GraphBuilder } from './graph-builder.ts';
import { elementTypes } from './onnx-types.ts';

/**
 * What half precision is multiplied in: a processor has no arithmetic for it, so there the
 * weights are widened once, when the model is loaded.
 */
type HalfArithmetic = 'float32' | 'float16';

export function encoderOf(
  graph: GraphBuilder,
  variant: Variant,
  halfArithmetic: HalfArithmetic = 'float32',
): Encoder {
  switch (variant) {
    case 'fp32':
      return fp32Encoder(graph);
    case 'fp16':
      return fp16Encoder(graph, halfArithmetic);
    case 'int8':
      return int8Encoder(graph);
    case 'int8_block':
    case 'int4':
    case 'int4_mixed':
      return blockEncoder(graph, blockFormats[variant]);
    default:
      return assertNever(variant);
  }
}

/**
 * Larger blocks are faster and less exact: on the bundled model 4 bits cost 1.2, 1.3 and 2.1% of
 * perplexity in blocks of 32, 64 and 128, which take 1, 0.92 and 0.83 of the time. Where the
 * tables are kept finer the rest is to be worth it.
 */
export const blockFormats: Readonly<
  Record<Extract<Variant, 'int8_block' | 'int4' | 'int4_mixed'>, BlockFormats>
> = {
  int8_block: { linear: { bits: 8, blockSize: 64 }, tables: { bits: 8, blockSize: 64 } },
  int4: { linear: { bits: 4, blockSize: 128 }, tables: { bits: 4, blockSize: 128 } },
  int4_mixed: { linear: { bits: 4, blockSize: 64 }, tables: { bits: 8, blockSize: 64 } },
};

function fp32Encoder(graph: GraphBuilder): Encoder {
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
        [x, graph.weight(head === embedding ? 'token_embedding' : 'head', () => encodeFp32(head))],
        transposedSecond,
      ),
  };
}

const transposedSecond = { domain: microsoft, attributes: { transB: { int: 1 } } };

function fp16Encoder(graph: GraphBuilder, arithmetic: HalfArithmetic): Encoder {
  const cast = (x: string, type: 'float16' | 'float32') =>
    graph.node('Cast', [x], { attributes: { to: { int: elementTypes[type] } } });
  const multiply = (
    multiplyInOneType: (x: string, matrix: string) => string,
    x: string,
    matrix: string,
  ) =>
    arithmetic === 'float32'
      ? multiplyInOneType(x, cast(matrix, 'float32'))
      : cast(multiplyInOneType(cast(x, 'float16'), matrix), 'float32');
  return {
    embed: (name, table, ids) => embedHalf(graph, name, table, ids),
    linear(name, x, matrix, bias) {
      const product = multiply(
        (a, b) => graph.node('MatMul', [a, b]),
        x,
        graph.weight(`${name}.matrix`, () => encodeFp16(matrix)),
      );
      if (bias === null) return product;
      return graph.node('Add', [product, graph.weight(`${name}.bias`, () => encodeFp32(bias))]);
    },
    head: (x, head, embedding) =>
      multiply(
        (a, b) => graph.node('FusedMatMul', [a, b], transposedSecond),
        x,
        graph.weight(head === embedding ? 'token_embedding' : 'head', () => encodeFp16(head)),
      ),
  };
}

function int8Encoder(graph: GraphBuilder): Encoder {
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
    embed: (name, table, ids) => embedHalf(graph, name, table, ids),
    linear: (name, x, matrix, bias) => multiply(name, x, quantizeColumns(matrix), bias),
    head: (x, head) => multiply('head', x, quantizeTransposedRows(head), null),
  };
}

/** Half precision halves the largest table, and a table is only looked up in. */
function embedHalf(graph: GraphBuilder, name: string, table: WeightSource, ids: string): string {
  return graph.node(
    'Cast',
    [graph.node('Gather', [graph.weight(name, () => encodeFp16(table)), ids])],
    { attributes: { to: { int: elementTypes.float32 } } },
  );
}
