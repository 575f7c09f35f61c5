import { createHash, type Hash } from 'node:crypto';
import { open, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { OnnxGraph } from './graph-builder.ts';

export interface WrittenFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface WriteGraphOptions {
  readonly signal?: AbortSignal;
  /** After every piece: bytes of weights written so far, of `graph.dataBytes`. */
  readonly onBytes?: (written: number) => void;
}

export const graphFile = (variant: string) => `${variant}.onnx`;
export const dataFile = (variant: string) => `${variant}.data`;

/**
 * Writes a graph and, beside it, its weights, a piece at a time. Rejects with the signal's
 * reason when it is aborted between two pieces; the caller clears the folder.
 */
export async function writeGraph(
  graph: OnnxGraph,
  directory: string,
  variant: string,
  { signal, onBytes }: WriteGraphOptions = {},
): Promise<readonly WrittenFile[]> {
  const model = graph.describe(dataFile(variant));
  await writeFile(path.join(directory, graphFile(variant)), model, { flush: true });

  const handle = await open(path.join(directory, dataFile(variant)), 'w');
  const hash = createHash('sha256');
  try {
    let position = 0;
    for (const [index, tensor] of graph.weights.entries()) {
      const gap = (graph.offsets[index] ?? 0) - position;
      position += await append(handle, hash, new Uint8Array(gap));
      for await (const chunk of tensor.chunks()) {
        signal?.throwIfAborted();
        position += await append(handle, hash, chunk);
        onBytes?.(position);
      }
    }
    await handle.sync();
    return [
      {
        name: graphFile(variant),
        sizeBytes: model.byteLength,
        sha256: createHash('sha256').update(model).digest('hex'),
      },
      { name: dataFile(variant), sizeBytes: position, sha256: hash.digest('hex') },
    ];
  } finally {
    await handle.close();
  }
}

async function append(handle: FileHandle, hash: Hash, bytes: Uint8Array): Promise<number> {
  if (bytes.byteLength === 0) return 0;
  hash.update(bytes);
  await handle.writeFile(bytes);
  return bytes.byteLength;
}
