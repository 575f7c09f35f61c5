import { describe, expect, it } from 'vitest';
import { BannedWords } from '../../../../src-main/inference/generation/banned-words/banned-words.ts';
import { generate } from '../../../../src-main/inference/generation/generate.ts';
import {
  resolveConfig,
  type CoreParameters,
} from '../../../../src-main/inference/generation/resolve-config.ts';
import { randomTable, TableDecoder } from './table-decoder.ts';
import { TokenList } from './token-list.ts';

const euro = Buffer.from('€');
const tokens = [
  ' New', ' Y', 'ork', ' York', 'New', ' ', '\n', 'er', ' ass', 'ass', 'cl', 'ets', ' ASS', '.',
  ' assets', ' ass.', 'É', 'é', 'caf', 'e\u0301', '  York', euro.subarray(0, 1), euro.subarray(1), 's', null,
]; // prettier-ignore
const texts = new TokenList(tokens);
const euroStart = 21;
const euroEnd = 22;
const many = 100;

function banned(words: readonly string[], prompt: readonly string[], ...written: string[]) {
  const promptIds = texts.ids(...prompt);
  const ban = new BannedWords(words, texts, promptIds);
  const found = ban.after([...promptIds, ...texts.ids(...written)], many);
  return tokens.filter((_, id) => found.has(id));
}

describe('BannedWords', () => {
  it('bans a word with a blank before it or without, in capitals or not, and no part of a word', () => {
    expect(banned(['ass'], ['.'])).toEqual([' ass', 'ass', ' ASS', ' ass.']);
    expect(banned(['ass'], ['.'], 'cl')).toEqual([' ass', ' ASS', ' ass.']);
    expect(banned(['ASSETS'], ['.'])).toEqual([' assets']);
    expect(banned(['ASSETS'], ['.'], ' ass')).toEqual(['ets', ' assets']);
  });

  it('bans the last part of a phrase, however it is made of tokens and whatever blanks are in it', () => {
    const words = ['New  York'];
    expect(banned(words, ['.'], 'New')).toEqual([' York', '  York']);
    expect(banned(words, ['.'], 'New', ' Y')).toEqual(['ork']);
    expect(banned(words, ['.'], 'New', '\n')).toEqual([' York', '  York']);
    expect(banned(words, ['.'], 'New', 'er')).toEqual([]);
    expect(banned(words, ['cl'], 'New')).toEqual([]);
  });

  it('reaches over the end of the prompt, and leaves alone what the prompt itself says', () => {
    expect(banned(['new york'], [' New'])).toEqual([' York', '  York']);
    expect(banned(['new york'], [' New', ' Y'])).toEqual(['ork']);
    expect(banned(['ass'], [' ass'])).toEqual([' ass', ' ASS', ' ass.']);
    expect(banned(['ass'], ['cl'])).toEqual([' ass', ' ASS', ' ass.']);
  });

  it('keeps what it found for the next text with the same words, and for no others', () => {
    const after = (words: readonly string[]) =>
      new BannedWords(words, texts, texts.ids('.')).after(texts.ids('.'), many);
    const first = after(['ass']);
    expect(after(['ass'])).toBe(first);
    expect(after(['ork'])).not.toEqual(first);
    expect(after(['ass'])).toEqual(first);
  });

  it('takes accents composed or not, and knows them from the bare letter', () => {
    expect(banned(['CAFÉ'], ['.'], 'caf')).toEqual(['É', 'é', 'e\u0301']);
    expect(banned(['ork'], ['.'], 'é')).toEqual([]);
  });

  it('sees a character that spans tokens, and one that is never finished', () => {
    expect(banned(['€'], ['.'])).toEqual([]);
    const ban = new BannedWords(['€', 'ass'], texts, texts.ids('.'));
    const after = ban.after([...texts.ids('.'), euroStart], many);
    expect([...after].sort((a, b) => a - b)).toEqual([
      ...texts.ids(' ass', 'ass', ' ASS', ' ass.'),
      euroEnd,
    ]);
  });

  it('bans what begins and ends with signs wherever it stands', () => {
    expect(banned(['.'], ['s'])).toEqual(['.', ' ass.']);
    expect(banned(['ass.'], ['s'], ' ass')).toEqual(['.', ' ass.']);
  });

  describe('where little may be written', () => {
    const after = (words: readonly string[], remaining: number) => [
      ...new BannedWords(words, new TokenList(['.', 'x', 'b', 'ad']), [0]).after([0], remaining),
    ];

    it('does not enter a dead end: after "b" nothing could follow', () => {
      expect(after(['bx', 'bb', 'bad', '.'], 1)).toEqual([0, 2]);
      expect(after(['bx', 'bb', 'bad', '.'], 90)).toEqual([0, 2]);
    });

    it('goes where there is enough left for the rest of the text', () => {
      expect(after(['bx', 'bb', 'bad', '.'], 0)).toEqual([0]);
    });

    it('goes the longest way where each comes to an end', () => {
      const words = ['bx', 'bb', 'bad', '.', 'x', 'ad'];
      expect(after(words, 90)).toEqual([0, 1, 3]);
      expect(after([...words, 'b'], 90)).toEqual([0, 1, 2, 3]);
    });
  });
});

describe('a text with banned words', () => {
  const words = new TokenList(['a', 'b', ' ', null]);
  const run = async (parameters: CoreParameters, texts: TokenList, prompt = [1]) => {
    const decoder = new TableDecoder(randomTable(texts.vocabSize, 5), texts.vocabSize);
    const model = { vocabSize: texts.vocabSize, maxPositions: 100, eosTokenIds: [] };
    const config = resolveConfig({ no_repeat_ngram_size: 0, ...parameters }, model, prompt.length);
    return generate({ decoder, promptTokenIds: prompt, config, texts });
  };

  it.each(['greedy', 'beam', 'sample'] as const)(
    'ends by %s where nothing may follow',
    async (strategy) => {
      // Repetition is banned too, so the tokens run out.
      const found = await run(
        { strategy, max_new_tokens: 9, bad_words: ['ab'], no_repeat_ngram_size: 1, seed: 1 },
        words,
      );
      expect(found[0]!.tokenIds.length).toBeLessThan(1 + 9);
      expect(new Set(found[0]!.tokenIds).size).toBe(found[0]!.tokenIds.length);
    },
  );

  it.each(['greedy', 'beam', 'sample'] as const)(
    'is refused by %s where nothing may be written',
    async (strategy) => {
      await expect(
        run({ strategy, bad_words: ['!'], seed: 1 }, new TokenList(['!', '!!']), [0]),
      ).rejects.toMatchObject({ code: 'invalid_input' });
    },
  );
});
