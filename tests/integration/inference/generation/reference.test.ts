import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../src-main/inference/checkpoint/checkpoint.ts';
import { generate } from '../../../../src-main/inference/generation/generate.ts';
import { resolveConfig } from '../../../../src-main/inference/generation/resolve-config.ts';
import { buildGpt2Graph } from '../../../../src-main/inference/graph/gpt2-graph.ts';
import { graphFile, writeGraph } from '../../../../src-main/inference/graph/write-graph.ts';
import { scoreTokens } from '../../../../src-main/inference/scoring/score-tokens.ts';
import { OnnxDecoder } from '../../../../src-main/inference/session/onnx-decoder.ts';
import { OnnxSession } from '../../../../src-main/inference/session/onnx-session.ts';
import {
  generationCases,
  logitsOfCheckpoints,
  modelDirectory,
  type GenerationCase,
} from '../../../fixtures/reference.ts';

/*
 * The whole engine in fp32, from a checkpoint's files to token ids, against PyTorch and
 * Hugging Face's `generate`.
 */

async function loadSession(checkpointName: string, folder: string): Promise<OnnxSession> {
  const checkpoint = await openCheckpoint(modelDirectory(checkpointName));
  try {
    const graph = buildGpt2Graph(checkpoint.config, checkpoint.weights, 'fp32');
    await writeGraph(graph, folder, 'fp32');
    return await OnnxSession.load(path.join(folder, graphFile('fp32')), checkpoint.config);
  } finally {
    await checkpoint.close();
  }
}

async function decode(decoder: OnnxDecoder, wanted: GenerationCase) {
  const { vocabSize, maxPositions } = decoder;
  const model = { vocabSize, maxPositions, eosTokenIds: wanted.eos_token_ids };
  const config = resolveConfig(wanted.parameters, model, wanted.prompt.length);
  return generate({ decoder, promptTokenIds: wanted.prompt, config });
}

describe.each(logitsOfCheckpoints())(
  'the checkpoint $checkpoint',
  ({ checkpoint, after, token_ids, log_probs }) => {
    let folder: string;
    let session: OnnxSession;

    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'autodoc-reference-'));
      session = await loadSession(checkpoint, folder);
    });
    afterAll(async () => {
      await session.release();
      await rm(folder, { recursive: true });
    });

    it.each(after)(
      'has the logits of the reference after $prompt.length tokens',
      async (wanted) => {
        const scores = await new OnnxDecoder(session).prefill(wanted.prompt, { kind: 'logits' });
        if (scores.kind !== 'logits') throw new Error('not the output that was asked for');
        for (const [token, logit] of wanted.logits.entries()) {
          expect(Math.abs(scores.logits[token]! - logit)).toBeLessThan(1e-4);
        }
      },
    );

    it('gives each token of a text the log-probability of the reference', async () => {
      const { logProbs } = await scoreTokens(session, token_ids);
      expect(logProbs).toHaveLength(log_probs.length);
      for (const [i, logProb] of log_probs.entries()) {
        expect(Math.abs(logProbs[i]! - logProb)).toBeLessThan(1e-4);
      }
    });

    it.each(generationCases().filter((wanted) => wanted.checkpoint === checkpoint))(
      'writes what the reference writes after $prompt.length tokens with $parameters, ends $eos_token_ids',
      async (wanted) => {
        const texts = await decode(new OnnxDecoder(session), wanted);
        expect(texts.map(({ tokenIds }) => tokenIds)).toEqual(
          wanted.sequences.map(({ token_ids: tokenIds }) => tokenIds),
        );
        for (const [i, { score }] of wanted.sequences.entries()) {
          const tolerance = 1e-4 * Math.max(1, Math.abs(score));
          expect(Math.abs(texts[i]!.score - score)).toBeLessThanOrEqual(tolerance);
        }
      },
    );

    it('writes the same with a decoder that still knows another prompt', async () => {
      const decoder = new OnnxDecoder(session);
      for (const wanted of generationCases().filter((other) => other.checkpoint === checkpoint)) {
        const texts = await decode(decoder, wanted);
        expect(texts.map(({ tokenIds }) => tokenIds)).toEqual(
          wanted.sequences.map(({ token_ids: tokenIds }) => tokenIds),
        );
      }
    });
  },
);
