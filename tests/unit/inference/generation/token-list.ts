import type { TokenTexts } from '../../../../src-main/inference/generation/token-texts.ts';

/** A vocabulary as a list: texts or bytes by token id, null for an end token. */
export class TokenList implements TokenTexts {
  readonly vocabSize: number;
  readonly #tokens: readonly (string | Uint8Array | null)[];

  constructor(tokens: readonly (string | Uint8Array | null)[]) {
    this.vocabSize = tokens.length;
    this.#tokens = tokens;
  }

  bytesOf(tokenId: number): Uint8Array | undefined {
    const token = this.#tokens[tokenId];
    if (token === undefined) return undefined;
    return typeof token === 'string' ? Buffer.from(token) : (token ?? Buffer.from('<end>'));
  }

  isSpecial(tokenId: number): boolean {
    return this.#tokens[tokenId] === null;
  }

  /** What a reader sees of tokens. */
  text(tokenIds: readonly number[]): string {
    const written = tokenIds.filter((token) => !this.isSpecial(token));
    return Buffer.concat(written.map((token) => this.bytesOf(token)!)).toString();
  }

  /** The ids of these tokens. */
  ids(...tokens: readonly string[]): number[] {
    return tokens.map((token) => this.#tokens.indexOf(token));
  }
}
