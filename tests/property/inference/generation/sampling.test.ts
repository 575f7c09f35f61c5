import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StepScores } from '../../../../src-main/inference/generation/decoder.ts';
import { generate } from '../../../../src-main/inference/generation/generate.ts';
import {
  resolveConfig,
  type CoreParameters,
} from '../../../../src-main/inference/generation/resolve-config.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';
import { randomTable, TableDecoder } from '../../../unit/inference/generation/table-decoder.ts';

/** Gives every score, however few were asked for. */
class LavishDecoder extends TableDecoder {
  override prefill(tokenIds: readonly number[]): Promise<StepScores> {
    return super.prefill(tokenIds, { kind: 'logits' });
  }

  override step(tokenIds: Int32Array, parentRows: Int32Array): Promise<StepScores> {
    return super.step(tokenIds, parentRows, { kind: 'logits' });
  }
}

const tokens = fc.array(fc.nat(15), { minLength: 1, maxLength: 3 });
const requests: fc.Arbitrary<Partial<CoreParameters>> = fc.record({
  top_k: fc.integer({ min: 1, max: 60 }),
  temperature: fc.constantFrom(1, 0.7, 1.6),
  top_p: fc.constantFrom(1, 0.9, 0.4),
  min_p: fc.constantFrom(0, 0.05, 0.3),
  typical_p: fc.constantFrom(1, 0.8, 0.3),
  repetition_penalty: fc.constantFrom(1, 1.2, 2.5),
  no_repeat_ngram_size: fc.nat(3),
  bad_words_ids: fc.array(tokens, { maxLength: 4 }),
  min_new_tokens: fc.nat(6),
  num_return_sequences: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(2 ** 31),
});

it('draws from the likeliest tokens what it draws from all of them', async () => {
  let few = 0;
  await fc.assert(
    fc.asyncProperty(
      requests,
      fc.integer({ min: 16, max: 600 }),
      fc.nat(2 ** 31),
      fc.constantFrom(0.5, 2, 8),
      async (request, vocabSize, tableSeed, spread) => {
        const table = randomTable(vocabSize, tableSeed, spread);
        const config = resolveConfig(
          { max_new_tokens: 10, ...request, strategy: 'sample' },
          { vocabSize, maxPositions: 100, eosTokenIds: [3] },
          2,
        );
        const drawFrom = async (decoder: TableDecoder) =>
          await generate({ decoder, promptTokenIds: [1, 2], config });
        const sparing = new TableDecoder(table, vocabSize);
        const found = await drawFrom(sparing);
        const wanted = await drawFrom(new LavishDecoder(table, vocabSize));
        expect(found.map(({ tokenIds }) => tokenIds)).toEqual(
          wanted.map(({ tokenIds }) => tokenIds),
        );
        for (const [index, { score }] of found.entries()) {
          expect(score).toBeCloseTo(wanted[index]!.score, 4);
        }
        if (sparing.calls.every(({ output }) => output.kind === 'top' && output.k < vocabSize)) {
          few += 1;
        }
      },
    ),
    { numRuns: largeCount(3_000), seed: testSeed() },
  );
  expect(few).toBeGreaterThan(largeCount(3_000) / 4);
});
