import type { TokenTexts } from '../token-texts.ts';
import { foldText } from './fold-text.ts';

/** What a token adds to a text, as banned words are compared. */
export interface TokenCharacters {
  /** The characters that become whole with it, folded. */
  readonly codePoints: readonly number[];
  /** The bytes of a character that more tokens must complete. */
  readonly rest: readonly number[];
}

const nothing: TokenCharacters = { codePoints: [], rest: [] };
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The characters of tokens, each token taken apart once. */
export class CharactersOfTokens {
  readonly #texts: TokenTexts;
  readonly #known: (TokenCharacters | undefined)[] = [];

  constructor(texts: TokenTexts) {
    this.#texts = texts;
  }

  get vocabSize(): number {
    return this.#texts.vocabSize;
  }

  /** @param before bytes of a character that is not yet whole */
  of(token: number, before: readonly number[]): TokenCharacters {
    const bytes = this.#bytesOf(token);
    if (before.length > 0) {
      return bytes === undefined ? { codePoints: [], rest: before } : apart([...before, ...bytes]);
    }
    return (this.#known[token] ??= bytes === undefined ? nothing : apart([...bytes]));
  }

  /** Whether the text reads the same with the token as without. */
  isSilent(token: number): boolean {
    return this.#bytesOf(token) === undefined;
  }

  /** Whether the token begins inside a character. */
  continuesCharacter(token: number): boolean {
    const first = this.#bytesOf(token)?.[0];
    return first !== undefined && isContinuation(first);
  }

  #bytesOf(token: number): Uint8Array | undefined {
    if (this.#texts.isSpecial(token)) return undefined;
    const bytes = this.#texts.bytesOf(token);
    return bytes?.length === 0 ? undefined : bytes;
  }
}

function apart(bytes: readonly number[]): TokenCharacters {
  const end = bytes.length - incompleteLength(bytes);
  return {
    codePoints: foldText(decoder.decode(Uint8Array.from(bytes.slice(0, end)))),
    rest: bytes.slice(end),
  };
}

/** How many bytes at the end are the beginning of a character that may yet become whole. */
export function incompleteLength(bytes: readonly number[]): number {
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
