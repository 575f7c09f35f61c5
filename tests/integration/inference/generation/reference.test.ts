import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beamSearch } from '../../../../src-main/inference/generation/beam-search.ts';
import { readVariant } from '../../../../src-main/inference/scoring/measure-variant.ts';
import { scoreTokens } from '../../../../src-main/inference/scoring/score-tokens.ts';
import { OnnxDecoder } from '../../../../src-main/inference/session/onnx-decoder.ts';
import {
  modelDirectory,
  scoresOfCheckpoints,
  tableCases,
  type GenerationCase,
} from '../../../fixtures/reference.ts';
import { ReferenceSession } from './reference-session.ts';

/*
 * The whole engine in fp32, from a checkpoint's files to token ids, against PyTorch and
 * Hugging Face's `generate`.
 */

const table = tableCases();
const tolerance = 1e-4;

const expectedTokens = ({ prompt, sequences }: GenerationCase) =>
  sequences.map(({ new_token_ids }) => [...prompt, ...new_token_ids]);

/** Beam search applies the repetition penalty to log-probabilities, greedy search to logits. */
const isGreedyWhateverTheScale = ({ parameters }: GenerationCase): boolean =>
  parameters.strategy === 'greedy' && (parameters.repetition_penalty ?? 1) === 1;

function titleOf({ prompt, parameters, eos_token_ids }: GenerationCase): string {
  return `after ${prompt.length} tokens with ${JSON.stringify(parameters)}, ends [${eos_token_ids.join()}]`;
}

describe.each(scoresOfCheckpoints())(
  'the checkpoint $checkpoint',
  ({ checkpoint, after, token_ids, log_probs, texts }) => {
    let reference: ReferenceSession;
    beforeAll(async () => {
      reference = await ReferenceSession.load(modelDirectory(checkpoint));
    });
    afterAll(() => reference.release());

    it.each(after)(
      'has the logits of the reference after $prompt.length tokens',
      async (wanted) => {
        const decoder = new OnnxDecoder(reference.session);
        const scores = await decoder.prefill(wanted.prompt, { kind: 'logits' });
        if (scores.kind !== 'logits') throw new Error('not the output that was asked for');
        for (const [token, logit] of wanted.logits) {
          expect(Math.abs(scores.logits[token]! - logit)).toBeLessThan(tolerance);
        }
      },
    );

    it('gives each token of a text the log-probability of the reference', async () => {
      const { logProbs } = await scoreTokens(reference.session, token_ids);
      expect(logProbs).toHaveLength(log_probs.length);
      for (const [i, logProb] of log_probs.entries()) {
        expect(Math.abs(logProbs[i]! - logProb)).toBeLessThan(tolerance);
      }
    });

    it.each(texts)(
      'has the perplexity of the reference on $token_ids.length tokens',
      async ({ token_ids: tokenIds, perplexity }) => {
        const { directory, config } = reference;
        const reading = await readVariant({ directory, config, variant: 'fp32' }, [tokenIds]);
        expect(Math.abs(reading.perplexity / perplexity - 1)).toBeLessThan(tolerance);
      },
    );

    const cases = table.filter((wanted) => wanted.checkpoint === checkpoint);

    it.each(cases.map((wanted) => [titleOf(wanted), wanted] as const))(
      'writes what the reference writes %s',
      async (_, wanted) => {
        const found = await reference.find(wanted);
        expect(found.map(({ tokenIds }) => tokenIds)).toEqual(expectedTokens(wanted));
        for (const [i, { score }] of wanted.sequences.entries()) {
          const difference = Math.abs(found[i]!.score - score);
          expect(difference).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(score)));
        }
      },
    );

    const greedy = cases.filter(isGreedyWhateverTheScale);

    it('writes with one beam what greedy search writes', async () => {
      for (const wanted of greedy) {
        const run = reference.runOf(wanted);
        const config = { ...run.config, strategy: 'beam', num_beams: 1 } as const;
        const [text] = await beamSearch({ ...run, config });
        expect([text?.tokenIds]).toEqual(expectedTokens(wanted));
      }
    });

    it('writes the same with a decoder that still knows another prompt', async () => {
      const decoder = new OnnxDecoder(reference.session);
      for (const wanted of cases.filter((_, i) => i % 3 === 0)) {
        const found = await reference.find(wanted, decoder);
        expect(found.map(({ tokenIds }) => tokenIds)).toEqual(expectedTokens(wanted));
      }
    });
  },
);

describe('the table', () => {
  it('has more than 400 cases, in which each parameter changes what is found', () => {
    expect(table.length).toBeGreaterThan(400);
    const counts = new Map<string, number>();
    for (const parameter of table.flatMap(({ matters }) => matters)) {
      counts.set(parameter, (counts.get(parameter) ?? 0) + 1);
    }
    const parameters = [
      ...['num_beams', 'num_return_sequences', 'length_penalty', 'early_stopping'],
      ...['no_repeat_ngram_size', 'repetition_penalty', 'min_new_tokens', 'bad_words_ids'],
      ...['max_length', 'max_new_tokens', 'eos_token_ids', 'sequence_bias', 'stop_strings'],
    ];
    expect([...counts.keys()].sort()).toEqual(parameters.sort());
    for (const [parameter, count] of counts) expect(count, parameter).toBeGreaterThan(20);
    expect(table.filter(isGreedyWhateverTheScale).length).toBeGreaterThan(40);
  });

  it('has prompts of one token, of all but one of the context, and texts that fill it', () => {
    for (const { checkpoint, token_ids } of scoresOfCheckpoints()) {
      const cases = table.filter((wanted) => wanted.checkpoint === checkpoint);
      if (cases.length === 0) continue;
      const lengths = cases.map(({ prompt }) => prompt.length);
      const context = token_ids.length;
      expect(Math.min(...lengths)).toBe(1);
      expect(Math.max(...lengths)).toBe(context - 1);
      const full = cases.flatMap(expectedTokens).filter(({ length }) => length === context);
      expect(full.length).toBeGreaterThan(2);
    }
  });
});
