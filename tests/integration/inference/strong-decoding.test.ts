import { describe, expect, it } from 'vitest';
import type { GenerationParameters } from '../../../src-main/contract/generation.ts';
import type { EngineChoice } from '../../../src-main/inference/client/types.ts';
import { prepareSmallModel, startEngine } from '../../fixtures/engine.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/*
 * What a weak model needs, through the whole engine: texts that ban, stop and bias, several
 * candidates ranked, and how likely each token was.
 */

const promptTokenIds = [65, 66, 67, 68];

async function startDrafting() {
  const { client } = startEngine();
  const model = await prepareSmallModel(await temporaryFolder());
  const choice: EngineChoice = { model, device: 'cpu', variant: 'fp32' };
  const draft = (parameters: GenerationParameters) =>
    client.generate({ ...choice, promptTokenIds, parameters });
  return { client, choice, draft };
}

const candidates = {
  strategy: 'sample',
  seed: 4,
  num_return_sequences: 5,
  max_new_tokens: 24,
  no_repeat_ngram_size: 0,
} as const;

describe('strong decoding', () => {
  it('bans, stops and biases by text', async () => {
    const { draft } = await startDrafting();
    const free = { strategy: 'sample', seed: 1, top_k: 0, max_new_tokens: 60 } as const;
    const { text } = (await draft(free)).sequences[0]!;
    const letters = Array.from(text).filter((character) => /[a-z]/iu.test(character));
    const [letter = 'none'] = letters;
    expect(letters.length).toBeGreaterThan(3);

    const banned = (await draft({ ...free, bad_words: letters })).sequences[0]!.text;
    for (const word of letters) {
      expect(banned).not.toMatch(new RegExp(`(?<![\\p{L}\\p{M}\\p{N}_])${word}(?![\\p{L}\\p{M}\\p{N}_])`, 'iu')); // prettier-ignore
    }
    expect((await draft({ ...free, bad_words: ['not in it at all'] })).sequences[0]!.text).toBe(
      text,
    );

    const stopped = (await draft({ ...free, stop_strings: [letter] })).sequences[0]!.text;
    expect(stopped).toBe(text.slice(0, text.indexOf(letter) + letter.length));

    const biased = await draft({
      ...free,
      no_repeat_ngram_size: 0,
      sequence_bias: [{ text: '!', bias: 100 }],
    });
    expect(biased.sequences[0]!.text).toBe('!'.repeat(60));
  });

  it('ranks candidates by what it says it ranks them by', async () => {
    const { client, choice, draft } = await startDrafting();
    const plain = await draft(candidates);
    expect(plain.sequences.map(({ ranking }) => ranking)).toEqual(new Array(5).fill(null));
    const { sequences } = await draft({ ...candidates, rerank: true });
    expect(sequences.map(({ text }) => text).sort()).toEqual(
      plain.sequences.map(({ text }) => text).sort(),
    );
    const totals = sequences.map(({ ranking }) => ranking!.total);
    expect(totals).toEqual([...totals].sort((a, b) => b - a));

    const { card } = choice.model;
    const mean = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const { tokenIds, ranking } of sequences) {
      const written = tokenIds.slice(promptTokenIds.length);
      const given = (await client.score(choice, tokenIds)).logProbs.slice(
        promptTokenIds.length - 1,
      );
      const alone = await client.score(choice, [card.eos_token_ids[0]!, ...written]);
      expect(ranking!.mean_log_prob).toBeCloseTo(mean(given), 4);
      expect(ranking!.fit).toBeCloseTo(mean(given) - mean(alone.logProbs), 4);
    }
    expect((await draft({ ...candidates, rerank: true })).sequences).toEqual(sequences);
  });

  it('knows the likelihood of what beam search found, whatever was done to its scores', async () => {
    const { client, choice, draft } = await startDrafting();
    for (const more of [{}, { repetition_penalty: 1.5, bad_words: ['a'] }]) {
      const { sequences } = await draft({
        ...{ strategy: 'beam', num_beams: 4, num_return_sequences: 4, max_new_tokens: 12 },
        ...more,
        rerank: true,
      });
      for (const { tokenIds, ranking } of sequences) {
        const scores = (await client.score(choice, tokenIds)).logProbs.slice(3);
        const sum = scores.reduce((total, logProb) => total + logProb, 0);
        expect(ranking!.mean_log_prob).toBeCloseTo(sum / scores.length, 4);
      }
    }
  });

  it('names the likeliest tokens at each place, likeliest first', async () => {
    const { client, choice } = await startDrafting();
    // Longer than what is read at once.
    const tokenIds = Array.from({ length: 150 }, (_, i) => 33 + ((i * 7) % 90));
    const plain = await client.score(choice, tokenIds);
    expect(plain.alternatives).toEqual(new Array(149).fill([]));
    const { logProbs, alternatives } = await client.score(choice, tokenIds, { alternatives: 300 });
    expect(logProbs).toEqual(plain.logProbs);
    for (const [place, likeliest] of alternatives.entries()) {
      const { vocab_size } = choice.model.card;
      expect(new Set(likeliest.map(({ tokenId }) => tokenId)).size).toBe(vocab_size);
      const values = likeliest.map(({ logProb }) => logProb);
      expect(values).toEqual([...values].sort((a, b) => b - a));
      expect(values.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 4);
      const written = likeliest.find(({ tokenId }) => tokenId === tokenIds[place + 1]);
      expect(written?.logProb).toBeCloseTo(logProbs[place]!, 5);
    }
  });
});
