import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fp16ToFp32 } from '../../../src-main/inference/checkpoint/float-formats.ts';
import { encodeGgml } from '../../bench/formats/ggml-blocks.ts';
import {
  ggmlBytes,
  writeGguf,
  type GgmlType,
  type GgufTensor,
} from '../../bench/formats/gguf-file.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const random = seededNumbers(7);
const noise = (length: number) => Float32Array.from({ length }, () => 2 * random() - 1);

/** The way back, as ggml's `dequantize_row_*` goes it. */
function decode(type: GgmlType, bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const half = (offset: number) => fp16ToFp32(Uint16Array.of(view.getUint16(offset, true)))[0]!;
  if (type === 'f32') return new Float32Array(bytes.slice().buffer);
  if (type === 'f16') return Float32Array.from({ length: bytes.length / 2 }, (_, i) => half(2 * i));
  const blockBytes = ggmlBytes(type, 32);
  return Float32Array.from({ length: (bytes.length / blockBytes) * 32 }, (_, i) => {
    const start = Math.floor(i / 32) * blockBytes;
    const place = i % 32;
    if (type === 'q8_0') return view.getInt8(start + 2 + place) * half(start);
    const both = view.getUint8(start + 2 + (place % 16));
    return ((place < 16 ? both & 15 : both >> 4) - 8) * half(start);
  });
}

describe('weights as ggml stores them', () => {
  it.each([
    // Half a step of the largest value in a block, and what the scale loses in half precision.
    ['f32', 0],
    ['f16', 0.0003],
    ['q8_0', 0.5 / 127 + 0.001],
    ['q4_0', 0.5 / 8 + 0.001],
  ] as const)('come back from %s', (type, tolerance) => {
    const values = noise(320);
    const back = decode(type, encodeGgml(type, values));
    expect(back).toHaveLength(values.length);
    for (const [i, value] of values.entries()) {
      // Four bits reach from −8 to 7: the other end of the range falls one step short.
      const isOtherEnd = type === 'q4_0' && Math.abs(value) > 7 / 8 - tolerance;
      expect(Math.abs(back[i]! - value)).toBeLessThanOrEqual(
        isOtherEnd ? 1 / 8 + 0.001 : tolerance,
      );
    }
  });

  it.each(['q8_0', 'q4_0'] as const)('are zeros where they were, in %s', (type) => {
    const back = decode(type, encodeGgml(type, new Float32Array(64)));
    expect(back).toHaveLength(64);
    expect(back.every((value) => value === 0)).toBe(true);
  });

  it('come in blocks of 32, or not at all', () => {
    expect(() => encodeGgml('q4_0', noise(48))).toThrow(RangeError);
    expect(ggmlBytes('q4_0', 64)).toBe(36);
    expect(ggmlBytes('q8_0', 64)).toBe(68);
  });
});

/** Reads a GGUF file as its specification says. */
function readGguf(file: Buffer) {
  let position = 0;
  const take = (bytes: number) => (position += bytes) - bytes;
  const uint32 = () => file.readUInt32LE(take(4));
  const uint64 = () => Number(file.readBigUInt64LE(take(8)));
  const text = () => {
    const length = uint64();
    return file.toString('utf8', take(length), position);
  };
  const value = (type: number): unknown => {
    if (type === 4) return uint32();
    if (type === 5) return file.readInt32LE(take(4));
    if (type === 6) return file.readFloatLE(take(4));
    if (type === 8) return text();
    if (type !== 9) throw new Error(`type ${type}`);
    const itemType = uint32();
    return Array.from({ length: uint64() }, () => value(itemType));
  };
  const magic = file.toString('latin1', take(4), position);
  const version = uint32();
  const tensorCount = uint64();
  const metadataCount = uint64();
  const metadata = Array.from({ length: metadataCount }, () => [text(), value(uint32())] as const);
  const tensors = Array.from({ length: tensorCount }, () => ({
    name: text(),
    dims: Array.from({ length: uint32() }, uint64),
    type: uint32(),
    offset: uint64(),
  }));
  const dataStart = Math.ceil(position / 32) * 32;
  return { magic, version, metadata: Object.fromEntries(metadata), tensors, dataStart };
}

describe('a GGUF file', () => {
  const tensor = (name: string, dims: number[], bytes: Uint8Array): GgufTensor => ({
    name,
    type: 'f32',
    dims,
    async *chunks() {
      // In two pieces, as a large one comes.
      yield await Promise.resolve(bytes.subarray(0, 8));
      yield bytes.subarray(8);
    },
  });

  it('says what is in it, and has it there', async () => {
    const filePath = path.join(await temporaryFolder(), 'x.gguf');
    const first = noise(5);
    const second = noise(6);
    await writeGguf(
      filePath,
      {
        name: { type: 'string', value: 'größe' },
        count: { type: 'uint32', value: 7 },
        epsilon: { type: 'float32', value: 0.5 },
        tokens: { type: 'strings', value: ['a', 'Ġb', ''] },
        types: { type: 'int32s', value: [1, 3, -1] },
        none: { type: 'strings', value: [] },
      },
      [
        tensor('first', [5], encodeGgml('f32', first)),
        tensor('second', [3, 2], encodeGgml('f32', second)),
      ],
    );
    const file = await readFile(filePath);
    const { magic, version, metadata, tensors, dataStart } = readGguf(file);
    expect([magic, version]).toEqual(['GGUF', 3]);
    expect(metadata).toEqual({
      name: 'größe',
      count: 7,
      epsilon: 0.5,
      tokens: ['a', 'Ġb', ''],
      types: [1, 3, -1],
      none: [],
    });
    expect(tensors).toEqual([
      { name: 'first', dims: [5], type: 0, offset: 0 },
      { name: 'second', dims: [3, 2], type: 0, offset: 32 },
    ]);
    const at = (offset: number, length: number) =>
      new Float32Array(
        Uint8Array.from(file.subarray(dataStart + offset, dataStart + offset + 4 * length)).buffer,
      );
    expect(at(0, 5)).toEqual(first);
    expect(at(32, 6)).toEqual(second);
    expect(file.length % 32).toBe(0);
  });

  it('refuses a tensor that has other bytes than it says', async () => {
    const filePath = path.join(await temporaryFolder(), 'x.gguf');
    const short = tensor('short', [4], new Uint8Array(12));
    await expect(writeGguf(filePath, {}, [short])).rejects.toThrow('short gave 12 bytes');
  });
});
