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

export const graphFile = (variant: string) => `${variant}.onnx`;
export const dataFile = (variant: string) => `${variant}.data`;

/**
 * Writes a graph and, beside it, its weights, a piece at a time.
 *
 * @param onBytes told after every piece how many bytes of weights are written, of
 *   `graph.dataBytes`; what it throws ends the writing, and the caller clears the folder
 */
export async function writeGraph(
  graph: OnnxGraph,
  directory: string,
  variant: string,
  onBytes: (written: number) => void = () => undefined,
): Promise<readonly WrittenFile[]> {
  const model = graph.describe(dataFile(variant));
  await writeFile(path.join(directory, graphFile(variant)), model, { flush: true });

  const handle = await open(path.join(directory, dataFile(variant)), 'w');
  const hash = createHash('sha256');
  try {
    let position = 0;
    for (const [index, tensor] of graph.weights.entries()) {
      const gap = graph.offsets[index]! - position;
      position += await append(handle, hash, new Uint8Array(gap));
      for await (const chunk of tensor.chunks()) {
        position += await append(handle, hash, chunk);
        onBytes(position);
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
