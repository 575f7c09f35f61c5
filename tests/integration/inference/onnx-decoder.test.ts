import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { variants } from '../../../src-main/contract/models.ts';
import type { StepScores } from '../../../src-main/inference/generation/decoder.ts';
import { OnnxDecoder, pieceTokens } from '../../../src-main/inference/session/onnx-decoder.ts';
import type { OnnxSession } from '../../../src-main/inference/session/onnx-session.ts';
import {
  randomWeights,
  safetensors,
  smallSizes,
  storeWeights,
  writeCheckpointFolder,
  type CheckpointSizes,
} from '../../fixtures/checkpoint-folder.ts';
import { loadCheckpoint } from '../../fixtures/loaded-checkpoint.ts';
import { plainLogits } from '../../fixtures/plain-gpt2.ts';
import { modelDirectory } from '../../fixtures/reference.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** A context of several pieces and several capacities, and heads that need padding. */
const longSizes: CheckpointSizes = {
  n_layer: 2,
  n_head: 3,
  n_embd: 33,
  n_positions: 600,
  vocab_size: 270,
};

function randomIds(length: number, vocabSize: number, seed = 1): number[] {
  const random = seededNumbers(seed);
  return Array.from({ length }, () => Math.floor(random() * vocabSize));
}

function logitsOf(scores: StepScores): Float32Array {
  if (scores.kind !== 'logits') throw new Error('not the output that was asked for');
  return scores.logits;
}

/** What a decoder that knows nothing yet says after a whole text. */
async function uncached(session: OnnxSession, tokenIds: readonly number[]): Promise<Float32Array> {
  return logitsOf(await new OnnxDecoder(session).prefill(tokenIds, { kind: 'logits' }));
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));
}

describe('a decoder on onnxruntime', () => {
  it("agrees with plain loops on the bundled model's weights", async () => {
    const { checkpoint, session } = await loadCheckpoint(modelDirectory('starter'));
    const { config, weights } = checkpoint;
    const tokenIds = randomIds(pieceTokens + 5, config.vocabSize);
    const wanted = await plainLogits(config, weights, tokenIds);
    const got = await uncached(session, tokenIds);
    expect(largestDifference(got, wanted.at(-1) as Float64Array)).toBeLessThan(1e-4);
  });

  it('says the same with its cache as without, row by row, through all capacities', async () => {
    const directory = await temporaryFolder();
    await writeCheckpointFolder(directory, longSizes);
    const { session } = await loadCheckpoint(directory);
    const decoder = new OnnxDecoder(session);
    const random = seededNumbers(7);
    const draw = (below: number) => Math.floor(random() * below);

    const prompt = randomIds(115, longSizes.vocab_size);
    await decoder.prefill(prompt, { kind: 'logits' });
    let rows = [prompt];
    // 115 and 20 positions: the capacity of 128 is outgrown on the way.
    for (let step = 0; step < 20; step += 1) {
      const count = 1 + draw(6);
      const parents = Int32Array.from({ length: count }, () => draw(rows.length));
      const tokens = Int32Array.from({ length: count }, () => draw(longSizes.vocab_size));
      rows = [...parents].map((parent, i) => [...rows[parent]!, tokens[i]!]);
      const logits = logitsOf(await decoder.step(tokens, parents, { kind: 'logits' }));
      for (const [i, row] of rows.entries()) {
        const got = logits.subarray(i * longSizes.vocab_size, (i + 1) * longSizes.vocab_size);
        expect(largestDifference(got, await uncached(session, row))).toBeLessThan(1e-4);
      }
    }
  });

  it.each(variants)(
    'reads on from a kept prefix in %s with the same bits as from the start',
    async (variant) => {
      const directory = await temporaryFolder();
      await writeCheckpointFolder(directory, longSizes);
      const { session } = await loadCheckpoint(directory, variant);
      const decoder = new OnnxDecoder(session);
      const first = randomIds(500, longSizes.vocab_size, 1);
      const other = randomIds(500, longSizes.vocab_size, 2);

      for (const shared of [0, 1, pieceTokens - 1, pieceTokens, 200, 499, 500]) {
        await decoder.prefill(first, { kind: 'logits' });
        await decoder.step(Int32Array.of(1, 2, 3), Int32Array.of(0, 0, 0), { kind: 'logits' });
        await decoder.step(Int32Array.of(4, 5), Int32Array.of(2, 1), { kind: 'logits' });
        const next = [...first.slice(0, shared), ...other.slice(shared)];
        const got = logitsOf(await decoder.prefill(next, { kind: 'logits' }));
        expect(Buffer.from(got.buffer)).toEqual(
          Buffer.from((await uncached(session, next)).buffer),
        );
      }
    },
  );

  it('reads after a keystroke only what changed, and drafts with the same bits all the same', async () => {
    const directory = await temporaryFolder();
    await writeCheckpointFolder(directory, longSizes);
    const { session } = await loadCheckpoint(directory, 'int4');
    const decoder = new OnnxDecoder(session);
    const run = vi.spyOn(session, 'run');
    const tokensRead = () => {
      const counts = run.mock.calls.map(([, { tokenIds }]) => tokenIds.length);
      run.mockClear();
      return counts;
    };
    const text = randomIds(300, longSizes.vocab_size);
    const logits = { kind: 'logits' } as const;

    decoder.reuse = 'everything';
    await decoder.prefill(text.slice(0, 200), logits);
    expect(tokensRead()).toEqual([64, 64, 64, 8]);
    const typed = logitsOf(await decoder.prefill(text.slice(0, 203), logits));
    expect(tokensRead()).toEqual([3]);
    // Suggested, and accepted: known already.
    await decoder.step(Int32Array.of(text[203]!), Int32Array.of(0), logits);
    await decoder.step(Int32Array.of(text[204]!), Int32Array.of(0), logits);
    tokensRead();
    await decoder.prefill(text.slice(0, 206), logits);
    expect(tokensRead()).toEqual([1]);
    await decoder.prefill(text.slice(0, 300), logits);
    expect(tokensRead()).toEqual([50, 44]);

    // The fourth piece was read in parts, so a draft reads it again.
    decoder.reuse = 'pieces';
    const drafted = logitsOf(await decoder.prefill(text, logits));
    expect(tokensRead()).toEqual([64, 44]);
    expect(Buffer.from(drafted.buffer)).toEqual(
      Buffer.from((await uncached(session, text)).buffer),
    );
    expect(largestDifference(typed, await uncached(session, text.slice(0, 203)))).toBeLessThan(
      0.05,
    );
  });

  it('stops between two pieces of a long prompt, and reads on from there', async () => {
    const directory = await temporaryFolder();
    await writeCheckpointFolder(directory, longSizes);
    const { session } = await loadCheckpoint(directory);
    const decoder = new OnnxDecoder(session);
    const prompt = randomIds(500, longSizes.vocab_size);
    const abort = new AbortController();
    decoder.signal = abort.signal;
    const reading = decoder.prefill(prompt, { kind: 'logits' });
    // A piece is read in a turn of the event loop of its own.
    setImmediate(() => abort.abort());
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });

    decoder.signal = undefined;
    const got = logitsOf(await decoder.prefill(prompt, { kind: 'logits' }));
    expect(Buffer.from(got.buffer)).toEqual(Buffer.from((await uncached(session, prompt)).buffer));
  });

  it('names the likeliest tokens as the logits rank them', async () => {
    const directory = await temporaryFolder();
    await writeCheckpointFolder(directory);
    const { session } = await loadCheckpoint(directory);
    const prompt = randomIds(20, 300);
    const logits = [...(await uncached(session, prompt))];
    const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    const ranked = logits
      .map((logit, id) => ({ id, logProb: logit - total }))
      .sort((a, b) => b.logProb - a.logProb || a.id - b.id);

    for (const k of [1, 7, 300, 1_000]) {
      const scores = await new OnnxDecoder(session).prefill(prompt, { kind: 'top', k });
      if (scores.kind !== 'top') throw new Error('not the output that was asked for');
      const count = Math.min(k, 300);
      expect(scores.k).toBe(count);
      expect([...scores.tokenIds]).toEqual(ranked.slice(0, count).map(({ id }) => id));
      const logProbs = ranked.slice(0, count).map(({ logProb }) => logProb);
      expect(largestDifference(scores.logProbs, logProbs)).toBeLessThan(1e-5);
    }
  });

  it('ranks equal scores by lower id', async () => {
    const directory = await temporaryFolder();
    const sizes = { ...smallSizes, tie_word_embeddings: false };
    await writeCheckpointFolder(directory, sizes);
    const weights = randomWeights(sizes);
    weights.get('lm_head.weight')?.values.fill(0);
    await writeFile(path.join(directory, 'model.safetensors'), safetensors(storeWeights(weights)));
    const { session } = await loadCheckpoint(directory);
    const scores = await new OnnxDecoder(session).prefill([1, 2, 3], { kind: 'top', k: 10 });
    if (scores.kind !== 'top') throw new Error('not the output that was asked for');
    expect([...scores.tokenIds]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('refuses what the model cannot read', async () => {
    const directory = await temporaryFolder();
    await writeCheckpointFolder(directory);
    const { session } = await loadCheckpoint(directory);
    const decoder = new OnnxDecoder(session);
    const output = { kind: 'logits' } as const;
    await expect(decoder.prefill([], output)).rejects.toMatchObject({ code: 'prompt_empty' });
    await expect(decoder.prefill([300], output)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(decoder.prefill(randomIds(33, 300), output)).rejects.toMatchObject({
      code: 'prompt_too_long',
    });
    await decoder.prefill(randomIds(32, 300), output);
    await expect(decoder.step(Int32Array.of(1), Int32Array.of(0), output)).rejects.toMatchObject({
      code: 'prompt_too_long',
    });
  });
});
