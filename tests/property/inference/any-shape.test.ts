import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { variants } from '../../../src-main/contract/models.ts';
import { openCheckpoint } from '../../../src-main/inference/checkpoint/checkpoint.ts';
import { buildGpt2Graph } from '../../../src-main/inference/graph/gpt2-graph.ts';
import { graphFile, writeGraph } from '../../../src-main/inference/graph/write-graph.ts';
import { OnnxDecoder } from '../../../src-main/inference/session/onnx-decoder.ts';
import { OnnxSession } from '../../../src-main/inference/session/onnx-session.ts';
import { median } from '../../bench/statistics.ts';
import { writeCheckpointFolder, type CheckpointSizes } from '../../fixtures/checkpoint-folder.ts';
import { plainLogits } from '../../fixtures/plain-gpt2.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { storedWeights } from '../../fixtures/stored-weights.ts';

const anySizes: fc.Arbitrary<CheckpointSizes> = fc
  .record({
    n_layer: fc.integer({ min: 1, max: 3 }),
    n_head: fc.integer({ min: 1, max: 5 }),
    headWidth: fc.integer({ min: 1, max: 20 }),
    n_positions: fc.integer({ min: 2, max: 150 }),
    vocab_size: fc.integer({ min: 257, max: 400 }),
    n_inner: fc.integer({ min: 1, max: 70 }),
    activation_function: fc.constantFrom('gelu_new', 'gelu_pytorch_tanh', 'gelu', 'relu'),
    tie_word_embeddings: fc.boolean(),
    scale_attn_weights: fc.boolean(),
    scale_attn_by_inverse_layer_idx: fc.boolean(),
    layer_norm_epsilon: fc.constantFrom(1e-5, 1e-3, 1e-8),
  })
  .map(({ headWidth, ...sizes }) => ({ ...sizes, n_embd: sizes.n_head * headWidth }));

/** Of a logit's distance from plain loops over the same weights, where they are multiplied as they are. */
const exactTolerance = 1e-4;
/**
 * Where activations are rounded to 8 bits, one tensor or one block at a time, the error is taken
 * as a share of the logits' size, root mean square each. It is a hundredth in the middle of all
 * shapes; few narrow ones whose attention is not scaled magnify it tenfold, and nothing but a
 * mistake makes it a third.
 */
const roundedTolerance = { middle: 0.03, each: 0.3 };

it('runs a checkpoint of any shape, form and variant as plain loops do', async () => {
  const roundedErrors: number[] = [];
  await fc.assert(
    fc.asyncProperty(
      anySizes,
      fc.constantFrom('F32', 'F16', 'BF16'),
      fc.constantFrom('', 'transformer.'),
      fc.constantFrom(...variants),
      fc.integer({ min: 0, max: 0xffff }),
      async (sizes, dtype, prefix, variant, seed) => {
        const folder = await mkdtemp(path.join(tmpdir(), 'autodoc-test-'));
        try {
          await writeCheckpointFolder(folder, sizes, { seed, dtype, prefix });
          const checkpoint = await openCheckpoint(folder);
          const { config, weights } = checkpoint;
          await writeGraph(buildGpt2Graph(config, weights, variant), folder, variant);
          const session = await OnnxSession.load(path.join(folder, graphFile(variant)), config);
          const tokenIds = Array.from(
            { length: sizes.n_positions },
            (_, i) => (seed + i * (i + 3)) % sizes.vocab_size,
          );
          const decoder = new OnnxDecoder(session);
          const prompt = tokenIds.slice(0, -1);
          await decoder.prefill(prompt, { kind: 'top', k: 1 });
          const last = Int32Array.of(tokenIds.at(-1)!);
          const scores = await decoder.step(last, Int32Array.of(0), { kind: 'logits' });
          const stored = await storedWeights(weights, config, variant);
          const wanted = (await plainLogits(config, stored, tokenIds)).at(-1) as Float64Array;
          await session.release();
          await checkpoint.close();

          if (scores.kind !== 'logits') throw new Error('not the output that was asked for');
          const errors = wanted.map((logit, token) => scores.logits[token]! - logit);
          if (variant === 'fp32' || variant === 'fp16') {
            expect(Math.max(...errors.map(Math.abs))).toBeLessThan(exactTolerance);
          } else {
            const share = rootMeanSquare(errors) / rootMeanSquare(wanted);
            expect(share).toBeLessThan(roundedTolerance.each);
            roundedErrors.push(share);
          }
        } finally {
          await rm(folder, { recursive: true });
        }
      },
    ),
    { numRuns: largeCount(300), seed: testSeed() },
  );
  expect(median(roundedErrors)).toBeLessThan(roundedTolerance.middle);
}, 300_000);

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}
