import type { TokenTexts } from '../token-texts.ts';
import { foldAscii, foldText } from './fold-text.ts';

/** What a token adds to a text, as banned words are compared. */
export interface TokenCharacters {
  /** The characters that become whole with it, folded. */
  readonly codePoints: readonly number[];
  /** The bytes of a character that more tokens must complete. */
  readonly rest: readonly number[];
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Kept with the tokenizer: what its tokens consist of does not depend on what is banned. */
const ofTexts = new WeakMap<TokenTexts, CharactersOfTokens>();

/** The characters of a vocabulary's tokens, each token taken apart once. */
export class CharactersOfTokens {
  /** The tokens that have a text. */
  readonly written: readonly number[];
  /** The same by their first whole character. */
  readonly byFirst: ReadonlyMap<number, readonly number[]>;
  /** Those that begin inside a character, or have no whole one. */
  readonly partial: readonly number[];
  readonly #texts: TokenTexts;
  readonly #known: readonly TokenCharacters[];

  static of(texts: TokenTexts): CharactersOfTokens {
    let characters = ofTexts.get(texts);
    if (characters === undefined) {
      characters = new CharactersOfTokens(texts);
      ofTexts.set(texts, characters);
    }
    return characters;
  }

  private constructor(texts: TokenTexts) {
    this.#texts = texts;
    this.#known = Array.from({ length: texts.vocabSize }, (_, token) =>
      apart(this.#bytesOf(token) ?? []),
    );
    const byFirst = new Map<number, number[]>();
    const partial: number[] = [];
    const written: number[] = [];
    for (const [token, { codePoints }] of this.#known.entries()) {
      const bytes = this.#bytesOf(token);
      if (bytes === undefined) continue;
      written.push(token);
      const [first] = codePoints;
      if (first === undefined || isContinuation(bytes[0]!)) partial.push(token);
      if (first === undefined) continue;
      const others = byFirst.get(first);
      if (others === undefined) byFirst.set(first, [token]);
      else others.push(token);
    }
    this.byFirst = byFirst;
    this.partial = partial;
    this.written = written;
  }

  get vocabSize(): number {
    return this.#texts.vocabSize;
  }

  /** @param before bytes of a character that is not yet whole */
  of(token: number, before: readonly number[]): TokenCharacters {
    if (before.length === 0) return this.#known[token]!;
    const bytes = this.#bytesOf(token);
    return bytes === undefined ? { codePoints: [], rest: before } : apart([...before, ...bytes]);
  }

  /** Whether the text reads the same with the token as without. */
  isSilent(token: number): boolean {
    return this.#bytesOf(token) === undefined;
  }

  #bytesOf(token: number): Uint8Array | undefined {
    if (this.#texts.isSpecial(token)) return undefined;
    const bytes = this.#texts.bytesOf(token);
    return bytes?.length === 0 ? undefined : bytes;
  }
}

const none: readonly number[] = [];

function apart(bytes: ArrayLike<number>): TokenCharacters {
  const ascii: number[] = [];
  for (let i = 0; i < bytes.length && bytes[i]! < 0x80; i += 1) ascii.push(foldAscii(bytes[i]!));
  if (ascii.length === bytes.length) return { codePoints: ascii, rest: none };
  const end = bytes.length - incompleteLength(bytes);
  return {
    codePoints: foldText(decoder.decode(Uint8Array.from(bytes).subarray(0, end))),
    rest: Array.from(bytes).slice(end),
  };
}

/** How many bytes at the end are the beginning of a character that may yet become whole. */
function incompleteLength(bytes: ArrayLike<number>): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length += 1) {
    const lead = bytes[bytes.length - length]!;
    if (isContinuation(lead)) continue;
    const second = bytes[bytes.length - length + 1];
    const fits = second === undefined || canFollow(lead, second);
    return fits && lengthOf(lead) > length ? length : 0;
  }
  return 0;
}

function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte <= 0xbf;
}

/** Bytes of a character by its first one; 1 where no character begins with it. */
function lengthOf(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 1;
}

/** After some first bytes not every continuation is UTF-8 (The Unicode Standard, table 3-7). */
function canFollow(lead: number, second: number): boolean {
  switch (lead) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second <= 0x9f;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second <= 0x8f;
    default:
      return true;
  }
}
