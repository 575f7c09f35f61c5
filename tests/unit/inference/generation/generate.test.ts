import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src-main/contract/errors.ts';
import { generate } from '../../../../src-main/inference/generation/generate.ts';
import {
  resolveConfig,
  type CoreParameters,
} from '../../../../src-main/inference/generation/resolve-config.ts';
import type {
  DecodingStep,
  GeneratedTokens,
  GenerateRun,
} from '../../../../src-main/inference/generation/types.ts';
import { randomTable, TableDecoder } from './table-decoder.ts';

const vocabSize = 30;
const eos = 7;
const prompt = [1, 2, 3];

function run(
  parameters: CoreParameters,
  options: Pick<GenerateRun, 'onStep' | 'signal'> & { seed?: number } = {},
  size = vocabSize,
): { decoder: TableDecoder; result: Promise<readonly GeneratedTokens[]> } {
  const decoder = new TableDecoder(randomTable(size, options.seed ?? 11), size);
  const model = { vocabSize: size, maxPositions: 1_000, eosTokenIds: [eos] };
  const config = resolveConfig(parameters, model, prompt.length);
  return { decoder, result: generate({ decoder, promptTokenIds: prompt, config, ...options }) };
}

describe('generate', () => {
  it('refuses token ids that the model does not have', async () => {
    const decoder = new TableDecoder(randomTable(vocabSize, 1), vocabSize);
    const model = { vocabSize, maxPositions: 100, eosTokenIds: [] };
    for (const token of [-1, vocabSize, 1.5, NaN]) {
      const config = resolveConfig({ strategy: 'greedy' }, model, 2);
      await expect(generate({ decoder, promptTokenIds: [0, token], config })).rejects.toMatchObject(
        { code: 'invalid_input' },
      );
    }
    expect(decoder.calls).toEqual([]);
  });

  it.each(['greedy', 'sample', 'beam'] as const)(
    'reports each step of %s with the text so far and ends with the last reported',
    async (strategy) => {
      const steps: DecodingStep[] = [];
      const { result } = run(
        { strategy, max_new_tokens: 12, min_new_tokens: 12, seed: 5 },
        { onStep: (step) => void steps.push(step) },
      );
      const [best] = await result;
      expect(steps.map(({ steps: count }) => count)).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
      ]);
      expect(steps.map(({ newTokenIds }) => newTokenIds.length)).toEqual(
        steps.map(({ steps: count }) => count),
      );
      expect(steps.at(-1)?.newTokenIds).toEqual(best?.tokenIds.slice(prompt.length));
    },
  );

  it.each(['greedy', 'sample', 'beam'] as const)(
    'stops %s before the next step when it is cancelled',
    async (strategy) => {
      const controller = new AbortController();
      const { decoder, result } = run(
        { strategy, max_new_tokens: 12, min_new_tokens: 12 },
        {
          signal: controller.signal,
          onStep: async ({ steps }) => {
            await Promise.resolve();
            if (steps === 4) controller.abort();
          },
        },
      );
      await expect(result).rejects.toSatisfy(
        (error) => error instanceof AppError && error.code === 'cancelled',
      );
      expect(decoder.calls).toHaveLength(4);
    },
  );

  it.each(['greedy', 'sample', 'beam'] as const)(
    'does not start %s that is already cancelled',
    async (strategy) => {
      const { decoder, result } = run({ strategy }, { signal: AbortSignal.abort() });
      await expect(result).rejects.toMatchObject({ code: 'cancelled' });
      expect(decoder.calls).toEqual([]);
    },
  );

  it('asks for the likeliest tokens only, as many as bans can take and one more', async () => {
    const { decoder, result } = run({
      strategy: 'greedy',
      no_repeat_ngram_size: 1,
      max_new_tokens: 5,
    });
    await result;
    expect(decoder.calls.map(({ output }) => output)).toEqual(
      [4, 5, 6, 7, 8].map((k) => ({ kind: 'top', k })),
    );
  });

  it('asks beam search for two candidates a beam and never for more than there are tokens', async () => {
    const few = run({ strategy: 'beam', num_beams: 4, no_repeat_ngram_size: 0, max_new_tokens: 2 });
    await few.result;
    expect(few.decoder.calls).toEqual([
      { batch: 1, output: { kind: 'top', k: 8 } },
      { batch: 4, output: { kind: 'top', k: 8 } },
    ]);
    const many = run({ strategy: 'beam', num_beams: 20, max_new_tokens: 1 });
    await many.result;
    expect(many.decoder.calls).toEqual([{ batch: 1, output: { kind: 'top', k: vocabSize } }]);
  });

  it('asks for all scores where a processor looks at all', async () => {
    for (const parameters of [
      { strategy: 'greedy', repetition_penalty: 1.2 },
      { strategy: 'beam', repetition_penalty: 1.2 },
      { strategy: 'sample', top_k: 0 },
      { strategy: 'sample', repetition_penalty: 0.9 },
      { strategy: 'sample', sequence_bias: [[[1], 2]] },
    ] as const) {
      const { decoder, result } = run({ ...parameters, max_new_tokens: 2 });
      await result;
      expect(decoder.calls.every(({ output }) => output.kind === 'logits')).toBe(true);
    }
  });

  it('asks sampling for what is left of top_k, bans, penalties and ties, or for all', async () => {
    const request = {
      strategy: 'sample',
      no_repeat_ngram_size: 1,
      max_new_tokens: 3,
      seed: 1,
    } as const;
    const outputs = async (parameters: object, size: number) => {
      const { decoder, result } = run({ ...request, ...parameters }, {}, size);
      await result;
      return decoder.calls.map(({ output }) => output);
    };
    const ties = 8;
    expect(await outputs({ top_k: 5 }, 1000)).toEqual(
      [3, 4, 5].map((banned) => ({ kind: 'top', k: 5 + banned + ties })),
    );
    expect(await outputs({ top_k: 5, repetition_penalty: 1.1 }, 1000)).toEqual(
      [3, 4, 5].map((seen) => ({ kind: 'top', k: 5 + 2 * seen + ties })),
    );
    expect(
      new Set((await outputs({ top_k: 5 }, 12)).map((output) => JSON.stringify(output))),
    ).toEqual(new Set([JSON.stringify({ kind: 'top', k: 12 })]));
    for (const { kind } of await outputs({ top_k: 600 }, 1000)) expect(kind).toBe('logits');
  });

  it('finds the same by the likeliest tokens as by all scores', async () => {
    const words = [[9], [4, 5]];
    for (let seed = 0; seed < 40; seed++) {
      for (const strategy of ['greedy', 'beam'] as const) {
        const parameters: CoreParameters = {
          strategy,
          num_beams: 3,
          no_repeat_ngram_size: 2,
          min_new_tokens: 4,
          bad_words_ids: words,
          max_new_tokens: 15,
        };
        const cheap = await run(parameters, { seed }).result;
        // A penalty so close to 1 that it changes no order asks for all scores.
        const whole = await run({ ...parameters, repetition_penalty: 1 + 1e-12 }, { seed }).result;
        expect(cheap.map(({ tokenIds }) => tokenIds)).toEqual(
          whole.map(({ tokenIds }) => tokenIds),
        );
      }
    }
  });
});
