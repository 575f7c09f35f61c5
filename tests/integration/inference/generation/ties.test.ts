import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OnnxDecoder } from '../../../../src-main/inference/session/onnx-decoder.ts';
import { modelDirectory, tiedCases } from '../../../fixtures/reference.ts';
import { ReferenceSession } from './reference-session.ts';

/*
 * Scores that are equal to the bit. The engine's order is: the lower beam, then the lower token.
 * PyTorch's `argmax` takes the lower token too, so greedy search must find the very same; its
 * `topk` leaves the order open, so beam search is compared by what no order changes: the class of
 * each token, where tokens of a class have the same weights, and the scores.
 */

const classCount = 32;
const classesOf = (tokenIds: readonly number[]): string =>
  tokenIds.map((id) => id % classCount).join(' ');

describe('where scores tie', () => {
  let reference: ReferenceSession;
  beforeAll(async () => {
    reference = await ReferenceSession.load(modelDirectory('ties'));
  });
  afterAll(() => reference.release());

  it('three tokens each have one score', async () => {
    const decoder = new OnnxDecoder(reference.session);
    const scores = await decoder.prefill([1, 2, 3], { kind: 'logits' });
    if (scores.kind !== 'logits') throw new Error('not the output that was asked for');
    const { logits } = scores;
    expect(logits.every((logit, id) => logit === logits[id % classCount])).toBe(true);
    expect(new Set(logits).size).toBe(classCount);
  });

  const cases = tiedCases();

  it.each(cases.filter(({ parameters }) => parameters.strategy === 'greedy'))(
    'greedy search takes the token of the reference, with $parameters',
    async (wanted) => {
      const [found] = await reference.find(wanted);
      expect(found!.tokenIds.slice(wanted.prompt.length)).toEqual(
        wanted.sequences[0]!.new_token_ids,
      );
    },
  );

  it.each(cases.filter(({ parameters }) => parameters.strategy === 'beam'))(
    'beam search finds the texts of the reference but for what ties, with $parameters, ends $eos_token_ids',
    async (wanted) => {
      const found = await reference.find(wanted);
      const texts = found.map(({ tokenIds }) => tokenIds.slice(wanted.prompt.length));
      expect(new Set(texts.map((text) => text.join())).size).toBe(texts.length);
      expect(texts.map(classesOf).sort()).toEqual(
        wanted.sequences.map(({ new_token_ids }) => classesOf(new_token_ids)).sort(),
      );
      for (const [i, { score }] of wanted.sequences.entries()) {
        expect(Math.abs(found[i]!.score - score)).toBeLessThanOrEqual(
          1e-4 * Math.max(1, Math.abs(score)),
        );
      }
    },
  );
});
