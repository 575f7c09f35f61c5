import { describe, expect, it } from 'vitest';
import { cutAtStopString, cutBannedEnd } from '../../../../src-main/services/drafting/cut-text.ts';

describe('cutAtStopString', () => {
  it.each([
    ['One. Two. Three', 'So:', ['.'], 'One'],
    ['One\n\nTwo', 'So:', ['\n\n'], 'One'],
    ['no end', 'So:', ['.'], 'no end'],
    ['a stop stopper', '', ['stop', 'top s'], 'a '],
    ['abcd', '', ['bcd', 'cd'], 'a'],
    ['abcd', '', ['bcd', 'c'], 'ab'],
    ['\nmore', 'A line\n', ['\n\n'], ''],
    ['more', 'A stop', ['stop'], 'more'],
    ['', 'x', ['x'], ''],
    ['text', 'x', [], 'text'],
  ])('%j after %j, ending at %j, is %j', (text, prompt, strings, cut) => {
    expect(cutAtStopString(text, prompt, strings)).toBe(cut);
  });
});

describe('cutBannedEnd', () => {
  it.each([
    ['kept for its ASS', ['ass'], 'kept for its '],
    ['a class', ['ass'], 'a class'],
    ['in New\nYork', ['new  york'], 'in '],
    ['what?', ['?'], 'what'],
    ['a half-breed', ['half-breed'], 'a '],
    ['a\\^$.*+?()[]{}|/-&~#z', ['\\^$.*+?()[]{}|/-&~#z'], 'a'],
    ['fine', [], 'fine'],
  ])('%j without %j is %j', (text, words, cut) => {
    expect(cutBannedEnd(text, words)).toBe(cut);
  });
});
