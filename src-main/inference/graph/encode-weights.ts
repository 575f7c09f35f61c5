import { fp32ToFp16 } from '../checkpoint/float-formats.ts';
import { rowChunks, rowCount, rowLength, type WeightSource } from '../checkpoint/weight-source.ts';
import type { ExternalTensor } from './onnx-types.ts';

/** A weight as it is, in fp32. */
export function encodeFp32(source: WeightSource): ExternalTensor {
  return {
    type: 'float32',
    dims: source.dims,
    async *chunks() {
      for await (const { values } of rowChunks(source)) yield bytesOf(values);
    },
  };
}

/** A weight in half precision. */
export function encodeFp16(source: WeightSource): ExternalTensor {
  return {
    type: 'float16',
    dims: source.dims,
    async *chunks() {
      for await (const { values } of rowChunks(source)) yield bytesOf(fp32ToFp16(values));
    },
  };
}

/**
 * A matrix in 8 bits with one scale per output: value ≈ int8 × scale, symmetric, no zero point.
 *
 * On x86 without VNNI, onnxruntime adds pairs of products in 16 bits, which can saturate: what 8
 * bits cost depends on the processor, so variants are measured on the machine they are made for.
 */
export interface QuantizedMatrix {
  /** [inputs, outputs]. */
  readonly values: ExternalTensor;
  /** [outputs]. */
  readonly scales: ExternalTensor;
}

const maxInt8 = 127;

/** Quantises a matrix [inputs, outputs]. Reads it twice: for the scales, then for the values. */
export function quantizeColumns(source: WeightSource): QuantizedMatrix {
  const columns = rowLength(source);
  const scales = once(async () => {
    const largest = new Float32Array(columns);
    for await (const { values } of rowChunks(source)) {
      for (let row = 0; row < values.length; row += columns) {
        for (let column = 0; column < columns; column += 1) {
          const size = Math.abs(values[row + column]!);
          if (size > largest[column]!) largest[column] = size;
        }
      }
    }
    return largest.map(toScale);
  });
  return {
    values: {
      type: 'int8',
      dims: source.dims,
      async *chunks() {
        const scale = await scales();
        for await (const { values } of rowChunks(source)) {
          const quantized = new Int8Array(values.length);
          for (let row = 0; row < values.length; row += columns) {
            for (let column = 0; column < columns; column += 1) {
              quantized[row + column] = quantize(values[row + column]!, scale[column]!);
            }
          }
          yield bytesOf(quantized);
        }
      },
    },
    scales: scaleTensor(columns, scales),
  };
}

/**
 * Quantises a matrix that is stored as [outputs, inputs], as the head is, turning it round.
 * Holds the 8-bit result whole: a quarter of the fp32 matrix.
 */
export function quantizeTransposedRows(source: WeightSource): QuantizedMatrix {
  const outputs = rowCount(source);
  const inputs = rowLength(source);
  const scale = new Float32Array(outputs);
  const quantized = once(async () => {
    const transposed = new Int8Array(inputs * outputs);
    for await (const { firstRow, values } of rowChunks(source)) {
      const rows = values.length / inputs;
      for (let row = 0; row < rows; row += 1) {
        const weights = values.subarray(row * inputs, (row + 1) * inputs);
        let largest = 0;
        for (const weight of weights) largest = Math.max(largest, Math.abs(weight));
        scale[firstRow + row] = toScale(largest);
      }
      // Column by column: what is written next to each other is read from the chunk at hand.
      for (let input = 0; input < inputs; input += 1) {
        const start = input * outputs + firstRow;
        for (let row = 0; row < rows; row += 1) {
          const weight = values[row * inputs + input]!;
          transposed[start + row] = quantize(weight, scale[firstRow + row]!);
        }
      }
    }
    return transposed;
  });
  return {
    values: {
      type: 'int8',
      dims: [inputs, outputs],
      async *chunks() {
        yield bytesOf(await quantized());
      },
    },
    scales: scaleTensor(outputs, async () => {
      await quantized();
      return scale;
    }),
  };
}

function toScale(largest: number): number {
  // Rounded as it is stored, so that values are quantised by the scale that undoes it.
  return largest === 0 ? 1 : Math.fround(largest / maxInt8);
}

function quantize(value: number, scale: number): number {
  return Math.max(-maxInt8, Math.min(maxInt8, Math.round(value / scale)));
}

function scaleTensor(length: number, scales: () => Promise<Float32Array>): ExternalTensor {
  return {
    type: 'float32',
    dims: [length],
    async *chunks() {
      yield bytesOf(await scales());
    },
  };
}

/** The same work for two readers, done once. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null;
  return () => (made ??= make());
}

function bytesOf(values: Float32Array | Uint16Array | Int8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
