import { assertNever } from '../../contract/errors.ts';
import type { Variant } from '../../contract/models.ts';
import type { WeightSource } from '../checkpoint/weight-source.ts';
import {
  encodeFp16,
  encodeFp32,
  quantizeColumns,
  quantizeTransposedRows,
  type QuantizedMatrix,
} from './encode-weights.ts';
import { microsoft, type GraphBuilder } from './graph-builder.ts';
import { elementTypes } from './onnx-types.ts';

/** How a variant holds and multiplies its matrices. */
export interface Encoder {
  embed(name: string, table: WeightSource, ids: string): string;
  /** x · matrix + bias. */
  linear(name: string, x: string, matrix: WeightSource, bias: WeightSource | null): string;
  /** x · headᵀ, where the head may be the embedding table. */
  head(x: string, head: WeightSource, embedding: WeightSource): string;
}

export function encoderOf(graph: GraphBuilder, variant: Variant): Encoder {
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
