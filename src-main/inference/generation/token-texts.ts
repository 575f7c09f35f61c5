/*
 * What a strategy knows of the texts of tokens. The engine gives the model's tokenizer; tests
 * give a list.
 */

export interface TokenTexts {
  /** Every id is below it. */
  readonly vocabSize: number;
  /**
   * A token's text in UTF-8; a character may span tokens. Undefined for an id that the model has
   * and the tokenizer does not use.
   */
  bytesOf(tokenId: number): Uint8Array | undefined;
  /** Whether it is no text of its own: the end of text and its like. */
  isSpecial(tokenId: number): boolean;
}

/** The texts, where parameters are about text. Without them it is the caller that is wrong. */
export function requireTexts(texts: TokenTexts | undefined): TokenTexts {
  if (texts === undefined) throw new Error('These parameters need the texts of the tokens');
  return texts;
}
