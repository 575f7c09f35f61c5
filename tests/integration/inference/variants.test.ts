import { describe, expect, it } from 'vitest';
import { devices, variants, variantsFor, type Variant } from '../../../src-main/contract/models.ts';
import type { StepScores } from '../../../src-main/inference/generation/decoder.ts';
import { OnnxDecoder } from '../../../src-main/inference/session/onnx-decoder.ts';
import { writeCheckpointFolder, type CheckpointSizes } from '../../fixtures/checkpoint-folder.ts';
import { loadCheckpoint } from '../../fixtures/loaded-checkpoint.ts';
import { modelDirectory } from '../../fixtures/reference.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** Widths that fill no block, and a head of its own. */
const oddSizes: CheckpointSizes = {
  n_layer: 3,
  n_head: 5,
  n_embd: 85,
  n_positions: 200,
  vocab_size: 391,
  n_inner: 203,
  tie_word_embeddings: false,
};

/** How far logits may be from fp32's: the root of the mean square, as a share of fp32's own. */
const tolerance = {
  fp32: 0,
  fp16: 0.002,
  int8: 0.04,
  int8_block: 0.03,
  int4: 0.35,
  int4_mixed: 0.3,
};

/** How far logits read step by step may be from those of the whole text. */
function parting(variant: Variant): number {
  if (variant.startsWith('fp')) return 1e-5;
  // Activations are rounded with all the tokens they are read with: either way is as far from fp32
  // as it may be, in a direction of its own.
  return variant === 'int8' ? Math.SQRT2 * tolerance.int8 : 0.03;
}

function randomIds(length: number, vocabSize: number): number[] {
  const random = seededNumbers(4);
  return Array.from({ length }, () => Math.floor(random() * vocabSize));
}

function logitsOf(scores: StepScores): Float32Array {
  if (scores.kind !== 'logits') throw new Error('not the output that was asked for');
  return scores.logits;
}

function distance(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  const squares = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, x) => sum + x * x, 0);
  return Math.sqrt(squares(a.map((x, i) => x - b[i]!)) / squares(b));
}

async function folderOf(shape: 'starter' | 'odd'): Promise<string> {
  if (shape === 'starter') return modelDirectory('starter');
  const directory = await temporaryFolder();
  await writeCheckpointFolder(directory, oddSizes);
  return directory;
}

describe.each(['starter', 'odd'] as const)('on a model of %s shape', (shape) => {
  it.each(variants)(
    '%s is as near to fp32 as its bits allow, every time the same',
    async (variant) => {
      const directory = await folderOf(shape);
      const { checkpoint, session: reference } = await loadCheckpoint(directory);
      const { session } = await loadCheckpoint(directory, variant);
      const tokenIds = randomIds(150, checkpoint.config.vocabSize);
      const read = async (model: typeof session) =>
        logitsOf(await new OnnxDecoder(model).prefill(tokenIds, { kind: 'logits' }));
      const logits = await read(session);
      const limit = tolerance[variant];
      const found = distance(logits, await read(reference));
      expect(found).toBeLessThanOrEqual(limit);
      // Fewer bits that changed nothing would be no fewer bits; the bundled weights are fp16.
      if (variant.startsWith('int')) expect(found).toBeGreaterThan(limit / 100);
      expect(await read(session)).toEqual(logits);
    },
  );

  it.each(variants)(
    '%s says the same step by step, with rows that part, as at once',
    async (variant) => {
      const { checkpoint, session } = await loadCheckpoint(await folderOf(shape), variant);
      const { vocabSize } = checkpoint.config;
      const decoder = new OnnxDecoder(session);
      const prompt = randomIds(70, vocabSize);
      await decoder.prefill(prompt, { kind: 'logits' });
      let rows = [prompt];
      let logits: Float32Array = new Float32Array();
      for (let step = 0; step < 6; step += 1) {
        const parents = Int32Array.from({ length: 3 }, (_, i) => (i * step + 1) % rows.length);
        const tokens = Int32Array.from({ length: 3 }, (_, i) => (37 * step + 5 * i) % vocabSize);
        rows = [...parents].map((parent, i) => [...rows[parent]!, tokens[i]!]);
        logits = logitsOf(await decoder.step(tokens, parents, { kind: 'logits' }));
      }
      for (const [i, row] of rows.entries()) {
        const whole = await new OnnxDecoder(session).prefill(row, { kind: 'logits' });
        const got = logits.subarray(i * vocabSize, (i + 1) * vocabSize);
        expect(distance(got, logitsOf(whole))).toBeLessThan(parting(variant));
      }
    },
  );
});

it('every device is offered full precision, and the processor nothing that gains it nothing', () => {
  for (const device of devices) {
    expect(variantsFor(device)).toContain('fp32');
    expect(variantsFor(device).every((variant) => variants.includes(variant))).toBe(true);
  }
  expect(variantsFor('cpu')).not.toContain('fp16');
  expect(variantsFor('webgpu')).toContain('fp16');
});
