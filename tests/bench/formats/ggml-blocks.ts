import { fp32ToFp16 } from '../../../src-main/inference/checkpoint/float-formats.ts';
import { ggmlBytes, type GgmlType } from './gguf-file.ts';

/*
 * Weights as ggml stores them. The quantised types are those of llama.cpp's own reference
 * functions (`quantize_row_q8_0_ref`, `quantize_row_q4_0_ref` in ggml-quants.c).
 */

const blockLength = 32;

/** Values in order; for the quantised types their number is a multiple of 32. */
export function encodeGgml(type: GgmlType, values: Float32Array): Uint8Array {
  switch (type) {
    case 'f32':
      return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    case 'f16': {
      const half = fp32ToFp16(values);
      return new Uint8Array(half.buffer, half.byteOffset, half.byteLength);
    }
    case 'q8_0':
      return encodeBlocks(type, values, encodeQ8);
    case 'q4_0':
      return encodeBlocks(type, values, encodeQ4);
  }
}

type EncodeBlock = (block: Float32Array, scale: Scale, target: Uint8Array) => void;
/** Rounds a block's scale to half precision: into the file, and for the values to be divided by. */
type Scale = (exact: number) => void;

function encodeBlocks(type: GgmlType, values: Float32Array, encode: EncodeBlock): Uint8Array {
  const bytes = new Uint8Array(ggmlBytes(type, values.length));
  const view = new DataView(bytes.buffer);
  const blockBytes = ggmlBytes(type, blockLength);
  for (let block = 0; block * blockLength < values.length; block += 1) {
    const start = block * blockBytes;
    encode(
      values.subarray(block * blockLength, (block + 1) * blockLength),
      (exact) => view.setUint16(start, fp32ToFp16(Float32Array.of(exact))[0]!, true),
      bytes.subarray(start + 2, start + blockBytes),
    );
  }
  return bytes;
}

/** 32 signed bytes after the scale: value ≈ byte × scale. */
const encodeQ8: EncodeBlock = (block, scale, target) => {
  let largest = 0;
  for (const value of block) largest = Math.max(largest, Math.abs(value));
  const step = largest / 127;
  scale(step);
  const inverse = step === 0 ? 0 : 1 / step;
  for (let i = 0; i < blockLength; i += 1) target[i] = Math.round(block[i]! * inverse);
};

/** 16 bytes after the scale, values i and i + 16 in one: value ≈ (nibble − 8) × scale. */
const encodeQ4: EncodeBlock = (block, scale, target) => {
  let extreme = 0;
  for (const value of block) if (Math.abs(value) > Math.abs(extreme)) extreme = value;
  const step = extreme / -8;
  scale(step);
  const inverse = step === 0 ? 0 : 1 / step;
  const nibble = (value: number) => Math.min(15, Math.trunc(value * inverse + 8.5));
  for (let i = 0; i < blockLength / 2; i += 1) {
    target[i] = nibble(block[i]!) | (nibble(block[i + blockLength / 2]!) << 4);
  }
};
