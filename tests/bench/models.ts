import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Variant } from '../../src-main/contract/models.ts';
import { openCheckpoint } from '../../src-main/inference/checkpoint/checkpoint.ts';
import type { ModelReference } from '../../src-main/inference/client/types.ts';
import { graphFile } from '../../src-main/inference/graph/write-graph.ts';
import { openModelStore } from '../../src-main/inference/model-store/model-store.ts';
import { silentLogger } from '../../src-main/logging/logger.ts';
import { cachedFolder, keyOf } from './cache.ts';
import { startEngine } from './contestants/engine.ts';
import type { RunnerSettings } from './contestants/task.ts';
import type { GgmlType } from './formats/gguf-file.ts';
import { writeGpt2Gguf } from './formats/gpt2-gguf.ts';
import {
  plainGraphFile,
  writeTransformersFolder,
  type TransformersType,
} from './formats/transformers-folder.ts';
import { gpt2Shape, writeRandomCheckpoint } from './random-checkpoint.ts';

/** A model in everybody's format. */
export interface BenchModel {
  readonly name: string;
  readonly isLarge: boolean;
  readonly reference: ModelReference;
  /** Its shape, for those who do not read a card. */
  readonly shape: Omit<RunnerSettings, 'path' | 'type' | 'threads'>;
  readonly transformersFolder: string;
  readonly plainGraph: (type: TransformersType) => string;
  readonly gguf: (type: GgmlType) => string;
  readonly engineGraph: (variant: Variant) => string;
}

interface ModelSource {
  readonly name: string;
  /** Whether only a full run takes the time. */
  readonly isLarge: boolean;
  /** The Hugging Face folder, written where it is not there, and a key of what is in it. */
  readonly checkpoint: () => Promise<{ readonly folder: string; readonly key: string }>;
}

const root = path.resolve(import.meta.dirname, '../..');
const here = (name: string) => path.join(import.meta.dirname, name);
const inference = (name: string) => path.join(root, 'src-main/inference', name);

const randomModel = (name: string, shape: typeof gpt2Shape, isLarge: boolean): ModelSource => ({
  name,
  isLarge,
  async checkpoint() {
    const key = await keyOf([here('random-checkpoint.ts')]);
    const folder = await cachedFolder(`${name}-checkpoint`, key, (unfinished) => {
      writeRandomCheckpoint(unfinished, shape);
      return Promise.resolve();
    });
    return { folder, key };
  },
});

export const modelSources: readonly ModelSource[] = [
  {
    name: 'starter',
    isLarge: false,
    async checkpoint() {
      const folder = path.join(root, 'resources/models/starter');
      return { folder, key: await keyOf([folder]) };
    },
  },
  randomModel('gpt2-124m', gpt2Shape, false),
  randomModel('gpt2-355m', { ...gpt2Shape, n_layer: 24, n_head: 16, n_embd: 1024 }, true),
];

/** What llama.cpp is measured with, and `f32` for checking the writer. */
export const benchGgmlTypes = ['f16', 'q8_0', 'q4_0'] as const satisfies readonly GgmlType[];

/** Writes the model for everybody, once: it stays until what writes it changes. */
export async function prepareBenchModel(
  { name, isLarge, checkpoint: checkpointOf }: ModelSource,
  say: (line: string) => void,
): Promise<BenchModel> {
  const { folder: source, key } = await checkpointOf();
  const engineKey = await keyOf([
    path.join(root, 'src-main/contract/models.ts'),
    ...['checkpoint', 'graph', 'model-store'].map(inference),
  ]);
  const store = await cachedFolder(`${name}-engine`, `${key}-${engineKey}`, async (folder) => {
    say(`${name}: importing it into the engine`);
    const { client } = startEngine();
    try {
      await client.prepareModel({ source, modelsDirectory: folder, name, bundled: false });
    } finally {
      await client.dispose();
    }
  });
  const peerKey = await keyOf([
    here('formats'),
    ...['checkpoint', 'graph/graph-builder.ts', 'graph/encode-weights.ts'].map(inference),
  ]);
  const checkpoint = await openCheckpoint(source);
  try {
    const peers = await cachedFolder(`${name}-peers`, `${key}-${peerKey}`, async (folder) => {
      say(`${name}: writing it for the peers`);
      await mkdir(path.join(folder, 'transformers'));
      await writeTransformersFolder(checkpoint, path.join(folder, 'transformers', name));
      for (const type of benchGgmlTypes) {
        await writeGpt2Gguf(checkpoint, type, path.join(folder, `${type}.gguf`));
      }
    });
    const { layers, heads, width, vocabSize, maxPositions } = checkpoint.config;
    const transformersFolder = path.join(peers, 'transformers', name);
    return {
      name,
      isLarge,
      reference: await openModelStore(store, silentLogger).get(name),
      shape: { layers, heads, headWidth: width / heads, vocabSize, maxPositions },
      transformersFolder,
      plainGraph: (type) => path.join(transformersFolder, plainGraphFile[type]),
      gguf: (type) => path.join(peers, `${type}.gguf`),
      engineGraph: (variant) => path.join(store, name, graphFile(variant)),
    };
  } finally {
    await checkpoint.close();
  }
}
