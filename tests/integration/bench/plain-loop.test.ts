import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../src-main/inference/checkpoint/checkpoint.ts';
import { generate } from '../../../src-main/inference/generation/generate.ts';
import { resolveConfig } from '../../../src-main/inference/generation/resolve-config.ts';
import { OnnxDecoder } from '../../../src-main/inference/session/onnx-decoder.ts';
import { openPlainLoop } from '../../bench/contestants/plain-loop.ts';
import type { Task } from '../../bench/contestants/task.ts';
import {
  plainGraphFile,
  writeTransformersFolder,
} from '../../bench/formats/transformers-folder.ts';
import { smallSizes, writeCheckpointFolder } from '../../fixtures/checkpoint-folder.ts';
import { loadCheckpoint } from '../../fixtures/loaded-checkpoint.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const promptTokenIds = [5, 77, 130, 8];
const newTokens = 12;
const greedy: Task = {
  ...{ strategy: 'greedy', promptTokenIds, newTokens, rows: 1 },
  ...{ noRepeatNgramSize: 0, topK: 0, seed: 0 },
};

async function plainRunner(folder: string, type: 'fp32' | 'q8') {
  const checkpoint = await openCheckpoint(folder);
  const plain = path.join(folder, 'plain');
  await writeTransformersFolder(checkpoint, plain);
  await checkpoint.close();
  const load = await openPlainLoop();
  return load({
    path: path.join(plain, plainGraphFile[type]),
    type,
    threads: 1,
    layers: smallSizes.n_layer,
    heads: smallSizes.n_head,
    headWidth: smallSizes.n_embd / smallSizes.n_head,
    vocabSize: smallSizes.vocab_size,
    maxPositions: smallSizes.n_positions,
  });
}

describe('the plain export, written for the bench', () => {
  it.each([
    ['greedy search', greedy],
    ['beam search', { ...greedy, strategy: 'beam', rows: 4, noRepeatNgramSize: 3 } satisfies Task],
  ] as const)("leads to the engine's tokens by %s", async (_, task) => {
    const folder = await temporaryFolder();
    await writeCheckpointFolder(folder, smallSizes, { seed: 3 });
    const { session } = await loadCheckpoint(folder);
    const decoder = new OnnxDecoder(session);
    const config = resolveConfig(
      {
        strategy: task.strategy,
        max_new_tokens: newTokens,
        no_repeat_ngram_size: task.noRepeatNgramSize,
        ...(task.strategy === 'beam' && { num_beams: task.rows }),
      },
      { vocabSize: decoder.vocabSize, maxPositions: decoder.maxPositions, eosTokenIds: [] },
      promptTokenIds.length,
    );
    const [text] = await generate({ decoder, promptTokenIds, config });
    const outcome = await (await plainRunner(folder, 'fp32')).run(task);
    expect(outcome?.newTokenIds[0]).toEqual(text?.tokenIds.slice(promptTokenIds.length));
  });

  it('is nearly the same model in 8 bits', async () => {
    const folder = await temporaryFolder();
    await writeCheckpointFolder(folder, smallSizes, { seed: 3 });
    const [fp32, q8] = [await plainRunner(folder, 'fp32'), await plainRunner(folder, 'q8')];
    // One token each after many prompts: a text of its own would go astray at the first slip.
    let same = 0;
    const prompts = Array.from({ length: 40 }, (_, i) => [i, 3 * i + 7, 250 - i]);
    for (const prompt of prompts) {
      const task = { ...greedy, promptTokenIds: prompt, newTokens: 1 };
      const [a, b] = [await fp32.run(task), await q8.run(task)];
      if (a?.newTokenIds[0]?.[0] === b?.newTokenIds[0]?.[0]) same += 1;
    }
    expect(same).toBeGreaterThan(30);
  });
});
