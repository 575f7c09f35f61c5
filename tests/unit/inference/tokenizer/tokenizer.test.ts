import { describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../../../src-main/inference/tokenizer/load-tokenizer.ts';
import { modelDirectory } from '../../../fixtures/reference.ts';

const starter = await loadTokenizer(modelDirectory('starter'), 8_192);
const endOfText = 8_191;

describe('encode', () => {
  it('takes a special token in a text as its id, and nothing else for one', () => {
    expect(starter.encode('<|endoftext|>')).toEqual([endOfText]);
    expect(starter.encode('a<|endoftext|>b')).toEqual([
      ...starter.encode('a'),
      endOfText,
      ...starter.encode('b'),
    ]);
    expect(starter.encode('<|endoftext')).not.toContain(endOfText);
    expect(starter.encode('')).toEqual([]);
  });

  it('refuses a text that the vocabulary cannot write, instead of leaving it out', async () => {
    const letters = await loadTokenizer(modelDirectory('smallest'), 50);
    expect(letters.decode(letters.encode('plain letters'))).toBe('plain letters');
    expect(() => letters.encode('Capitals')).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });

  it.each([
    ['one letter', 'a'],
    ['blanks', ' '],
    ['line ends', '\n'],
    ['one mark', '!'],
    ['a character of four bytes', '😀'],
    ['prose', 'The quick brown fox jumps over 12 lazy dogs. '],
  ])('gets through a long text of %s', (_, unit) => {
    const text = unit.repeat(Math.ceil(100_000 / unit.length));
    const { tokenIds, offsets } = starter.encodeWithOffsets(text);
    expect(starter.decode(tokenIds)).toBe(text);
    expect(offsets.at(-1)).toBeLessThan(text.length);
  });
});

describe('encodeWithOffsets', () => {
  it('says where each token starts, in UTF-16 code units', () => {
    const text = 'How do I mow?\n';
    const { tokenIds, offsets } = starter.encodeWithOffsets(text);
    const pieces = offsets.map((start, i) => text.slice(start, offsets[i + 1] ?? text.length));
    expect(pieces).toEqual(tokenIds.map((id) => starter.decode([id])));
  });

  it('starts the tokens of one character where it starts', () => {
    const { tokenIds, offsets } = starter.encodeWithOffsets('a😀b');
    expect(tokenIds).toEqual(starter.encode('a😀b'));
    expect(offsets).toEqual([0, 1, 1, 1, 1, 3]);
  });

  it('counts a special token as long as it is written', () => {
    expect(starter.encodeWithOffsets('é<|endoftext|>!').offsets.slice(-2)).toEqual([1, 14]);
  });

  it('is empty for nothing', () => {
    expect(starter.encodeWithOffsets('')).toEqual({ tokenIds: [], offsets: [] });
  });
});

describe('decode', () => {
  it('leaves blanks before punctuation as they are', () => {
    const text = " 'scout' , he said . Do n't ! \uFEFF\u0085";
    expect(starter.decode(starter.encode(text))).toBe(text);
  });

  it('keeps a byte order mark in front', () => {
    expect(starter.decode(starter.encode('\uFEFFa'))).toBe('\uFEFFa');
  });

  it('leaves special tokens out when asked', () => {
    const ids = [...starter.encode('end'), endOfText];
    expect(starter.decode(ids)).toBe('end<|endoftext|>');
    expect(starter.decode(ids, { skipSpecialTokens: true })).toBe('end');
  });

  it('shows bytes that are no text as U+FFFD, and nothing for an id without a token', async () => {
    expect(starter.decode(starter.encode('😀').slice(0, -1))).toBe('\uFFFD');
    const sparse = await loadTokenizer(modelDirectory('large-vocabulary'), 5_003);
    expect(sparse.decode([5_002])).toBe('');
  });

  it('refuses ids that the model does not have', () => {
    for (const id of [-1, 8_192, 0.5, NaN]) {
      expect(() => starter.decode([id])).toThrow(
        expect.objectContaining({ code: 'invalid_input' }),
      );
    }
  });
});

describe('decodeBeginning', () => {
  it('holds back the bytes of a character until it is whole', () => {
    const ids = starter.encode('a😀b');
    expect(ids.map((_, i) => starter.decodeBeginning(ids.slice(0, i + 1)))).toEqual([
      'a',
      'a',
      'a',
      'a',
      'a😀',
      'a😀b',
    ]);
  });

  it('does not wait for bytes that can never be a character', () => {
    const [first = 0] = starter.encode('😀');
    expect(starter.decodeBeginning([first, ...starter.encode('a')])).toBe('\uFFFDa');
  });
});
