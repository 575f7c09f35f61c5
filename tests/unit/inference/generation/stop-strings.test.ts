import { describe, expect, it } from 'vitest';
import { stopStrings } from '../../../../src-main/inference/generation/stop-strings.ts';
import { TokenList } from './token-list.ts';

const texts = new TokenList(['s', 'st', 'op', 'stop', 'opera', 'las', 'topper', ' ', null, 'é']);

/** Whether the text ends with its last token. */
function ends(strings: readonly string[], ...tokens: readonly string[]): boolean {
  const sequence = texts.ids(...tokens);
  return stopStrings(strings, texts)(sequence.slice(0, -1), sequence.at(-1)!);
}

describe('stopStrings', () => {
  it.each([
    [['st', 'op']],
    [['stop']],
    [['st', 'opera']],
    [['las', 'topper']],
    [[' ', 'stop']],
    [['s', 'topper']],
  ])('ends %j in "stop"', (tokens) => {
    expect(ends(['stop'], ...tokens)).toBe(true);
  });

  it.each([[['stop', ' ']], [['op', 'st']], [['st', ' ', 'op']], [['op']]])(
    'does not end %j in "stop"',
    (tokens) => {
      expect(ends(['stop'], ...tokens)).toBe(false);
    },
  );

  it('looks for each of several, of any length, byte by byte', () => {
    expect(ends(['nothing', ' '], 'stop', ' ')).toBe(true);
    expect(ends(['é'], 'é')).toBe(true);
    expect(ends(['è'], 'é')).toBe(false);
    expect(ends(['stop stop stop'], 'stop', ' ', 'stop', ' ', 'st', 'op')).toBe(true);
  });

  it('takes a special token as it is spelled, and does not reach over an id without a text', () => {
    const end = 8;
    expect(stopStrings(['s<end>'], texts)([0], end)).toBe(true);
    expect(stopStrings(['ss'], texts)([0, 99], 0)).toBe(false);
    expect(stopStrings(['s'], texts)([0], 99)).toBe(false);
  });

  it('needs the texts of the tokens', () => {
    expect(() => stopStrings(['a'], undefined)).toThrow('need the texts');
  });
});
