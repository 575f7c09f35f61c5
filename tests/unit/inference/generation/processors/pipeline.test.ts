import { describe, expect, it } from 'vitest';
import { softmax } from '../../../../../src-main/inference/generation/distribution.ts';
import { buildPipeline } from '../../../../../src-main/inference/generation/processors/pipeline.ts';
import {
  resolveConfig,
  type CoreParameters,
} from '../../../../../src-main/inference/generation/resolve-config.ts';
import { processorCases } from '../../../../fixtures/reference.ts';

const neutral = { temperature: 1, top_k: 0, top_p: 1, no_repeat_ngram_size: 0 } as const;

describe('buildPipeline', () => {
  it.each(processorCases())(
    'gives the probabilities of the reference for $parameters after $sequence',
    ({ parameters, prompt_length, eos_token_ids, sequence, logits, probabilities }) => {
      const model = { vocabSize: logits.length, maxPositions: 200, eosTokenIds: eos_token_ids };
      const request: CoreParameters = { strategy: 'sample', ...neutral, ...parameters };
      const scores = Float32Array.from(logits);
      buildPipeline(resolveConfig(request, model, prompt_length)).process(scores, sequence);
      const actual = [...softmax(scores)];
      expect(actual.map((probability) => probability > 0)).toEqual(
        probabilities.map((probability) => probability > 0),
      );
      for (const [token, probability] of probabilities.entries()) {
        expect(Math.abs(actual[token]! - probability)).toBeLessThan(1e-5);
      }
    },
  );

  it('keeps what only sampling does out of greedy and beam search', () => {
    const model = { vocabSize: 5, maxPositions: 100, eosTokenIds: [] };
    const request = { temperature: 0.5, top_k: 1, top_p: 0.1, min_p: 1, typical_p: 0.1 };
    for (const strategy of ['greedy', 'beam'] as const) {
      const pipeline = buildPipeline(resolveConfig({ strategy, ...request }, model, 1));
      const scores = Float32Array.of(1, 2, 3, 4, 5);
      pipeline.process(scores, [0]);
      expect([...scores]).toEqual([1, 2, 3, 4, 5]);
      expect(pipeline.needsAllScores).toBe(false);
    }
  });
});
