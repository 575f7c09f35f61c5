import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openCheckpoint } from '../../src-main/inference/checkpoint/checkpoint.ts';
import { openModelStore } from '../../src-main/inference/model-store/model-store.ts';
import { silentLogger } from '../../src-main/logging/logger.ts';
import { writeCheckpointFolder, type CheckpointSizes } from '../fixtures/checkpoint-folder.ts';
import { childContestant } from './contestants/child.ts';
import { engineContestant, startEngine } from './contestants/engine.ts';
import type { Contestant, RunnerName, Task } from './contestants/task.ts';
import { writeGpt2Gguf } from './formats/gpt2-gguf.ts';
import { plainGraphFile, writeTransformersFolder } from './formats/transformers-folder.ts';
import { promptMaker } from './jobs.ts';

/** Small; a width that blocks of 32 divide; predictions that are neither flat nor certain. */
const sizes: CheckpointSizes = {
  n_layer: 3,
  n_head: 4,
  n_embd: 64,
  n_positions: 128,
  vocab_size: 400,
};

interface Check {
  readonly name: string;
  readonly task: Task;
}

const greedy = { strategy: 'greedy', rows: 1, noRepeatNgramSize: 0, topK: 0, seed: 0 } as const;
const prompt = promptMaker(sizes.vocab_size);
const checks: readonly Check[] = [
  { name: 'greedy search', task: { ...greedy, promptTokenIds: prompt(16, 1), newTokens: 84 } },
  {
    // The second prompt begins as the first: whoever keeps what it has read must use it rightly.
    name: 'greedy search after the same beginning',
    task: {
      ...greedy,
      promptTokenIds: [...prompt(12, 1), ...prompt(4, 9)],
      newTokens: 60,
    },
  },
  {
    name: 'beam search',
    task: {
      ...greedy,
      strategy: 'beam',
      rows: 5,
      noRepeatNgramSize: 4,
      promptTokenIds: prompt(16, 2),
      newTokens: 60,
    },
  },
];

/**
 * Sees that everybody does the same work: in fp32 all contestants must write the engine's very
 * tokens for a small model with random weights. It is what says that the GGUF file and the plain
 * export hold the same model.
 *
 * @returns whether they did
 */
export async function checkContestants(
  threads: number,
  withPeers: boolean,
  say: (line: string) => void,
): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'autodoc-bench-'));
  const contestants: Contestant[] = [];
  try {
    contestants.push(...(await prepareContestants(folder, threads, withPeers)));
    let areSame = true;
    const expected = new Map<Check, string>();
    for (const contestant of contestants) {
      await contestant.load();
      for (const check of checks) {
        const outcome = await contestant.run(check.task);
        // The best text; a contestant without this strategy has none.
        const text = outcome?.newTokenIds[0]?.join(' ');
        if (text === undefined) continue;
        if (!expected.has(check)) expected.set(check, text);
        const isSame = text === expected.get(check);
        areSame &&= isSame;
        const verdict = isSame ? 'the same tokens' : `OTHER TOKENS: ${text}`;
        say(`${contestant.label}, ${check.name}: ${verdict}`);
      }
    }
    return areSame;
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.end()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** The engine first: the others are held against it. */
async function prepareContestants(
  folder: string,
  threads: number,
  withPeers: boolean,
): Promise<readonly Contestant[]> {
  const source = path.join(folder, 'source');
  const modelsDirectory = path.join(folder, 'models');
  const transformersFolder = path.join(folder, 'transformers', 'small');
  const gguf = path.join(folder, 'small.gguf');
  await writeCheckpointFolder(source, sizes);
  const checkpoint = await openCheckpoint(source);
  try {
    await writeTransformersFolder(checkpoint, transformersFolder);
    await writeGpt2Gguf(checkpoint, 'f32', gguf);
  } finally {
    await checkpoint.close();
  }
  const { client } = startEngine();
  try {
    await client.prepareModel({ source, modelsDirectory, name: 'small', bundled: false });
  } finally {
    await client.dispose();
  }
  const model = await openModelStore(modelsDirectory, silentLogger).get('small');

  const { n_layer: layers, n_head: heads, n_embd: width } = sizes;
  const child = (runner: RunnerName, type: string, place: string) =>
    childContestant(`${runner} ${type}`, runner, {
      path: place,
      type,
      threads,
      layers,
      heads,
      headWidth: width / heads,
      vocabSize: sizes.vocab_size,
      maxPositions: sizes.n_positions,
    });
  return [
    engineContestant({ model, variant: 'fp32', device: 'cpu' }),
    child('plain_loop', 'fp32', path.join(transformersFolder, plainGraphFile.fp32)),
    ...(withPeers
      ? [child('transformers.js', 'fp32', transformersFolder), child('llama.cpp', 'f32', gguf)]
      : []),
  ];
}
