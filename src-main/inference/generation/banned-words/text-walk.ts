import { isWordCodePoint, space } from './fold-text.ts';
import { PhraseTrie } from './phrase-trie.ts';
import type { CharactersOfTokens } from './token-characters.ts';

/**
 * All that matters of a text for what may follow it. States that are equal are the same object.
 */
export interface TextState {
  /** Where in phrases the text's end stands, one place for each start. */
  readonly places: readonly number[];
  /** What the last whole character is; a blank at the very beginning. */
  readonly last: 'word' | 'blank' | 'other';
  /** Bytes of a character that is not yet whole. */
  readonly rest: readonly number[];
}

/**
 * Follows texts through banned phrases, token by token. A phrase counts where it stands alone:
 * letters or digits right before or behind it make it a part of something else.
 */
export class TextWalk {
  readonly trie: PhraseTrie;
  readonly characters: CharactersOfTokens;
  /** Most texts stand in no phrase: these are found without a key. */
  readonly #plain: Readonly<Record<TextState['last'], TextState>> = {
    word: { places: [], last: 'word', rest: [] },
    blank: { places: [], last: 'blank', rest: [] },
    other: { places: [], last: 'other', rest: [] },
  };
  readonly #states = new Map<string, TextState>();

  constructor(phrases: readonly string[], characters: CharactersOfTokens) {
    this.trie = new PhraseTrie(phrases);
    this.characters = characters;
  }

  state(
    places: readonly number[],
    last: TextState['last'],
    rest: readonly number[] = [],
  ): TextState {
    if (places.length === 0 && rest.length === 0) return this.#plain[last];
    const key = `${last} ${places.join()} ${rest.join()}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      state = { places, last, rest };
      this.#states.set(key, state);
    }
    return state;
  }

  /**
   * The text with one more token, or null where a banned phrase would stand in it: also where
   * one stands at its very end. A longer word might follow, but what the model means to write
   * is not known, and a text may end or be shown after any token.
   */
  step(state: TextState, token: number): TextState | null {
    return this.#follow(state, token, true);
  }

  /** The same for a text that is there already, whatever stands in it. */
  read(state: TextState, token: number): TextState {
    return this.#follow(state, token, false)!;
  }

  /** The text whose unfinished character is given up: what follows begins another one. */
  withoutRest(state: TextState): TextState {
    return this.#walk(state, [0xfffd], [], false)!;
  }

  #follow(state: TextState, token: number, isGuarded: boolean): TextState | null {
    const { codePoints, rest } = this.characters.of(token, state.rest);
    return this.#walk(state, codePoints, rest, isGuarded);
  }

  #walk(
    state: TextState,
    codePoints: readonly number[],
    rest: readonly number[],
    isGuarded: boolean,
  ): TextState | null {
    const { trie } = this;
    let { places, last } = state;
    let standsAtEnd = false;
    for (let i = 0; i < codePoints.length; i += 1) {
      const codePoint = codePoints[i]!;
      const kind = kindOf(codePoint);
      if (kind === 'blank' && last === 'blank') continue;
      if (standsAtEnd && kind !== 'word' && isGuarded) return null;
      standsAtEnd = false;

      const begun =
        kind !== 'word' || last !== 'word' ? trie.child(PhraseTrie.root, codePoint) : undefined;
      last = kind;
      if (places.length === 0 && begun === undefined) continue;
      const next: number[] = [];
      for (const place of places) {
        const child = trie.child(place, codePoint);
        if (child !== undefined) next.push(child);
      }
      if (begun !== undefined) next.push(begun);
      for (const place of next) {
        if (!trie.isEnd(place)) continue;
        if (kind !== 'word' && isGuarded) return null;
        standsAtEnd = true;
      }
      places = next;
    }
    return standsAtEnd && isGuarded ? null : this.state(places, last, rest);
  }
}

function kindOf(codePoint: number): TextState['last'] {
  if (codePoint === space) return 'blank';
  return isWordCodePoint(codePoint) ? 'word' : 'other';
}
