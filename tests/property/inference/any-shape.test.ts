import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { variants, type Variant } from '../../../src-main/contract/models.ts';
import { openCheckpoint } from '../../../src-main/inference/checkpoint/checkpoint.ts';
import { buildGpt2Graph } from '../../../src-main/inference/graph/gpt2-graph.ts';
import { graphFile, writeGraph } from '../../../src-main/inference/graph/write-graph.ts';
import { OnnxDecoder } from '../../../src-main/inference/session/onnx-decoder.ts';
import { OnnxSession } from '../../../src-main/inference/session/onnx-session.ts';
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

/**
 * Of a logit's distance from plain loops over the same weights, as a share of the largest one's
 * size: what is left is that activations are rounded to 8 bits, one tensor or one block at a time.
 */
const tolerance: Readonly<Record<Variant, number>> = {
  ...{ fp32: 1e-4, fp16: 1e-4 },
  ...{ int8: 0.15, int8_block: 0.1, int4: 0.1, int4_mixed: 0.1 },
};

it('runs a checkpoint of any shape, form and variant as plain loops do', async () => {
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
          const isExact = variant === 'fp32' || variant === 'fp16';
          const size = isExact ? 1 : Math.max(...wanted.map(Math.abs));
          for (const [token, logit] of wanted.entries()) {
            const error = Math.abs(scores.logits[token]! - logit);
            expect(error).toBeLessThan(tolerance[variant] * size);
          }
        } finally {
          await rm(folder, { recursive: true });
        }
      },
    ),
    { numRuns: largeCount(300), seed: testSeed() },
  );
}, 300_000);
