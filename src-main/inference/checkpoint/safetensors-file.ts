import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { bf16ToFp32, fp16ToFp32 } from './float-formats.ts';
import { invalidModelFile } from './invalid-model.ts';
import { requireFile } from './read-json.ts';
import {
  lengthPrefixBytes,
  parseSafetensorsHeader,
  readHeaderLength,
  weightTypes,
  type TensorEntry,
  type WeightType,
} from './safetensors-header.ts';

/** An open safetensors file whose header has been verified against its size. */
export interface SafetensorsFile {
  /** The file's name, for messages. */
  readonly name: string;
  readonly tensors: readonly TensorEntry[];
  /**
   * Elements [start, end) of a tensor, in row-major order, as fp32. Reads nothing else.
   * Fails with `model_invalid` where the type is no float or a value is not finite.
   */
  read(tensor: TensorEntry, start: number, end: number): Promise<Float32Array>;
  close(): Promise<void>;
}

const elementBytes: Readonly<Record<WeightType, number>> = { F32: 4, F16: 2, BF16: 2 };

export function isWeightType(dtype: string): dtype is WeightType {
  return weightTypes.some((type) => type === dtype);
}

/** Opens a file and verifies its header. Fails with `model_invalid`. */
export async function openSafetensors(filePath: string): Promise<SafetensorsFile> {
  const name = path.basename(filePath);
  const handle = await openFile(filePath, name);
  try {
    const { size } = await handle.stat();
    const prefix = await readBytes(handle, name, 0, Math.min(lengthPrefixBytes, size));
    const headerLength = readHeaderLength(prefix, size, name);
    const header = await readBytes(handle, name, lengthPrefixBytes, headerLength);
    const tensors = parseSafetensorsHeader(header, size, name);
    return {
      name,
      tensors,
      read: (tensor, start, end) => readElements(handle, name, tensor, start, end),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openFile(filePath: string, name: string): Promise<FileHandle> {
  try {
    await requireFile(filePath, Infinity);
    return await open(filePath, 'r');
  } catch (cause) {
    throw cause instanceof AppError
      ? cause
      : invalidModelFile(name, 'it cannot be read', { cause });
  }
}

async function readElements(
  handle: FileHandle,
  file: string,
  tensor: TensorEntry,
  start: number,
  end: number,
): Promise<Float32Array> {
  if (!isWeightType(tensor.dtype)) {
    throw invalidModelFile(
      file,
      `the tensor "${tensor.name}" has the type ${tensor.dtype}, and weights are ${weightTypes.join(', ')}`,
      { details: { tensor: tensor.name } },
    );
  }
  const bytes = elementBytes[tensor.dtype];
  const raw = await readBytes(handle, file, tensor.start + start * bytes, (end - start) * bytes);
  const values = toFp32(raw.buffer, tensor.dtype);
  if (!areFinite(values)) {
    throw invalidModelFile(file, `the tensor "${tensor.name}" has values that are not numbers`, {
      details: { tensor: tensor.name },
    });
  }
  return values;
}

/** By their bits: a loop over numbers takes as long as reading them from the disk. */
function areFinite(values: Float32Array): boolean {
  const exponent = 0x7f80_0000;
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i += 1) {
    if ((bits[i]! & exponent) === exponent) return false;
  }
  return true;
}

function toFp32(buffer: ArrayBuffer, dtype: WeightType): Float32Array {
  if (dtype === 'F32') return new Float32Array(buffer);
  const halves = new Uint16Array(buffer);
  return dtype === 'F16' ? fp16ToFp32(halves) : bf16ToFp32(halves);
}

/** Exactly `length` bytes, in a buffer of their own: typed arrays need aligned memory. */
async function readBytes(
  handle: FileHandle,
  file: string,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) throw invalidModelFile(file, 'it became shorter while it was read');
    filled += bytesRead;
  }
  return bytes;
}
