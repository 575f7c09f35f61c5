import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Checkpoint } from '../../../src-main/inference/checkpoint/checkpoint.ts';
import type { GraphBuilder, OnnxGraph } from '../../../src-main/inference/graph/graph-builder.ts';
import { buildPlainGraph } from './plain-graph.ts';
import { PlainFp32, PlainQ8, type PlainMatrices } from './plain-matrices.ts';

/** The forms of a model that transformers.js is compared in, by its own names. */
export const transformersTypes = ['fp32', 'q8'] as const;
export type TransformersType = (typeof transformersTypes)[number];

const matrices: Readonly<Record<TransformersType, (graph: GraphBuilder) => PlainMatrices>> = {
  fp32: (graph) => new PlainFp32(graph),
  q8: (graph) => new PlainQ8(graph),
};
/** Where transformers.js looks for a model's graph. */
export const plainGraphFile: Readonly<Record<TransformersType, string>> = {
  fp32: path.join('onnx', 'model.onnx'),
  q8: path.join('onnx', 'model_quantized.onnx'),
};

/**
 * Writes a checkpoint as a folder that transformers.js loads: the plain export's graphs and a
 * `config.json` without an end token, so that no text ends early.
 */
export async function writeTransformersFolder(
  checkpoint: Checkpoint,
  directory: string,
): Promise<void> {
  await mkdir(path.join(directory, 'onnx'), { recursive: true });
  for (const type of transformersTypes) {
    const graph = buildPlainGraph(checkpoint, matrices[type]);
    await writePlainGraph(graph, path.join(directory, plainGraphFile[type]));
  }
  const config: unknown = JSON.parse(
    await readFile(path.join(checkpoint.directory, 'config.json'), 'utf8'),
  );
  const withoutEnd = { ...(config as object), bos_token_id: null, eos_token_id: null };
  await writeFile(path.join(directory, 'config.json'), JSON.stringify(withoutEnd));
}

/** The graph, and its weights beside it under the name that transformers.js expects. */
async function writePlainGraph(graph: OnnxGraph, filePath: string): Promise<void> {
  const dataPath = `${filePath}_data`;
  await writeFile(filePath, graph.describe(path.basename(dataPath)));
  const handle = await open(dataPath, 'w');
  try {
    let position = 0;
    for (const [index, tensor] of graph.weights.entries()) {
      const gap = new Uint8Array(graph.offsets[index]! - position);
      await handle.writeFile(gap);
      position += gap.length;
      for await (const chunk of tensor.chunks()) {
        await handle.writeFile(chunk);
        position += chunk.length;
      }
    }
  } finally {
    await handle.close();
  }
}
