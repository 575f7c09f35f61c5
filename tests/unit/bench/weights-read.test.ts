import path from 'node:path';
import { expect, it } from 'vitest';
import { openCheckpoint } from '../../../src-main/inference/checkpoint/checkpoint.ts';
import { buildGpt2Graph } from '../../../src-main/inference/graph/gpt2-graph.ts';
import { graphFile, writeGraph } from '../../../src-main/inference/graph/write-graph.ts';
import { weightBytesPerToken } from '../../bench/weights-read.ts';
import { smallSizes, writeCheckpointFolder } from '../../fixtures/checkpoint-folder.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const { n_layer: layers, n_embd: width, vocab_size: vocabulary } = smallSizes;
const matrices = layers * 12 * width ** 2;
/** Biases of the four matrices and two norms in each layer, and the last norm. */
const vectors = layers * (9 + 4) * width + 2 * width;
const outputs = layers * 9 * width + vocabulary;

/** Position embeddings are looked up in, by every variant. */
it.each([
  // A tied head is read whole, though it is looked up in too.
  ['fp32', 4 * (matrices + vectors + vocabulary * width)],
  // A head of its own; the table that is looked up in does not count. A scale for each output.
  ['int8', matrices + vocabulary * width + 4 * (vectors + outputs)],
] as const)('counts what %s reads for a token', async (variant, bytes) => {
  const folder = await temporaryFolder();
  await writeCheckpointFolder(folder, smallSizes);
  const checkpoint = await openCheckpoint(folder);
  try {
    const graph = buildGpt2Graph(checkpoint.config, checkpoint.weights, variant);
    await writeGraph(graph, folder, variant);
    const counted = await weightBytesPerToken(path.join(folder, graphFile(variant)));
    // A handful of small numbers tell the graph where to cut.
    expect(counted).toBeGreaterThanOrEqual(bytes);
    expect(counted).toBeLessThan(bytes + 200);
  } finally {
    await checkpoint.close();
  }
});
