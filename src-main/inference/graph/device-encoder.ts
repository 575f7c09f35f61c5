import type { Variant } from '../../contract/models.ts';
import type { Gpt2Config } from '../checkpoint/config.ts';
import { encodeFp16, encodeFp32 } from './encode-weights.ts';
import type { Encoder } from './encoder.ts';
import { encoderOf } from './encoders.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { elementTypes } from './onnx-types.ts';

/**
 * How a variant multiplies on a device: as on the processor, but half precision is multiplied in
 * half precision, and the head, whose table lies as an embedding does, by an operator that
 * devices have. The head answers [places, vocabulary].
 */
export function deviceEncoderOf(
  graph: GraphBuilder,
  { width, vocabSize }: Gpt2Config,
  variant: Variant,
): Encoder {
  const encoder = encoderOf(graph, variant, 'float16');
  const rows = (x: string, length: number) =>
    graph.node('Reshape', [x, graph.constant([-1, length])]);
  const cast = (x: string, type: 'float16' | 'float32') =>
    graph.node('Cast', [x], { attributes: { to: { int: elementTypes[type] } } });
  const timesTable = (x: string, table: string) =>
    graph.node('Gemm', [x, table], { attributes: { transB: { int: 1 } } });

  return {
    ...encoder,
    head(x, head, embedding) {
      const table = head === embedding ? 'token_embedding' : 'head';
      if (variant === 'fp32') {
        return timesTable(
          rows(x, width),
          graph.weight(table, () => encodeFp32(head)),
        );
      }
      if (variant === 'fp16') {
        const half = graph.weight(table, () => encodeFp16(head));
        return cast(timesTable(cast(rows(x, width), 'float16'), half), 'float32');
      }
      return rows(encoder.head(x, head, embedding), vocabSize);
    },
  };
}
