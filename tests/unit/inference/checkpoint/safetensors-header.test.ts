import { describe, expect, it } from 'vitest';
import {
  parseSafetensorsHeader,
  readHeaderLength,
} from '../../../../src-main/inference/checkpoint/safetensors-header.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value));
const parse = (header: Uint8Array, dataBytes: number) =>
  parseSafetensorsHeader(header, 8 + header.byteLength + dataBytes, 'model.safetensors');

describe("a safetensors file's header", () => {
  it('names the tensors in the order of their bytes', () => {
    const header = encode({
      __metadata__: { format: 'pt' },
      b: { dtype: 'F16', shape: [3], data_offsets: [8, 14] },
      a: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
    });
    const start = 8 + header.byteLength;
    expect(parse(header, 14)).toEqual([
      { name: 'a', dtype: 'F32', shape: [1, 2], start, end: start + 8 },
      { name: 'b', dtype: 'F16', shape: [3], start: start + 8, end: start + 14 },
    ]);
  });

  it('takes scalars, empty tensors and trailing blanks', () => {
    const header = encode({
      scalar: { dtype: 'I64', shape: [], data_offsets: [0, 8] },
      empty: { dtype: 'F32', shape: [0, 5], data_offsets: [0, 0] },
    });
    const padded = Buffer.concat([header, Buffer.from('   ')]);
    expect(parse(padded, 8).map(({ name }) => name)).toEqual(['empty', 'scalar']);
  });

  it.each([
    ['is not JSON', Buffer.from('{"a":'), 0, /not valid JSON/],
    ['is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 0, /not valid JSON/],
    ['is a list', encode([]), 0, /not a table/],
    ['has no shape', encode({ a: { dtype: 'F32', data_offsets: [0, 4] } }), 4, /"a" is not desc/],
    ['has a negative size', entry([-1], [0, 4]), 4, /"a" is not described/],
    ['has a fraction', entry([1.5], [0, 4]), 4, /"a" is not described/],
    ['has an unknown type', entry([1], [0, 4], 'F31'), 4, /unknown type "F31"/],
    ['has a type of the prototype', entry([1], [0, 4], 'constructor'), 4, /unknown type/],
    ['needs more bytes than it has', entry([2], [0, 4]), 4, /needs 8 bytes and has 4/],
    ['ends before it starts', entry([1], [4, 0]), 4, /needs 4 bytes and has -4/],
    ['is larger than any file', entry([2 ** 40, 2 ** 40], [0, 4]), 4, /needs/],
    ['is cut off', entry([2], [0, 8]), 4, /is cut off/],
    ['leaves bytes over', entry([1], [0, 4]), 5, /belong to no tensor/],
    ['leaves a gap', entry([1], [4, 8]), 8, /leaves a gap/],
    [
      'overlaps',
      encode({
        a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
        b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
      }),
      8,
      /"b" overlaps/,
    ],
  ])('is refused when it %s', (_, header, dataBytes, message) => {
    expect(() => parse(header, dataBytes)).toThrow(
      expect.objectContaining({
        code: 'model_invalid',
        message: expect.stringMatching(message) as string,
        details: expect.objectContaining({ file: 'model.safetensors' }) as object,
      }),
    );
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 0, /ends after 0 bytes/],
    ['a PyTorch file', Buffer.from('PK\x03\x04abcd'), 1e9, /not a safetensors file/],
    ['a longer header than the file', length(100), 50, /cut off: its header has 100 bytes and/],
  ])('is not looked for in %s', (_, prefix, fileSize, message) => {
    expect(() => readHeaderLength(prefix, fileSize, 'model.safetensors')).toThrow(message);
  });
});

function entry(shape: number[], offsets: [number, number], dtype = 'F32'): Buffer {
  return encode({ a: { dtype, shape, data_offsets: offsets } });
}

function length(bytes: number): Buffer {
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(bytes));
  return prefix;
}
