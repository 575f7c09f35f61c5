import { describe, expect, it } from 'vitest';
import { blocksOf, tokenise } from '../../../../src-main/store/merging/tokenise.ts';

describe('a text in tokens', () => {
  it.each([
    ['', []],
    ['Two words', ['Two', ' ', 'words']],
    ["don't stop!", ['don', "'", 't', ' ', 'stop', '!']],
    ['a \t b\r\nc\n\nd\re', ['a', ' \t ', 'b', '\r\n', 'c', '\n', '\n', 'd', '\r', 'e']],
    ['Ünïcödé größer', ['Ünïcödé', ' ', 'größer']],
    ['e\u0301te\u0301 -\u0301 \u0301x', ['e\u0301te\u0301', ' ', '-\u0301', ' ', '\u0301x']],
    ['日本語、ﾃﾞｰﾀ', ['日', '本', '語', '、', 'ﾃﾞ', 'ｰ', 'ﾀ']],
    ['が か\u3099', ['が', ' ', 'か\u3099']],
    ['กำแพง', ['กำ', 'แ', 'พ', 'ง']],
    ['한국어 글', ['한국어', ' ', '글']],
    ['👩‍👩‍👧 🇩🇪👍🏽!', ['👩‍👩‍👧', ' ', '🇩🇪👍🏽', '!']],
    ['𠀀𠀁x', ['𠀀', '𠀁', 'x']],
    ['#️⃣1', ['#️⃣', '1']],
    ['half \ud800', ['half', ' ', '\ud800']],
  ])('%j', (text, tokens) => {
    expect(tokenise(text)).toEqual(tokens);
  });

  it('and in blocks, each with the empty lines after it', () => {
    expect(blocksOf('One\n\nTwo\r\nthree\n\n\n')).toEqual(['One\n\n', 'Two\r\n', 'three\n\n\n']);
    expect(blocksOf('\n\nOne')).toEqual(['\n\n', 'One']);
    expect(blocksOf('')).toEqual([]);
  });
});
