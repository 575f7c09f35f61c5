import { describe, expect, it } from 'vitest';
import { generate } from '../../../../src-main/inference/generation/generate.ts';
import {
  resolveConfig,
  type CoreParameters,
} from '../../../../src-main/inference/generation/resolve-config.ts';
import { TableDecoder, type LogitsAfter } from './table-decoder.ts';

const eos = 0;

/** Log-probabilities by the tokens after the prompt; where none are given, all on token 1. */
function table(vocabSize: number, rows: Record<string, Record<number, number>>): LogitsAfter {
  return (sequence) => {
    const row = rows[sequence.slice(1).join(' ')] ?? { 1: 1 };
    return Float32Array.from({ length: vocabSize }, (_, token) => Math.log(row[token] ?? 0));
  };
}

async function search(
  logitsAfter: LogitsAfter,
  vocabSize: number,
  parameters: Omit<CoreParameters, 'strategy'>,
  eosTokenIds: readonly number[] = [eos],
) {
  const decoder = new TableDecoder(logitsAfter, vocabSize);
  const config = resolveConfig(
    { strategy: 'beam', no_repeat_ngram_size: 0, ...parameters },
    { vocabSize, maxPositions: 100, eosTokenIds },
    1,
  );
  const texts = await generate({ decoder, promptTokenIds: [1], config });
  const found = texts.map(({ tokenIds, score }) => [tokenIds.slice(1).join(' '), score] as const);
  return { found, steps: decoder.calls.length };
}

describe('beam search', () => {
  it('finds what greedy search cannot: a likelier text behind a less likely token', async () => {
    const rows = {
      '': { 2: 0.6, 3: 0.4 },
      '2': { 1: 0.5, 2: 0.5 },
      '3': { 1: 0.9, 2: 0.1 },
    };
    const { found } = await search(table(5, rows), 5, { num_beams: 2, max_new_tokens: 2 }, []);
    expect(found).toEqual([['3 1', expect.closeTo(Math.log(0.36) / 2, 6)]]);
  });

  it('finishes a text whose end is among the best num_beams, and fills the beam with the next', async () => {
    const rows = {
      '': { [eos]: 0.4, 2: 0.3, 3: 0.2, 4: 0.1 },
      '2': { [eos]: 1 },
      '3': { [eos]: 1 },
    };
    const parameters = { num_beams: 2, num_return_sequences: 2, max_new_tokens: 5 };
    // The first end leaves two texts to go on: early stopping waits for the second.
    const { found, steps } = await search(table(5, rows), 5, parameters);
    expect(found.map(([text]) => text)).toEqual(['2 0', '3 0']);
    expect(found.map(([, score]) => score)).toEqual([
      expect.closeTo(Math.log(0.3) / 2, 6),
      expect.closeTo(Math.log(0.2) / 2, 6),
    ]);
    expect(steps).toBe(2);
  });

  it('passes over an end that is ranked lower', async () => {
    const rows = { '': { 2: 0.4, 3: 0.35, [eos]: 0.25 } };
    const parameters = { num_beams: 2, num_return_sequences: 2, max_new_tokens: 2 };
    const { found } = await search(table(5, rows), 5, parameters);
    expect(found.map(([text]) => text)).toEqual(['2 1', '3 1']);
  });

  describe('by early_stopping', () => {
    // Two short texts end at once; a third goes on with certainty and becomes better by length.
    const rows = {
      '': { [eos]: 0.35, 2: 0.33, 3: 0.32 },
      '2': { [eos]: 1 },
      '3': { 4: 1 },
      '3 4': { 4: 1 },
      '3 4 4': { 4: 1 },
    };
    const run = (early_stopping: boolean | 'never', length_penalty = 1) =>
      search(table(5, rows), 5, {
        num_beams: 2,
        max_new_tokens: 4,
        early_stopping,
        length_penalty,
      });

    it('true stops when as many texts as beams have ended', async () => {
      const { found, steps } = await run(true);
      expect(found).toEqual([['2 0', expect.closeTo(Math.log(0.33) / 2, 6)]]);
      expect(steps).toBe(2);
    });

    it('false goes on while the best text running is better at its length than the worst ended', async () => {
      const { found, steps } = await run(false);
      expect(found).toEqual([['3 4 4 4', expect.closeTo(Math.log(0.32) / 4, 6)]]);
      expect(steps).toBe(4);
    });

    it('false stops without a length to gain', async () => {
      const { found, steps } = await run(false, 0);
      expect(found).toEqual([['0', expect.closeTo(Math.log(0.35), 6)]]);
      expect(steps).toBe(2);
    });

    it('never goes on for what the greatest length could bring', async () => {
      const uncertain = {
        '': { [eos]: 0.5, 2: 0.3, 3: 0.2 },
        '2': { [eos]: 0.9, 4: 0.1 },
        '3': { 4: 0.5, 2: 0.5 },
      };
      const parameters = { num_beams: 2, max_new_tokens: 6 };
      const hasty = await search(table(5, uncertain), 5, { ...parameters, early_stopping: false });
      const patient = await search(table(5, uncertain), 5, {
        ...parameters,
        early_stopping: 'never',
      });
      expect(patient.steps).toBe(6);
      expect(hasty.steps).toBeLessThan(patient.steps);
    });
  });

  it('prefers long texts with a length penalty above 0 and short ones below', async () => {
    const rows = {
      '': { [eos]: 0.3, 2: 0.4, 3: 0.3 },
      '2': { 2: 1 },
      '2 2': { 2: 1 },
      '3': { 3: 0.5, 4: 0.5 },
    };
    const best = async (length_penalty: number) => {
      const parameters = { num_beams: 3, max_new_tokens: 3, early_stopping: 'never' } as const;
      const { found } = await search(table(5, rows), 5, { ...parameters, length_penalty });
      return found[0];
    };
    expect(await best(2)).toEqual(['2 2 2', expect.closeTo(Math.log(0.4) / 9, 6)]);
    expect(await best(-1)).toEqual(['0', expect.closeTo(Math.log(0.3), 6)]);
  });

  it('puts equal scores in the order of beams and tokens', async () => {
    const even = () => new Float32Array(4);
    const parameters = { num_beams: 3, num_return_sequences: 3, max_new_tokens: 2 };
    const { found } = await search(even, 4, parameters, []);
    expect(found.map(([text]) => text)).toEqual(['0 0', '0 1', '0 2']);
  });

  it('gives as many texts as asked for where the vocabulary has fewer tokens than beams', async () => {
    const parameters = { num_beams: 8, num_return_sequences: 4, max_new_tokens: 2 };
    const { found } = await search(
      table(3, { '': { 1: 0.7, 2: 0.3 }, '2': { 2: 1 } }),
      3,
      parameters,
      [],
    );
    expect(found.slice(0, 2)).toEqual([
      ['1 1', expect.closeTo(Math.log(0.7) / 2, 6)],
      ['2 2', expect.closeTo(Math.log(0.3) / 2, 6)],
    ]);
    expect(found).toHaveLength(4);
  });

  it('gives the bare prompt, as the reference does, where every token is banned', async () => {
    const parameters = { num_beams: 2, bad_words_ids: [[0], [1], [2]], max_new_tokens: 3 };
    const { found } = await search(table(3, {}), 3, parameters, []);
    expect(found).toEqual([['', -1e9]]);
  });

  it('reports the ended text while it is better than what is running', async () => {
    const rows = { '': { [eos]: 0.9, 2: 0.06, 3: 0.04 }, '2': { 2: 1 }, '2 2': { 2: 1 } };
    const decoder = new TableDecoder(table(5, rows), 5);
    const model = { vocabSize: 5, maxPositions: 100, eosTokenIds: [eos] };
    const parameters = { strategy: 'beam', num_beams: 2, max_new_tokens: 3 } as const;
    const reported: (readonly number[])[] = [];
    await generate({
      decoder,
      promptTokenIds: [1],
      config: resolveConfig({ ...parameters, length_penalty: 0 }, model, 1),
      onStep: ({ newTokenIds }) => void reported.push(newTokenIds),
    });
    expect(reported).toEqual([[eos], [eos], [eos]]);
  });
});
