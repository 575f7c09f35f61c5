import type { TokenTexts } from '../token-texts.ts';
import { space } from './fold-text.ts';
import { TextWalk, type TextState } from './text-walk.ts';
import { CharactersOfTokens } from './token-characters.ts';

/** The tokens that must not come after a text. */
interface Verdict {
  readonly banned: ReadonlySet<number>;
  /** Allowed tokens after which a text of this many more can be written at most: few or none. */
  readonly shortLived: readonly { readonly token: number; readonly tokensLeft: number }[];
}

/** How many tokens are tried at most to see whether a text can go on for ever. */
const maxTries = 500_000;
const maxDepth = 1_000;

/**
 * Keeps words and phrases out of a text whatever tokens they are made of: in capitals or not,
 * across the end of the prompt, any white space between the words of a phrase. A word counts
 * where it stands alone: "class" may be written where "ass" may not.
 *
 * Never leads into a dead end: a token after which nothing but banned words could follow before
 * the text has its length is banned as well, as long as there is another way.
 */
export class BannedWords {
  readonly #verdicts: PhraseVerdicts;
  readonly #afterPrompt: TextState;
  readonly #promptLength: number;
  readonly #read = new Map<TextState, Map<number, TextState>>();

  constructor(words: readonly string[], texts: TokenTexts, promptTokenIds: readonly number[]) {
    this.#verdicts = PhraseVerdicts.of(words, texts);
    const { walk } = this.#verdicts;
    this.#promptLength = promptTokenIds.length;
    this.#afterPrompt = promptTokenIds.reduce(
      (state, token) => walk.read(state, token),
      walk.state([], 'blank'),
    );
  }

  /**
   * @param sequence begins with the prompt
   * @param remaining tokens that are to follow the next one
   */
  after(sequence: readonly number[], remaining: number): ReadonlySet<number> {
    const state = this.#stateOf(sequence);
    const { banned, shortLived } = this.#verdicts.on(state);
    if (shortLived.length === 0) return banned;
    // Where no way is long enough the longest are left.
    const wanted = Math.min(remaining, this.#verdicts.tokensLeftAfter(state) - 1);
    const tooShort = shortLived.filter(({ tokensLeft }) => tokensLeft < wanted);
    return new Set([...banned, ...tooShort.map(({ token }) => token)]);
  }

  #stateOf(sequence: readonly number[]): TextState {
    let state = this.#afterPrompt;
    for (let i = this.#promptLength; i < sequence.length; i += 1) {
      const token = sequence[i]!;
      let followers = this.#read.get(state);
      if (followers === undefined) {
        followers = new Map<number, TextState>();
        this.#read.set(state, followers);
      }
      let next = followers.get(token);
      if (next === undefined) {
        next = this.#verdicts.walk.read(state, token);
        followers.set(token, next);
      }
      state = next;
    }
    return state;
  }
}

/** Of each vocabulary the phrases that were asked for last: drafts ban the same ones again and again. */
const lastAsked = new WeakMap<
  TokenTexts,
  { readonly key: string; readonly verdicts: PhraseVerdicts }
>();

/**
 * What must not follow a text, by what matters of it. That depends only on where in the phrases
 * the text stands, so each such place is looked at once, and there only those tokens are that go
 * on with a phrase.
 */
class PhraseVerdicts {
  readonly walk: TextWalk;
  readonly #verdicts = new Map<TextState, Verdict>();
  readonly #tokensLeft = new Map<TextState, number>();

  static of(words: readonly string[], texts: TokenTexts): PhraseVerdicts {
    const key = JSON.stringify(words);
    const last = lastAsked.get(texts);
    if (last?.key === key) return last.verdicts;
    const verdicts = new PhraseVerdicts(words, texts);
    lastAsked.set(texts, { key, verdicts });
    return verdicts;
  }

  private constructor(words: readonly string[], texts: TokenTexts) {
    this.walk = new TextWalk(words, CharactersOfTokens.of(texts));
  }

  on(state: TextState): Verdict {
    let verdict = this.#verdicts.get(state);
    if (verdict === undefined) {
      verdict = this.#judge(state);
      this.#verdicts.set(state, verdict);
    }
    return verdict;
  }

  /** What differs from a text that stands in no phrase is only what goes on with one. */
  #judge(state: TextState): Verdict {
    const { places, last, rest } = state;
    const { characters } = this.walk;
    if (rest.length > 0) {
      const others = this.on(this.walk.withoutRest(state));
      return this.#corrected(state, others, new Set(characters.partial));
    }
    if (places.length > 0) {
      const plain = this.on(this.walk.state([], last));
      return this.#corrected(state, plain, new Set(this.#tokensAlong(state)));
    }
    return this.#judgeEach(state, characters.written);
  }

  /** A verdict on a similar text, with `tokens` judged anew. */
  #corrected(state: TextState, similar: Verdict, tokens: ReadonlySet<number>): Verdict {
    const { banned, shortLived } = this.#judgeEach(state, tokens);
    for (const token of similar.banned) if (!tokens.has(token)) banned.add(token);
    const others = similar.shortLived.filter(({ token }) => !tokens.has(token));
    return { banned, shortLived: [...shortLived, ...others] };
  }

  #judgeEach(state: TextState, tokens: Iterable<number>): Verdict & { banned: Set<number> } {
    const banned = new Set<number>();
    const shortLived: { readonly token: number; readonly tokensLeft: number }[] = [];
    for (const token of tokens) {
      const next = this.walk.step(state, token);
      if (next === null) {
        banned.add(token);
        continue;
      }
      const tokensLeft = this.tokensLeftAfter(next);
      if (tokensLeft < Infinity) shortLived.push({ token, tokensLeft });
    }
    return { banned, shortLived };
  }

  /** Tokens that go on with a phrase the text stands in, and those without a whole character. */
  *#tokensAlong({ places, last }: TextState): Generator<number> {
    const { trie, characters } = this.walk;
    yield* characters.partial;
    for (const place of places) {
      const firsts = new Set(trie.next(place));
      // A blank more or less makes no difference.
      if (last === 'blank') firsts.add(space);
      for (const first of firsts) {
        for (const token of characters.byFirst.get(first) ?? []) {
          if (this.#staysIn(place, last, token)) yield token;
        }
      }
    }
  }

  /** Whether a phrase still goes on, or ends, when the token's characters are through. */
  #staysIn(start: number, last: TextState['last'], token: number): boolean {
    const { trie, characters } = this.walk;
    let place = start;
    let isAfterBlank = last === 'blank';
    for (const codePoint of characters.of(token, []).codePoints) {
      const isBlank = codePoint === space;
      if (!(isBlank && isAfterBlank)) {
        const child = trie.child(place, codePoint);
        if (child === undefined) return false;
        if (trie.isEnd(child)) return true;
        place = child;
      }
      isAfterBlank = isBlank;
    }
    return true;
  }

  /** How many more tokens can follow a text at most; without end in every ordinary vocabulary. */
  tokensLeftAfter(state: TextState): number {
    return this.#tokensLeft.get(state) ?? this.#countTokensLeft(state);
  }

  #countTokensLeft(state: TextState): number {
    let tries = 0;
    const onPath = new Set<TextState>();
    const search = (from: TextState): number => {
      const known = this.#tokensLeft.get(from);
      if (known !== undefined) return known;
      onPath.add(from);
      let most = 0;
      for (let token = 0; token < this.walk.characters.vocabSize && most < Infinity; token += 1) {
        if (this.walk.characters.isSilent(token)) continue;
        tries += 1;
        const next = this.walk.step(from, token);
        if (next === null) continue;
        // Back where it has been, or too far to look: there is no end in sight.
        const isEndless = onPath.has(next) || onPath.size > maxDepth || tries > maxTries;
        most = Math.max(most, isEndless ? Infinity : 1 + search(next));
      }
      onPath.delete(from);
      this.#tokensLeft.set(from, most);
      return most;
    };
    return search(state);
  }
}
