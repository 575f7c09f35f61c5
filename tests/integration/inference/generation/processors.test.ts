import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { softmax } from '../../../../src-main/inference/generation/distribution.ts';
import { buildPipeline } from '../../../../src-main/inference/generation/processors/pipeline.ts';
import { resolveConfig } from '../../../../src-main/inference/generation/resolve-config.ts';
import {
  largeProcessorCases,
  logitsOf,
  tiedProcessorCases,
  type ProcessorCase,
} from '../../../fixtures/reference.ts';

/*
 * Every processor of the reference on rows as long as real vocabularies, and on equal scores.
 * Small rows without such scores are compared in the unit test of the pipeline.
 */

type Request = Pick<ProcessorCase, 'parameters' | 'prompt_length' | 'eos_token_ids' | 'sequence'>;

const neutral = { temperature: 1, top_k: 0, top_p: 1, no_repeat_ngram_size: 0 } as const;
const tolerance = 1e-5;

function distribution(request: Request, logits: Float32Array): Float32Array {
  const { parameters, prompt_length, eos_token_ids, sequence } = request;
  const model = { vocabSize: logits.length, maxPositions: 200, eosTokenIds: eos_token_ids };
  const config = resolveConfig(
    { strategy: 'sample', ...neutral, ...parameters },
    model,
    prompt_length,
  );
  const scores = logits.slice();
  buildPipeline(config).process(scores, sequence);
  return softmax(scores);
}

function keptTokens(probabilities: Float32Array): number[] {
  return [...probabilities.keys()].filter((token) => probabilities[token]! > 0);
}

describe('the processors', () => {
  const { step, cases } = largeProcessorCases();

  it.each(cases)(
    'keep of $scores.vocab_size tokens those of the reference, with their probabilities, for $parameters',
    (wanted) => {
      const probabilities = distribution(wanted, logitsOf(wanted));
      const kept = keptTokens(probabilities);
      expect(kept).toHaveLength(wanted.kept);
      expect(createHash('sha256').update(kept.join()).digest('hex')).toBe(wanted.kept_sha256);

      const expected = new Float64Array(probabilities.length);
      let token = 0;
      for (const [i, distance] of wanted.distances.entries()) {
        token += distance;
        expected[token] = wanted.counts[i]! * step;
      }
      // A kept probability is wrong by half a step at most.
      const differences = expected.map((value, i) => Math.abs(value - probabilities[i]!));
      expect(differences.reduce((a, b) => Math.max(a, b))).toBeLessThan(tolerance - step / 2);
    },
  );

  it.each(tiedProcessorCases())(
    'keep as many of equal tokens as the reference, the later ones, for $parameters',
    (wanted) => {
      const logits = Float32Array.from(wanted.logits);
      const probabilities = distribution(wanted, logits);
      const inOrder = (values: ArrayLike<number>) => Array.from(values).sort((a, b) => b - a);
      const expected = inOrder(wanted.probabilities);
      for (const [i, value] of inOrder(probabilities).entries()) {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance);
      }
      const kept = keptTokens(probabilities);
      expect(kept).toHaveLength(expected.filter((value) => value > 0).length);
      for (const token of kept) {
        const later = logits.slice(token).findLastIndex((logit) => logit === logits[token]) + token;
        expect(probabilities[later]).toBeGreaterThan(0);
      }
    },
  );
});
