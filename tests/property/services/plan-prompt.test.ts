import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planPrompt } from '../../../src-main/services/drafting/plan-prompt.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';

/** Texts as byte-level tokens see them: one to four characters a token, rare characters in pieces. */
const tokens = fc.array(
  fc.oneof(
    fc.constantFrom(' The', ' lawn', ' grows', '.', '?', ' ', '\n', '”', ' a', 'x', ' 12'),
    fc.constantFrom('😀', '漢').map((character) => ({ character, pieces: 3 })),
  ),
  { minLength: 1, maxLength: 300 },
);

const limits = fc.record({
  nPositions: fc.integer({ min: 2, max: 200 }),
  maxLength: fc.integer({ min: 1, max: 400 }),
  maxNewTokens: fc.option(fc.integer({ min: 1, max: 400 })),
});

function tailOf(parts: readonly (string | { character: string; pieces: number })[], start: number) {
  const tokenIds: number[] = [];
  const offsets: number[] = [];
  let text = '';
  for (const part of parts) {
    const { character, pieces } = typeof part === 'string' ? { character: part, pieces: 1 } : part;
    for (let piece = 0; piece < pieces; piece += 1) {
      tokenIds.push(tokenIds.length);
      offsets.push(text.length);
    }
    text += character;
  }
  return { start, text, tokenIds, offsets };
}

describe('planPrompt', () => {
  it('always gives a prompt and a draft that fit the context together', () => {
    const start = fc.constantFrom(0, 1_000);
    fc.assert(
      fc.property(tokens, limits, start, (parts, given, tailAt) => {
        const tail = tailOf(parts, tailAt);
        const plan = planPrompt(tail, given);
        const { tokenIds, maxNewTokens } = plan;

        expect(tokenIds.length).toBeGreaterThanOrEqual(1);
        expect(maxNewTokens).toBeGreaterThanOrEqual(1);
        expect(tokenIds.length + maxNewTokens).toBeLessThanOrEqual(given.nPositions);
        expect(maxNewTokens).toBeLessThanOrEqual(given.maxNewTokens ?? given.maxLength);

        // The prompt is the text's end, and its place in the text is that of its first token.
        expect(tokenIds).toEqual(tail.tokenIds.slice(tail.tokenIds.length - tokenIds.length));
        expect(plan.end).toBe(tailAt + tail.text.length);
        const first = tail.tokenIds.length - tokenIds.length;
        expect(plan.start).toBe(tailAt + tail.offsets[first]!);

        // A whole text that leaves room is read whole.
        const room = Math.min(given.maxLength, given.nPositions) - tail.tokenIds.length;
        if (given.maxNewTokens === null && tailAt === 0 && room >= 40) {
          expect(plan).toMatchObject({ start: 0, maxNewTokens: room });
        }
      }),
      { seed: testSeed(), numRuns: largeCount(20_000) },
    );
  });

  it('starts a prompt at a whole character where one is left to start at', () => {
    fc.assert(
      fc.property(tokens, limits, (parts, given) => {
        const tail = tailOf(parts, 0);
        const { tokenIds } = planPrompt(tail, given);
        const first = tail.tokenIds.length - tokenIds.length;
        const isWhole = (index: number) => tail.offsets[index] !== tail.offsets[index - 1];
        const couldBe = tail.offsets.findIndex((_, index) => index >= first && isWhole(index));
        if (couldBe >= 0) expect(isWhole(first)).toBe(true);
      }),
      { seed: testSeed(), numRuns: largeCount(20_000) },
    );
  });
});
