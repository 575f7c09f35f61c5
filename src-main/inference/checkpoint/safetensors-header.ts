import * as v from 'valibot';
import { invalidModelFile } from './invalid-model.ts';

/*
 * The safetensors format (https://github.com/huggingface/safetensors): eight bytes with the
 * header's length (little-endian), the header in JSON, the tensors' bytes. Everything in the
 * header is checked before a byte of a tensor is used.
 */

export const weightTypes = ['F32', 'F16', 'BF16'] as const;
export type WeightType = (typeof weightTypes)[number];

/** One tensor of a file. */
export interface TensorEntry {
  readonly name: string;
  /** The format's name of the element type; only `weightTypes` can be read as weights. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Where its bytes lie in the file: [start, end). */
  readonly start: number;
  readonly end: number;
}

export const lengthPrefixBytes = 8;
/** The reference implementation's limit. */
const maxHeaderBytes = 100_000_000;

const bytesPerElement: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
};

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entrySchema = v.object({
  dtype: v.string(),
  shape: v.pipe(v.array(size), v.maxLength(16)),
  data_offsets: v.tuple([size, size]),
});

/** The header's length in bytes from a file's first eight. Fails with `model_invalid`. */
export function readHeaderLength(prefix: Uint8Array, fileSize: number, file: string): number {
  if (prefix.byteLength < lengthPrefixBytes) {
    throw invalidModelFile(file, `it ends after ${prefix.byteLength} bytes`);
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw invalidModelFile(file, 'it is not a safetensors file: its header would be too long', {
      remedy: 'A model needs its weights as safetensors; a PyTorch file must be converted first.',
    });
  }
  const available = fileSize - lengthPrefixBytes;
  if (Number(length) > available) {
    throw invalidModelFile(
      file,
      `it is cut off: its header has ${length} bytes and only ${available} are there`,
    );
  }
  return Number(length);
}

/**
 * The tensors that a header names, in the order of their bytes. They must fill the rest of the
 * file without a gap or an overlap, as the format demands. Fails with `model_invalid`.
 */
export function parseSafetensorsHeader(
  header: Uint8Array,
  fileSize: number,
  file: string,
): readonly TensorEntry[] {
  const dataStart = lengthPrefixBytes + header.byteLength;
  const entries = Object.entries(parseJsonObject(header, file))
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => toEntry(name, value, dataStart, file))
    .sort((a, b) => a.start - b.start || a.end - b.end);

  let position = dataStart;
  for (const { name, start, end } of entries) {
    if (start !== position) {
      const problem = start < position ? 'overlaps another tensor' : 'leaves a gap before it';
      throw invalidModelFile(file, `the tensor "${name}" ${problem}`, {
        details: { tensor: name },
      });
    }
    position = end;
  }
  if (position !== fileSize) {
    const problem = position > fileSize ? 'is cut off' : 'has bytes that belong to no tensor';
    throw invalidModelFile(file, `it ${problem}: ${position} bytes expected, ${fileSize} found`);
  }
  return entries;
}

function parseJsonObject(header: Uint8Array, file: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
  } catch (cause) {
    throw invalidModelFile(file, 'its header is not valid JSON', { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw invalidModelFile(file, 'its header is not a table of tensors');
  }
  return parsed;
}

function toEntry(name: string, value: unknown, dataStart: number, file: string): TensorEntry {
  const details = { tensor: name };
  const parsed = v.safeParse(entrySchema, value);
  if (!parsed.success) {
    throw invalidModelFile(file, `the tensor "${name}" is not described as the format demands`, {
      details,
    });
  }
  const { dtype, shape, data_offsets: offsets } = parsed.output;
  const elementBytes = Object.hasOwn(bytesPerElement, dtype) ? bytesPerElement[dtype] : undefined;
  if (elementBytes === undefined) {
    throw invalidModelFile(file, `the tensor "${name}" has the unknown type "${dtype}"`, {
      details,
    });
  }
  const expectedBytes = shape.reduce((product, n) => product * n, elementBytes);
  const [begin, end] = offsets;
  if (end - begin !== expectedBytes) {
    throw invalidModelFile(
      file,
      `the tensor "${name}" of type ${dtype} and shape [${shape.join(', ')}] needs ` +
        `${expectedBytes} bytes and has ${end - begin}`,
      { details },
    );
  }
  return { name, dtype, shape, start: dataStart + begin, end: dataStart + end };
}
