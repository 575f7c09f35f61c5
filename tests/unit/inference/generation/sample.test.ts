import { describe, expect, it } from 'vitest';
import { generate } from '../../../../src-main/inference/generation/generate.ts';
import {
  resolveConfig,
  type CoreParameters,
} from '../../../../src-main/inference/generation/resolve-config.ts';
import { randomTable, TableDecoder } from './table-decoder.ts';

const eos = 5;

async function sample(parameters: Partial<CoreParameters>, vocabSize = 20) {
  const decoder = new TableDecoder(randomTable(vocabSize, 3), vocabSize);
  const model = { vocabSize, maxPositions: 100, eosTokenIds: [eos] };
  const config = resolveConfig({ max_new_tokens: 12, ...parameters, strategy: 'sample' }, model, 2);
  const texts = await generate({ decoder, promptTokenIds: [1, 2], config });
  return { texts, calls: decoder.calls };
}

describe('sampling', () => {
  it('gives the same text for the same seed, and another for another', async () => {
    const { texts } = await sample({ seed: 1 });
    expect((await sample({ seed: 1 })).texts).toEqual(texts);
    const others = await Promise.all([2, 3, 4, 5].map((seed) => sample({ seed })));
    const distinct = new Set(
      [texts, ...others.map((other) => other.texts)].map((t) => JSON.stringify(t)),
    );
    expect(distinct.size).toBe(5);
  });

  it('gives different texts for one request, the first of them the same as alone', async () => {
    const alone = (await sample({ seed: 9 })).texts;
    const { texts } = await sample({ seed: 9, num_return_sequences: 6 });
    expect(texts).toHaveLength(6);
    expect(new Set(texts.map(({ tokenIds }) => tokenIds.join())).size).toBe(6);
    expect(texts).toContainEqual(alone[0]);
  });

  it('puts the likeliest text first and takes ended texts out of the batch', async () => {
    const { texts, calls } = await sample({ seed: 4, num_return_sequences: 16, top_k: 0 });
    const scores = texts.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    const lengths = texts.map(({ tokenIds }) => tokenIds.length - 2);
    const running = calls.map((_, step) => lengths.filter((length) => length > step).length);
    expect(calls.map(({ batch }) => batch)).toEqual([1, ...running.slice(1)]);
    expect(new Set(lengths).size).toBeGreaterThan(1);
    for (const { tokenIds } of texts) {
      const end = tokenIds.indexOf(eos, 2);
      expect(end === -1 ? tokenIds.length : end + 1).toBe(tokenIds.length);
    }
  });

  it('draws each token as often as it is likely', async () => {
    const vocabSize = 4;
    const probabilities = [0.5, 0.3, 0.15, 0.05];
    const counts = new Array<number>(vocabSize).fill(0);
    const decoder = new TableDecoder(() => Float32Array.from(probabilities, Math.log), vocabSize);
    const model = { vocabSize, maxPositions: 100, eosTokenIds: [] };
    for (let seed = 0; seed < 100; seed++) {
      const config = resolveConfig(
        { strategy: 'sample', seed, num_return_sequences: 50, max_new_tokens: 1 },
        model,
        1,
      );
      for (const { tokenIds } of await generate({ decoder, promptTokenIds: [0], config })) {
        const token = tokenIds[1]!;
        counts[token] = counts[token]! + 1;
      }
    }
    const chiSquared = counts.reduce((sum, count, token) => {
      const expected = 5_000 * probabilities[token]!;
      return sum + (count - expected) ** 2 / expected;
    }, 0);
    // The 99.9th percentile with 3 degrees of freedom.
    expect(chiSquared).toBeLessThan(16.3);
  });

  it('is greedy search where one token is left', async () => {
    const { texts } = await sample({ seed: 1, top_k: 1, no_repeat_ngram_size: 0 });
    const decoder = new TableDecoder(randomTable(20, 3), 20);
    const model = { vocabSize: 20, maxPositions: 100, eosTokenIds: [eos] };
    const config = resolveConfig(
      { strategy: 'greedy', max_new_tokens: 12, no_repeat_ngram_size: 0 },
      model,
      2,
    );
    const [greedy] = await generate({ decoder, promptTokenIds: [1, 2], config });
    expect(texts[0]?.tokenIds).toEqual(greedy?.tokenIds);
    expect(texts[0]?.score).toBeCloseTo(greedy!.score, 5);
  });

  it('says so where every token is banned', async () => {
    await expect(
      sample({ bad_words_ids: [[0], [1]], no_repeat_ngram_size: 0 }, 2),
    ).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
