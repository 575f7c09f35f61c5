import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../../../src-main/inference/tokenizer/load-tokenizer.ts';

const endOfText = '<|endoftext|>';
const vocab = { a: 0, b: 1, Ġ: 2, ab: 3, constructor: 4, __proto__x: 5, [endOfText]: 6 };
const merges = [['a', 'b']];
const vocabSize = 7;

function tokenizerFile(changes: object = {}, model: object = {}): object {
  return {
    version: '1.0',
    added_tokens: [{ id: 6, content: endOfText, special: true }],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
    post_processor: { type: 'ByteLevel' },
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab, merges, ...model },
    ...changes,
  };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'autodoc-tokenizer-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (file: string, content: unknown): Promise<void> =>
  writeFile(
    path.join(folder, file),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
const load = (size = vocabSize) => loadTokenizer(folder, size);

describe('loadTokenizer', () => {
  it('reads tokenizer.json', async () => {
    await write('tokenizer.json', tokenizerFile());
    const tokenizer = await load();
    expect(tokenizer.encode(`ab ba${endOfText}`)).toEqual([3, 2, 1, 0, 6]);
    expect(tokenizer.decode([4, 6], { skipSpecialTokens: true })).toBe('constructor');
  });

  it('reads vocab.json and merges.txt, where GPT-2’s end of text is special without a word', async () => {
    await write('vocab.json', vocab);
    await write('merges.txt', '#version: 0.2\r\na b\r\n\r\n');
    const tokenizer = await load();
    expect(tokenizer.encode(`ab ba${endOfText}`)).toEqual([3, 2, 1, 0, 6]);
    expect(tokenizer.decode([3, 6], { skipSpecialTokens: true })).toBe('ab');
  });

  it('adds the tokens of added_tokens.json and of tokenizer_config.json to a pair', async () => {
    await write('vocab.json', vocab);
    await write('merges.txt', 'a b');
    await write('added_tokens.json', { '<|pad|>': 7, '<|user|>': 8 });
    await write('tokenizer_config.json', {
      pad_token: '<|pad|>',
      added_tokens_decoder: { 8: { content: '<|user|>', special: true }, 9: { content: 'bb' } },
    });
    const tokenizer = await load(10);
    expect(tokenizer.encode('<|user|>abbb<|pad|>')).toEqual([8, 0, 9, 1, 7]);
    expect(tokenizer.decode([8, 0, 9, 1, 7])).toBe('<|user|>abbb<|pad|>');
    expect(tokenizer.decode([8, 0, 9, 1, 7], { skipSpecialTokens: true })).toBe('abbb');
  });

  it('refuses added tokens that are broken, too many, or change the text around them', async () => {
    await write('vocab.json', vocab);
    await write('merges.txt', 'a b');
    await write('added_tokens.json', { '<|pad|>': 'seven' });
    await expect(load(10)).rejects.toThrow('added_tokens.json');
    await write('added_tokens.json', { '<|pad|>': 10 });
    await expect(load(10)).rejects.toMatchObject({ code: 'model_invalid' });
    await write('added_tokens.json', {});
    await write('tokenizer_config.json', {
      added_tokens_decoder: { 7: { content: '<mask>', lstrip: true } },
    });
    await expect(load(10)).rejects.toMatchObject({ code: 'model_unsupported' });
  });

  it('prefers tokenizer.json, and takes merges written as one text each', async () => {
    await write('tokenizer.json', tokenizerFile({}, { merges: ['a b'] }));
    await write('vocab.json', '{');
    expect((await load()).encode('ab')).toEqual([3]);
  });

  it('takes special tokens from tokenizer_config.json and special_tokens_map.json', async () => {
    await write('tokenizer.json', tokenizerFile({ added_tokens: [] }));
    await write('tokenizer_config.json', { eos_token: 'constructor' });
    await write('special_tokens_map.json', { pad_token: { content: 'ab' } });
    const tokenizer = await load();
    expect(tokenizer.encode('a constructor')).toEqual([0, 2, 4]);
    expect(tokenizer.decode([0, 4, 1, 3, 6], { skipSpecialTokens: true })).toBe('ab');
  });

  it('takes a vocabulary smaller than the model’s', async () => {
    await write('tokenizer.json', tokenizerFile());
    expect((await load(64)).vocabSize).toBe(64);
  });

  describe('says which file is broken', () => {
    const expectInvalid = async (part: string): Promise<void> => {
      const loading = load();
      await expect(loading).rejects.toMatchObject({ code: 'model_invalid' });
      await expect(loading).rejects.toThrow(part);
    };

    it('when there is none', async () => {
      await expectInvalid('tokenizer.json');
      await write('vocab.json', vocab);
      await expectInvalid('merges.txt');
    });

    it('when it is cut off', async () => {
      await write('tokenizer.json', JSON.stringify(tokenizerFile()).slice(0, -20));
      await expectInvalid('tokenizer.json');
    });

    it.each([
      ['[]'],
      ['{}'],
      [tokenizerFile({ model: null })],
      [tokenizerFile({}, { vocab: [] })],
      [tokenizerFile({}, { vocab: { a: '0' } })],
      [tokenizerFile({}, { vocab: { a: -1 } })],
      [tokenizerFile({}, { merges: {} })],
      [tokenizerFile({}, { merges: ['ab'] })],
      [tokenizerFile({}, { merges: [['a', 'b', 'a']] })],
      [tokenizerFile({ added_tokens: [{ content: endOfText }] })],
    ])('when tokenizer.json is %j', async (content) => {
      await write('tokenizer.json', content);
      await expectInvalid('tokenizer.json');
    });

    it('when two tokens share an id', async () => {
      await write('tokenizer.json', tokenizerFile({}, { vocab: { ...vocab, b: 0 } }));
      await expectInvalid('id 0');
    });

    it('when a merge is of unknown tokens', async () => {
      await write('tokenizer.json', tokenizerFile({}, { merges: [['b', 'a']] }));
      await expectInvalid('merge 1');
    });

    it('when a line of merges.txt is not two tokens', async () => {
      await write('vocab.json', vocab);
      await write('merges.txt', '#version: 0.2\na b\nab\n');
      await expectInvalid('line 3');
    });

    it('when the model has fewer tokens', async () => {
      await write('tokenizer.json', tokenizerFile());
      await expect(load(6)).rejects.toMatchObject({
        code: 'model_invalid',
        details: { token_id: 6, vocab_size: 6 },
      });
    });
  });

  it.each([
    ['model.type', {}, { type: 'Unigram' }],
    ['model.byte_fallback', {}, { byte_fallback: true }],
    ['model.end_of_word_suffix', {}, { end_of_word_suffix: '</w>' }],
    ['normalizer', { normalizer: { type: 'NFC' } }, {}],
    ['pre_tokenizer', { pre_tokenizer: { type: 'Whitespace' } }, {}],
    ['pre_tokenizer', { pre_tokenizer: null }, {}],
    ['pre_tokenizer', { pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true } }, {}],
    ['post_processor', { post_processor: { type: 'TemplateProcessing' } }, {}],
    ['decoder', { decoder: { type: 'WordPiece' } }, {}],
    ['added_tokens', { added_tokens: [{ id: 6, content: endOfText, lstrip: true }] }, {}],
  ])('refuses a tokenizer of another kind by its %s', async (option, changes, model) => {
    await write('tokenizer.json', tokenizerFile(changes, model));
    await expect(load()).rejects.toMatchObject({
      code: 'model_unsupported',
      details: { file: 'tokenizer.json', option },
    });
  });

  it.each(['add_prefix_space', 'add_bos_token'])('refuses %s', async (option) => {
    await write('tokenizer.json', tokenizerFile());
    await write('tokenizer_config.json', { [option]: true });
    await expect(load()).rejects.toMatchObject({ code: 'model_unsupported', details: { option } });
  });
});
