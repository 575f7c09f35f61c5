import { describe, expect, it } from 'vitest';
import {
  planPrompt,
  type PromptLimits,
  type TextTail,
} from '../../../../src-main/services/drafting/plan-prompt.ts';

/** A text with a token for each word and the space before it, as GPT-2's often are. */
function tailOf(text: string, start = 0): TextTail {
  const tokens = [...text.matchAll(/ ?\S+|\s/gu)];
  return {
    start,
    text,
    tokenIds: tokens.map((_, index) => index),
    offsets: tokens.map(({ index }) => index),
  };
}

const limits: PromptLimits = { nPositions: 1_024, maxLength: 100, maxNewTokens: null };
const sentences = (count: number): string =>
  Array.from({ length: count }, (_, n) => `This is sentence ${n}.`).join(' ');

describe('a text that leaves room', () => {
  it('is read whole, and the draft gets the rest of max_length', () => {
    const text = sentences(15);
    expect(planPrompt(tailOf(text), limits)).toMatchObject({
      start: 0,
      end: text.length,
      maxNewTokens: 100 - 60,
    });
  });

  it('gets what it asks for in new tokens', () => {
    const plan = planPrompt(tailOf('One two.'), { ...limits, maxNewTokens: 7 });
    expect(plan).toMatchObject({ start: 0, maxNewTokens: 7 });
  });
});

describe('a text that leaves less than 40 tokens of max_length', () => {
  it('gets max_length in new tokens, and is still read whole if the context has room', () => {
    const text = sentences(16);
    const plan = planPrompt(tailOf(text), limits);
    expect(plan).toMatchObject({ start: 0, end: text.length, maxNewTokens: 100 });
    expect(plan.tokenIds).toHaveLength(64);
  });

  it('is read by its last part, from a sentence start', () => {
    const text = sentences(300);
    const plan = planPrompt(tailOf(text), limits);
    expect(plan.maxNewTokens).toBe(100);
    expect(plan.tokenIds.length).toBeLessThanOrEqual(924);
    expect(plan.tokenIds.length).toBeGreaterThan(924 - 4);
    expect(text.slice(plan.start)).toMatch(/^ This is sentence \d+\. This/);
    expect(plan.end).toBe(text.length);
  });

  it('shares a small context: half for the text', () => {
    const plan = planPrompt(tailOf(sentences(300)), { ...limits, nPositions: 128 });
    expect(plan.maxNewTokens).toBe(64);
    expect(plan.tokenIds.length).toBeLessThanOrEqual(64);
  });

  it('counts places from the start of the whole text', () => {
    const plan = planPrompt(tailOf(` ${sentences(300)}`, 5_000), limits);
    expect(plan.start).toBeGreaterThan(5_000);
    expect(plan.end).toBe(5_000 + 1 + sentences(300).length);
  });
});

describe('where reading starts', () => {
  const narrow = { nPositions: 16, maxLength: 100, maxNewTokens: 8 };
  const startOf = (text: string): string => text.slice(planPrompt(tailOf(text), narrow).start);

  it.each([
    ['after a full stop', 'a b c d e f g h. One two three four five'],
    ['after a question', 'a b c d e f g h? One two three four five'],
    ['after closing quotes', 'a b c d e f g “h.” One two three four five'],
  ])('%s', (_, text) => {
    expect(startOf(text)).toBe(' One two three four five');
  });

  it('after a line’s end', () => {
    expect(startOf('a b c d e f g h\n\nOne two three four')).toBe('One two three four');
  });

  it('at a word where no sentence starts in time', () => {
    expect(startOf('a b c d e f g h i j k l m n')).toBe(' g h i j k l m n');
  });

  it('never in the middle of a character', () => {
    // A character of four bytes as four tokens: all stand at its place.
    const text = '😀'.repeat(10);
    const offsets = Array.from({ length: 40 }, (_, index) => Math.floor(index / 4) * 2);
    const tail = { start: 0, text, tokenIds: offsets.map((_, index) => index), offsets };
    const plan = planPrompt(tail, { nPositions: 20, maxLength: 100, maxNewTokens: 10 });
    expect(plan.tokenIds).toHaveLength(8);
    expect(text.slice(plan.start)).toBe('😀😀');
  });
});
