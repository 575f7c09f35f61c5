import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { variants, type Variant } from '../../../src-main/contract/models.ts';
import { openCheckpoint } from '../../../src-main/inference/checkpoint/checkpoint.ts';
import { buildGpt2Graph } from '../../../src-main/inference/graph/gpt2-graph.ts';
import { graphFile, writeGraph } from '../../../src-main/inference/graph/write-graph.ts';
import {
  readVariant,
  timeVariant,
  type MeasuredVariant,
} from '../../../src-main/inference/scoring/measure-variant.ts';
import { scoreTokens } from '../../../src-main/inference/scoring/score-tokens.ts';
import { splitGraph } from '../../../src-main/inference/scoring/split-graph.ts';
import { OnnxSession } from '../../../src-main/inference/session/onnx-session.ts';
import {
  smallSizes,
  writeCheckpointFolder,
  type CheckpointSizes,
} from '../../fixtures/checkpoint-folder.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const shapes: readonly CheckpointSizes[] = [
  { ...smallSizes, n_layer: 3, n_positions: 150 },
  { ...smallSizes, n_head: 3, n_embd: 21, tie_word_embeddings: false, activation_function: 'relu' },
];

async function written(sizes: CheckpointSizes, variant: Variant): Promise<MeasuredVariant> {
  const directory = await temporaryFolder();
  await writeCheckpointFolder(directory, sizes);
  const checkpoint = await openCheckpoint(directory);
  const { config, weights } = checkpoint;
  await writeGraph(buildGpt2Graph(config, weights, variant), directory, variant);
  await checkpoint.close();
  return { directory, config, variant };
}

/** Ids that differ from seed to seed. */
const text = (length: number, seed = 1) =>
  Array.from({ length }, (_, i) => (seed * 31 + i * (i + 7)) % smallSizes.vocab_size);

/** What a session of the whole graph makes of a text, window by window. */
async function readWhole({ directory, config, variant }: MeasuredVariant, tokenIds: number[]) {
  const session = await OnnxSession.load(path.join(directory, graphFile(variant)), config);
  const logProbs: number[] = [];
  const likeliest: number[] = [];
  for (let start = 0; likeliest.length < tokenIds.length - 1; start += config.maxPositions >> 1) {
    const scored = await scoreTokens(session, tokenIds.slice(start, start + config.maxPositions));
    logProbs.push(...scored.logProbs.subarray(logProbs.length - start));
    likeliest.push(...scored.likeliest.subarray(likeliest.length - start));
  }
  await session.release();
  const mean = logProbs.reduce((sum, logProb) => sum + logProb, 0) / logProbs.length;
  return { perplexity: Math.exp(-mean), likeliest };
}

describe.each(variants)('measuring %s part by part', (variant) => {
  it.each(shapes)('reads as the whole graph does: %j', async (sizes) => {
    const measured = await written(sizes, variant);
    const tokenIds = text(2 * sizes.n_positions + 5);
    const wanted = await readWhole(measured, tokenIds);
    for (const partBytes of [1, 4_000, 1e9]) {
      const reading = await readVariant({ ...measured, partBytes }, [tokenIds]);
      // Few bits round a last digit's difference up or down by a whole step now and then.
      expect(Math.abs(reading.perplexity / wanted.perplexity - 1)).toBeLessThan(
        variant.startsWith('int') ? 5e-4 : 5e-6,
      );
      const differing = reading.likeliest.filter((id, i) => id !== wanted.likeliest[i]);
      expect(reading.likeliest).toHaveLength(wanted.likeliest.length);
      expect(differing.length).toBeLessThanOrEqual(variant.startsWith('int') ? 2 : 0);
    }
    const graph = await readFile(path.join(measured.directory, graphFile(variant)));
    const count = (maxBytes: number) => splitGraph(graph, ['top_ids'], maxBytes).length;
    expect(count(1e9)).toBe(1);
    expect(count(1)).toBeGreaterThan(2 * sizes.n_layer);
  });
});

describe('measuring', () => {
  it('reads several texts, each from its own beginning', async () => {
    const measured = await written(smallSizes, 'fp32');
    const texts = [text(20), text(70, 2), text(2, 3)];
    const all = await readVariant(measured, texts);
    const alone = [];
    for (const each of texts) alone.push(await readVariant(measured, [each]));
    expect(all.likeliest).toEqual(alone.flatMap(({ likeliest }) => likeliest));
    const logs = alone.map(({ perplexity, likeliest }) => Math.log(perplexity) * likeliest.length);
    const mean = logs.reduce((sum, log) => sum + log, 0) / all.likeliest.length;
    expect(Math.log(all.perplexity)).toBeCloseTo(mean, 6);
  });

  it.each([2, 3, 32])('times the steps of a model with a context of %i', async (n_positions) => {
    const measured = await written({ ...smallSizes, n_positions }, 'int8');
    const fractions: number[] = [];
    const onFraction = (fraction: number) => fractions.push(fraction);
    const ms = await timeVariant({ ...measured, partBytes: 1 }, { onFraction });
    expect(ms).toBeGreaterThan(0);
    expect(ms).toBeLessThan(Infinity);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBeLessThan(1);
  });

  it('stops between two steps', async () => {
    const measured = await written(smallSizes, 'fp32');
    const abort = new AbortController();
    const told: number[] = [];
    const onFraction = (fraction: number) => {
      told.push(fraction);
      abort.abort();
    };
    const options = { onFraction, signal: abort.signal };
    await expect(readVariant(measured, [text(300)], options)).rejects.toMatchObject({
      code: 'cancelled',
    });
    await expect(timeVariant(measured, options)).rejects.toMatchObject({ code: 'cancelled' });
    expect(told).toEqual([0]);
  });
});
