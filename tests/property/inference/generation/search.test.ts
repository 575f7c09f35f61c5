import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logSoftmax } from '../../../../src-main/inference/generation/distribution.ts';
import { generate } from '../../../../src-main/inference/generation/generate.ts';
import {
  resolveConfig,
  type CoreParameters,
} from '../../../../src-main/inference/generation/resolve-config.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';
import {
  randomTable,
  TableDecoder,
  type LogitsAfter,
} from '../../../unit/inference/generation/table-decoder.ts';

const options = { numRuns: largeCount(1_000), seed: testSeed() };
const prompt = [0];

async function decode(
  logitsAfter: LogitsAfter,
  vocabSize: number,
  parameters: CoreParameters,
  eosTokenIds: readonly number[] = [],
) {
  const decoder = new TableDecoder(logitsAfter, vocabSize);
  const model = { vocabSize, maxPositions: 100, eosTokenIds };
  const config = resolveConfig({ no_repeat_ngram_size: 0, ...parameters }, model, prompt.length);
  return generate({ decoder, promptTokenIds: prompt, config });
}

/** Every text of at most `length` new tokens that ends at an end token or at that length. */
function allTexts(
  logitsAfter: LogitsAfter,
  vocabSize: number,
  length: number,
  eosTokenIds: readonly number[],
): { tokenIds: number[]; sum: number }[] {
  const extend = (tokenIds: number[], sum: number): { tokenIds: number[]; sum: number }[] => {
    const isEnded = tokenIds.length > prompt.length && eosTokenIds.includes(tokenIds.at(-1)!);
    if (isEnded || tokenIds.length - prompt.length === length) return [{ tokenIds, sum }];
    const logProbs = logSoftmax(logitsAfter(tokenIds));
    return Array.from({ length: vocabSize }, (_, token) =>
      extend([...tokenIds, token], Math.fround(sum + logProbs[token]!)),
    ).flat();
  };
  return extend(prompt, 0).sort((a, b) => b.sum - a.sum);
}

describe('beam search', () => {
  it('that is wide enough equals trying everything', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 2, max: 3 }),
        fc.integer(),
        async (vocabSize, length, seed) => {
          const logitsAfter = randomTable(vocabSize, seed);
          const num_beams = vocabSize ** (length - 1);
          const texts = await decode(logitsAfter, vocabSize, {
            strategy: 'beam',
            num_beams,
            num_return_sequences: num_beams,
            max_new_tokens: length,
          });
          const wanted = allTexts(logitsAfter, vocabSize, length, []).slice(0, num_beams);
          expect(texts.map(({ tokenIds }) => tokenIds)).toEqual(
            wanted.map(({ tokenIds }) => tokenIds),
          );
          for (const [i, { sum }] of wanted.entries()) {
            expect(texts[i]?.score).toBeCloseTo(sum / length, 5);
          }
        },
      ),
      options,
    );
  });

  it('that is wide enough and never gives up early finds the likeliest text of any length', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer(),
        async (vocabSize, length, seed) => {
          const logitsAfter = randomTable(vocabSize, seed);
          const eosTokenIds = [vocabSize - 1];
          const [best] = await decode(
            logitsAfter,
            vocabSize,
            {
              strategy: 'beam',
              num_beams: vocabSize ** length,
              max_new_tokens: length,
              early_stopping: 'never',
              length_penalty: 0,
            },
            eosTokenIds,
          );
          const [wanted] = allTexts(logitsAfter, vocabSize, length, eosTokenIds);
          expect(best).toMatchObject({ tokenIds: wanted?.tokenIds, score: wanted?.sum });
        },
      ),
      options,
    );
  });

  it('never returns a text that is less likely than the next one, nor two that are the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 6 }), async (seed, num_beams) => {
        const texts = await decode(
          randomTable(12, seed),
          12,
          { strategy: 'beam', num_beams, num_return_sequences: num_beams, max_new_tokens: 8 },
          [3],
        );
        const scores = texts.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
        expect(new Set(texts.map(({ tokenIds }) => tokenIds.join())).size).toBe(num_beams);
      }),
      options,
    );
  });
});

describe('every strategy', () => {
  const anyStrategy = fc.constantFrom('greedy', 'beam', 'sample');

  it('keeps to the length, ends at an end token only, and never before the minimum', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyStrategy,
        fc.integer(),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(20),
        async (strategy, seed, max_new_tokens, min_new_tokens) => {
          const texts = await decode(
            randomTable(15, seed),
            15,
            { strategy, max_new_tokens, min_new_tokens, seed: seed >>> 0 },
            [2, 9],
          );
          for (const { tokenIds } of texts) {
            const written = tokenIds.slice(prompt.length);
            const end = written.findIndex((token) => token === 2 || token === 9);
            expect(written).toHaveLength(end === -1 ? max_new_tokens : end + 1);
            if (end !== -1) expect(end).toBeGreaterThanOrEqual(min_new_tokens);
          }
        },
      ),
      options,
    );
  });

  it('writes no n-gram twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyStrategy,
        fc.integer(),
        fc.integer({ min: 1, max: 4 }),
        async (strategy, seed, size) => {
          const texts = await decode(randomTable(25, seed, 6), 25, {
            strategy,
            seed: seed >>> 0,
            no_repeat_ngram_size: size,
            max_new_tokens: 20,
          });
          for (const { tokenIds } of texts) {
            const ngrams = tokenIds
              .slice(0, tokenIds.length - size + 1)
              .map((_, start) => tokenIds.slice(start, start + size).join());
            expect(new Set(ngrams).size).toBe(ngrams.length);
          }
        },
      ),
      options,
    );
  });
});
