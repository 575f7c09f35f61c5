import { describe, expect, it } from 'vitest';
import { generate } from '../../../../src-main/inference/generation/generate.ts';
import {
  resolveConfig,
  type CoreParameters,
} from '../../../../src-main/inference/generation/resolve-config.ts';
import { TableDecoder, type LogitsAfter } from './table-decoder.ts';

const probabilities =
  (...values: number[]): LogitsAfter =>
  () =>
    Float32Array.from(values, Math.log);

async function greedy(logitsAfter: LogitsAfter, parameters: Partial<CoreParameters>) {
  const decoder = new TableDecoder(logitsAfter, 4);
  const model = { vocabSize: 4, maxPositions: 50, eosTokenIds: [3] };
  const config = resolveConfig(
    { no_repeat_ngram_size: 0, ...parameters, strategy: 'greedy' },
    model,
    1,
  );
  const [text] = await generate({ decoder, promptTokenIds: [0], config });
  return text;
}

describe('greedy search', () => {
  it('takes the likeliest token until the length is reached, and scores by the mean', async () => {
    const text = await greedy(probabilities(0.2, 0.5, 0.2, 0.1), { max_length: 4 });
    expect(text?.tokenIds).toEqual([0, 1, 1, 1]);
    expect(text?.score).toBeCloseTo(Math.log(0.5), 6);
  });

  it('ends with the end token, which counts in the score', async () => {
    const logitsAfter: LogitsAfter = (sequence) =>
      sequence.length < 3 ? Float32Array.of(0, 1, 0, 0) : Float32Array.of(0, 0, 0, 50);
    const text = await greedy(logitsAfter, { max_new_tokens: 9 });
    expect(text?.tokenIds).toEqual([0, 1, 1, 3]);
    const each = 1 - Math.log(Math.E + 3);
    expect(text?.score).toBeCloseTo((each + each + 0) / 3, 6);
  });

  it('scores by what the model said, before any processor', async () => {
    const banned = await greedy(probabilities(0.2, 0.5, 0.2, 0.1), {
      max_new_tokens: 1,
      bad_words_ids: [[1]],
    });
    expect(banned?.tokenIds).toEqual([0, 0]);
    expect(banned?.score).toBeCloseTo(Math.log(0.2), 6);
    // Penalised logits: 0 for the prompt's token, and the others as they are.
    const penalised = await greedy(() => Float32Array.of(3, 2, 0, 0), {
      max_new_tokens: 1,
      repetition_penalty: 2,
    });
    expect(penalised?.tokenIds).toEqual([0, 1]);
    expect(penalised?.score).toBeCloseTo(2 - Math.log(Math.exp(3) + Math.exp(2) + 2), 6);
  });

  it('takes the lower of two equal tokens, also where all are banned', async () => {
    const even = probabilities(0.25, 0.25, 0.25, 0.25);
    expect((await greedy(even, { max_new_tokens: 2 }))?.tokenIds).toEqual([0, 0, 0]);
    const all = { bad_words_ids: [[0], [1], [2]], min_new_tokens: 2, max_new_tokens: 2 };
    expect((await greedy(even, all))?.tokenIds).toEqual([0, 0, 0]);
    expect((await greedy(even, { ...all, repetition_penalty: 2 }))?.tokenIds).toEqual([0, 0, 0]);
  });
});
