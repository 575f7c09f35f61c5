import { describe, expect, it } from 'vitest';
import type { Variant } from '../../../src-main/contract/models.ts';
import { openCheckpoint } from '../../../src-main/inference/checkpoint/checkpoint.ts';
import type { Decoder } from '../../../src-main/inference/generation/decoder.ts';
import { generate } from '../../../src-main/inference/generation/generate.ts';
import { resolveConfig } from '../../../src-main/inference/generation/resolve-config.ts';
import { attentionForms } from '../../../src-main/inference/graph/device-form.ts';
import { buildGpt2Graph } from '../../../src-main/inference/graph/gpt2-graph.ts';
import { writeGraph } from '../../../src-main/inference/graph/write-graph.ts';
import { scoreTokens } from '../../../src-main/inference/scoring/score-tokens.ts';
import { FallBackSession } from '../../../src-main/inference/session/device-fall-back.ts';
import { DeviceSession } from '../../../src-main/inference/session/device-session.ts';
import { OnnxDecoder } from '../../../src-main/inference/session/onnx-decoder.ts';
import type { PassSession } from '../../../src-main/inference/session/pass-session.ts';
import { loadCheckpoint } from '../../fixtures/loaded-checkpoint.ts';
import { modelDirectory } from '../../fixtures/reference.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/*
 * What devices compute, computed on the processor: their graphs hold wherever the tests run. What
 * only a device can show is in `webgpu.test.ts`.
 */

const checkpoints = ['smallest', 'odd-sizes', 'separate-head', 'scaled-attention'];

async function loadDeviceGraph(
  name: string,
  form: (typeof attentionForms)[number],
  variant: Variant,
): Promise<DeviceSession> {
  const checkpoint = await openCheckpoint(modelDirectory(name));
  try {
    const { config, weights } = checkpoint;
    const directory = await temporaryFolder();
    await writeGraph(buildGpt2Graph(config, weights, variant), directory, variant);
    return await DeviceSession.load({ device: 'cpu', form, directory, config, variant });
  } finally {
    await checkpoint.close();
  }
}

function promptFor(session: PassSession, length: number): number[] {
  return Array.from({ length }, (_, i) => (i * 7 + 3) % session.config.vocabSize);
}

const strategies = [
  { strategy: 'greedy' },
  { strategy: 'beam', num_beams: 4, num_return_sequences: 2 },
  { strategy: 'sample', num_return_sequences: 3, seed: 11 },
] as const;

async function draft(
  decoder: Decoder,
  prompt: readonly number[],
  strategy: (typeof strategies)[number],
): Promise<readonly (readonly number[])[]> {
  const { vocabSize, maxPositions } = decoder;
  const config = resolveConfig(
    { ...strategy, max_new_tokens: 10 },
    { vocabSize, maxPositions, eosTokenIds: [] },
    prompt.length,
  );
  const texts = await generate({ decoder, promptTokenIds: prompt, config });
  return texts.map(({ tokenIds }) => tokenIds);
}

describe("a device's graph", () => {
  it.each(checkpoints)(
    'says of %s what the processor says, however attention is made',
    async (name) => {
      const { session: reference } = await loadCheckpoint(modelDirectory(name));
      const prompt = promptFor(reference, Math.min(40, reference.config.maxPositions - 12));
      const wanted = await scoreTokens(reference, prompt, undefined, 3);
      for (const form of attentionForms) {
        const session = await loadDeviceGraph(name, form, 'fp32');
        const scored = await scoreTokens(session, prompt, undefined, 3);
        for (const [i, logProb] of scored.logProbs.entries()) {
          expect(logProb).toBeCloseTo(wanted.logProbs[i]!, 4);
        }
        expect([...scored.likeliest]).toEqual([...wanted.likeliest]);
        for (const strategy of strategies) {
          const decoder = new OnnxDecoder(session);
          const texts = await draft(decoder, prompt, strategy);
          expect(texts).toEqual(await draft(new OnnxDecoder(reference), prompt, strategy));
          // A prefix is kept, whatever rows followed it.
          expect(await draft(decoder, prompt, strategy)).toEqual(texts);
        }
        await session.release();
      }
    },
  );

  it.each(['fp16', 'int4', 'int4_mixed', 'int8_block'] as const)(
    'holds the weights of %s as they lie beside the processor’s graph',
    async (variant) => {
      const { session: reference } = await loadCheckpoint(modelDirectory('odd-sizes'), variant);
      const prompt = promptFor(reference, 20);
      const wanted = await scoreTokens(reference, prompt);
      const session = await loadDeviceGraph('odd-sizes', 'fused', variant);
      const scored = await scoreTokens(session, prompt);
      for (const [i, logProb] of scored.logProbs.entries()) {
        expect(Math.abs(logProb - wanted.logProbs[i]!)).toBeLessThan(0.02);
      }
      await session.release();
    },
  );

  it('is refused where the prepared weights are of another shape', async () => {
    const { checkpoint } = await loadCheckpoint(modelDirectory('smallest'));
    const directory = await temporaryFolder();
    const { config, weights } = checkpoint;
    await writeGraph(buildGpt2Graph(config, weights, 'fp32'), directory, 'fp32');
    const other = { ...config, vocabSize: config.vocabSize + 1 };
    await expect(
      DeviceSession.load({
        device: 'cpu',
        form: 'fused',
        directory,
        config: other,
        variant: 'fp32',
      }),
    ).rejects.toThrow(/token_embedding/);
  });
});

/** A session that is lost at its nth pass, and for good. */
function mortal(session: PassSession, passes: number): PassSession {
  let left = passes;
  return {
    config: session.config,
    device: 'webgpu',
    pieceTokens: 16,
    newCache: () => session.newCache(),
    async run(cache, request) {
      if (left <= 0) throw new Error('WebGPU device lost');
      left -= 1;
      return session.run(cache, request);
    },
    release: () => Promise.reject(new Error('WebGPU device lost')),
  };
}

describe('a device that is lost', () => {
  it.each(strategies)(
    'at any pass goes on on the processor with the same text: $strategy',
    async (strategy) => {
      const { session } = await loadCheckpoint(modelDirectory('odd-sizes'));
      const prompt = promptFor(session, 20);
      const wanted = await draft(new OnnxDecoder(session), prompt, strategy);
      // Two pieces of the prompt and nine steps; at the last number nothing is lost.
      for (let passes = 0; passes <= 11; passes += 1) {
        let replacements = 0;
        const placed = new FallBackSession(
          { session: mortal(session, passes), variant: 'fp32' },
          null,
          (cause) => {
            replacements += 1;
            return Promise.resolve({ session, variant: 'int8', reason: String(cause) });
          },
        );
        const decoder = new OnnxDecoder(placed);
        expect(await draft(decoder, prompt, strategy)).toEqual(wanted);
        const isLost = passes < 11;
        expect(placed).toMatchObject(
          isLost
            ? { device: 'cpu', variant: 'int8', fallBack: 'Error: WebGPU device lost' }
            : { device: 'webgpu', variant: 'fp32', fallBack: null },
        );
        expect(replacements).toBe(isLost ? 1 : 0);
        // The next draft keeps what was read, on the processor.
        expect(await draft(decoder, prompt, strategy)).toEqual(wanted);
      }
    },
  );

  it('while it scores gives the scores all the same', async () => {
    const { session } = await loadCheckpoint(modelDirectory('odd-sizes'));
    const text = promptFor(session, 30);
    const wanted = await scoreTokens(session, text);
    const placed = new FallBackSession({ session: mortal(session, 1), variant: 'fp32' }, null, () =>
      Promise.resolve({ session, variant: 'fp32', reason: 'gone' }),
    );
    const scored = await scoreTokens(placed, text);
    for (const [i, logProb] of scored.logProbs.entries()) {
      expect(logProb).toBeCloseTo(wanted.logProbs[i]!, 5);
    }
  });

  it('ends the work where nothing is left to go on with', async () => {
    const { session } = await loadCheckpoint(modelDirectory('smallest'));
    const placed = new FallBackSession(
      { session: mortal(session, 0), variant: 'fp32' },
      null,
      null,
    );
    await expect(scoreTokens(placed, promptFor(session, 5))).rejects.toThrow(/device lost/);
  });
});
