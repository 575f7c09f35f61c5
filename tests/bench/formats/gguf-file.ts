import { open, type FileHandle } from 'node:fs/promises';

/*
 * GGUF version 3, the container that llama.cpp reads: a header, metadata, a table of tensors,
 * then their data. Little-endian throughout.
 * https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */

/** How ggml numbers the types of tensors used here. */
export const ggmlTypes = { f32: 0, f16: 1, q4_0: 2, q8_0: 8 } as const;
export type GgmlType = keyof typeof ggmlTypes;

/** Values per block and bytes per block. */
const blocks: Readonly<Record<GgmlType, { readonly values: number; readonly bytes: number }>> = {
  f32: { values: 1, bytes: 4 },
  f16: { values: 1, bytes: 2 },
  q4_0: { values: 32, bytes: 18 },
  q8_0: { values: 32, bytes: 34 },
};

export function ggmlBytes(type: GgmlType, values: number): number {
  const block = blocks[type];
  if (values % block.values !== 0) {
    throw new RangeError(`${type} holds ${block.values} values a block: ${values} do not fit`);
  }
  return (values / block.values) * block.bytes;
}

export type GgufValue =
  | { readonly type: 'uint32'; readonly value: number }
  | { readonly type: 'float32'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'int32s'; readonly value: readonly number[] };

export interface GgufTensor {
  readonly name: string;
  readonly type: GgmlType;
  /** As ggml counts: the dimension whose values lie side by side comes first. */
  readonly dims: readonly number[];
  /** Its bytes in order. */
  chunks(): AsyncIterable<Uint8Array>;
}

const valueTypes = { uint32: 4, int32: 5, float32: 6, string: 8, array: 9 } as const;
const version = 3;
const alignment = 32;

const aligned = (bytes: number) => Math.ceil(bytes / alignment) * alignment;
const tensorBytes = ({ type, dims }: GgufTensor) =>
  ggmlBytes(
    type,
    dims.reduce((product, n) => product * n, 1),
  );

export async function writeGguf(
  filePath: string,
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly GgufTensor[],
): Promise<void> {
  const handle = await open(filePath, 'w');
  try {
    const head = describe(metadata, tensors);
    let position = await append(handle, padded(head));
    for (const tensor of tensors) {
      const start = position;
      for await (const chunk of tensor.chunks()) position += await append(handle, chunk);
      if (position - start !== tensorBytes(tensor)) {
        throw new Error(`${tensor.name} gave ${position - start} bytes`);
      }
      position += await append(handle, new Uint8Array(aligned(position) - position));
    }
  } finally {
    await handle.close();
  }
}

function describe(
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly GgufTensor[],
): Uint8Array {
  const parts: Uint8Array[] = [
    Buffer.from('GGUF'),
    uint32(version),
    uint64(tensors.length),
    uint64(Object.keys(metadata).length),
  ];
  for (const [key, value] of Object.entries(metadata)) {
    parts.push(text(key), ...metadataValue(value));
  }
  let offset = 0;
  for (const tensor of tensors) {
    parts.push(
      text(tensor.name),
      uint32(tensor.dims.length),
      ...tensor.dims.map(uint64),
      uint32(ggmlTypes[tensor.type]),
      uint64(offset),
    );
    offset = aligned(offset + tensorBytes(tensor));
  }
  return Buffer.concat(parts);
}

function metadataValue(entry: GgufValue): Uint8Array[] {
  switch (entry.type) {
    case 'uint32':
      return [uint32(valueTypes.uint32), uint32(entry.value)];
    case 'float32':
      return [uint32(valueTypes.float32), bytesOf(Float32Array.of(entry.value))];
    case 'string':
      return [uint32(valueTypes.string), text(entry.value)];
    case 'strings':
      return [...arrayOf(valueTypes.string, entry.value.length), ...entry.value.map(text)];
    case 'int32s':
      return [
        ...arrayOf(valueTypes.int32, entry.value.length),
        bytesOf(Int32Array.from(entry.value)),
      ];
  }
}

const arrayOf = (type: number, length: number) => [
  uint32(valueTypes.array),
  uint32(type),
  uint64(length),
];

function text(value: string): Uint8Array {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

const uint32 = (value: number) => bytesOf(Uint32Array.of(value));
const uint64 = (value: number) => bytesOf(BigUint64Array.of(BigInt(value)));
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer, byteOffset, byteLength);

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(aligned(bytes.length));
  whole.set(bytes);
  return whole;
}

async function append(handle: FileHandle, bytes: Uint8Array): Promise<number> {
  if (bytes.length > 0) await handle.writeFile(bytes);
  return bytes.length;
}
