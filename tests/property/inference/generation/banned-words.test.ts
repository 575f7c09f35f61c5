import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generate } from '../../../../src-main/inference/generation/generate.ts';
import { resolveConfig } from '../../../../src-main/inference/generation/resolve-config.ts';
import { largeCount, testSeed } from '../../../fixtures/scale.ts';
import { randomTable, TableDecoder } from '../../../unit/inference/generation/table-decoder.ts';
import { TokenList } from '../../../unit/inference/generation/token-list.ts';

const options = { numRuns: largeCount(3_000), seed: testSeed() };

/** Pieces of words, blanks and bytes: short, so that much of what is written is banned. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[ \n]?[abAé][ab é.]?[ab]?$/) },
  { weight: 2, arbitrary: fc.constantFrom('a', 'b', ' ', '  ', '.', '\n', 'E\u0301', 'ß', 'ss') },
  { weight: 1, arbitrary: fc.constantFrom(0xc3, 0xa9, 0xe2, 0x82).map((byte) => Uint8Array.of(byte)) },
); // prettier-ignore
const vocabulary = fc
  .array(piece, { minLength: 2, maxLength: 24 })
  .map((pieces) => new TokenList(pieces));
const words = fc.array(fc.stringMatching(/^[abAÉs.][ab é.]{0,3}[abAés.]?$/), {
  minLength: 1,
  maxLength: 6,
});

/** Which banned words stand in a text and end behind its first `start` characters. */
function bannedIn(text: string, start: number, banned: readonly string[]): readonly string[] {
  const plain = (part: string) =>
    part.replaceAll('ß', 'ss').toLowerCase().normalize('NFD').replaceAll(/\s+/gu, ' ');
  const whole = plain(text);
  const given = plain(text.slice(0, start)).length;
  const isWord = (character: string | undefined) => /[\p{L}\p{M}\p{N}_]/u.test(character ?? '');
  return banned.filter((word) => {
    const wanted = plain(word.trim());
    for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, at + 1)) {
      const end = at + wanted.length;
      const standsAlone =
        !(isWord(whole[at - 1]) && isWord(wanted[0])) &&
        !(isWord(whole[end]) && isWord(wanted.at(-1)));
      if (standsAlone && end > given) return true;
    }
    return false;
  });
}

const request = fc.record({
  strategy: fc.constantFrom('greedy', 'beam', 'sample'),
  seed: fc.nat(),
  texts: vocabulary,
  bad_words: words,
  max_new_tokens: fc.integer({ min: 1, max: 12 }),
});
const narrowRequest = fc.record({
  strategy: fc.constantFrom('greedy', 'sample'),
  seed: fc.nat(),
  texts: fc
    .array(fc.constantFrom('a', 'b', '.', 'ab', 'ba', 'b.', 'a.'), { minLength: 2, maxLength: 4 })
    .map((pieces) => new TokenList(pieces)),
  bad_words: fc.array(fc.stringMatching(/^[ab.]{1,4}$/), { minLength: 5, maxLength: 20 }),
  max_new_tokens: fc.integer({ min: 1, max: 12 }),
});
type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

const promptTokenIds = [0, 1];

async function write({ strategy, seed, texts, bad_words, max_new_tokens }: Request) {
  const vocabSize = texts.vocabSize;
  const config = resolveConfig(
    {
      strategy,
      seed,
      bad_words,
      max_new_tokens,
      no_repeat_ngram_size: 0,
      num_return_sequences: strategy === 'greedy' ? 1 : 3,
      num_beams: 3,
      top_p: seed % 2 === 0 ? 0.7 : 1,
    },
    { vocabSize, maxPositions: 100, eosTokenIds: [] },
    promptTokenIds.length,
  );
  const decoder = new TableDecoder(randomTable(vocabSize, seed, 4), vocabSize);
  try {
    return await generate({ decoder, promptTokenIds, config, texts });
  } catch (error) {
    // Nothing at all may be written.
    expect(error).toMatchObject({ code: 'invalid_input' });
    return [];
  }
}

/** Whether any text of `length` new tokens has no banned word at the end of any token. */
function isPossible({ texts, bad_words }: Request, length: number): boolean {
  const start = texts.text(promptTokenIds).length;
  // What may follow depends on a text's end alone.
  const tried = new Set<string>();
  const search = (tokenIds: readonly number[], left: number): boolean => {
    if (left === 0) return true;
    for (let token = 0; token < texts.vocabSize; token++) {
      const next = [...tokenIds, token];
      const text = texts.text(next);
      const key = `${left} ${text}`;
      if (tried.has(key) || tried.size > 3_000) continue;
      tried.add(key);
      if (bannedIn(text, start, bad_words).length === 0 && search(next, left - 1)) return true;
    }
    return false;
  };
  return search(promptTokenIds, length);
}

describe('banned words', () => {
  it('are in no text, by whatever strategy', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (wanted) => {
        const { texts, bad_words } = wanted;
        const start = texts.text(promptTokenIds).length;
        for (const { tokenIds } of await write(wanted)) {
          const text = texts.text(tokenIds);
          expect([text, bannedIn(text, start, bad_words)]).toEqual([text, []]);
        }
      }),
      options,
    );
  });

  it('stop no text before its length where there is a way to write it', async () => {
    let stuck = 0;
    await fc.assert(
      fc.asyncProperty(narrowRequest, async (wanted) => {
        const [best] = await write(wanted);
        const newTokens = (best?.tokenIds.length ?? promptTokenIds.length) - promptTokenIds.length;
        if (newTokens === wanted.max_new_tokens) return;
        stuck++;
        expect(isPossible(wanted, newTokens + 1)).toBe(false);
      }),
      options,
    );
    // So few tokens and so many words that some texts cannot be written, and some can.
    expect(stuck).toBeGreaterThan(0);
    expect(stuck).toBeLessThan(options.numRuns * 0.9);
  });

  it('change nothing where none of them would have been written', async () => {
    let same = 0;
    await fc.assert(
      fc.asyncProperty(request, async (wanted) => {
        const greedy = { ...wanted, strategy: 'greedy' } as const;
        const [free] = await write({ ...greedy, bad_words: [] });
        const { texts, bad_words } = wanted;
        const start = texts.text(promptTokenIds).length;
        // A word that a longer one grows out of counts too: nobody knows that it will grow.
        const isClean = free!.tokenIds.every(
          (_, i) =>
            bannedIn(texts.text(free!.tokenIds.slice(0, i + 1)), start, bad_words).length === 0,
        );
        if (!isClean) return;
        const [banned] = await write(greedy);
        // A dead end further on may have been avoided.
        if (banned?.tokenIds.join() !== free!.tokenIds.join()) {
          expect(isPossible(wanted, 30)).toBe(false);
        } else same++;
      }),
      options,
    );
    expect(same).toBeGreaterThan(0);
  });
});
