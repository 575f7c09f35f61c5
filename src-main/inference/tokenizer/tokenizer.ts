import { Tokenizer as BytePairEncoder } from '@huggingface/tokenizers';
import { AppError } from '../../contract/errors.ts';
import { bytesOfToken } from './byte-alphabet.ts';
import { letters, numbers } from './character-classes.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A text's tokens with where each starts in the text. */
export interface EncodedText {
  readonly tokenIds: readonly number[];
  /**
   * In UTF-16 code units. A character may span tokens: all of them then start where it starts.
   */
  readonly offsets: readonly number[];
}

export interface DecodeOptions {
  /** Leaves the end of text and its like out. */
  readonly skipSpecialTokens?: boolean;
}

/**
 * How GPT-2 cuts a text before it merges bytes: contractions, words and numbers with the blank
 * before them, punctuation, other blanks. Which characters these are is what Unicode says, as in
 * the reference; JavaScript's `\s` would take U+FEFF in and leave U+0085 out.
 */
const pieces = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?[${letters}]+| ?[${numbers}]+| ?[^\p{White_Space}${letters}${numbers}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+`;

/**
 * GPT-2's byte-level byte-pair encoding. Text comes back from its tokens to the byte, and takes
 * time in proportion to its length whatever it consists of.
 */
export class Tokenizer {
  /** The model's vocabulary: every id below it may be decoded. */
  readonly vocabSize: number;
  readonly #encoder: BytePairEncoder;
  /** What each id stands for; nothing for an id that the model has and the tokenizer does not. */
  readonly #bytes: readonly (Uint8Array | undefined)[];
  readonly #specialTokenIds: ReadonlySet<number>;

  /** @param vocabSize of the model, which may have more ids than the tokenizer uses */
  constructor(vocabulary: Vocabulary, vocabSize: number) {
    this.vocabSize = vocabSize;
    this.#encoder = new BytePairEncoder(
      {
        model: {
          type: 'BPE',
          vocab: Object.fromEntries(vocabulary.tokenIds),
          merges: vocabulary.merges,
        },
        added_tokens: vocabulary.addedTokens.map(({ id, content, isSpecial }) => ({
          id,
          content,
          special: isSpecial,
        })),
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [
            { type: 'Split', pattern: { Regex: pieces }, invert: true },
            { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
          ],
        },
        normalizer: null,
        post_processor: null,
        decoder: null,
      },
      {},
    );
    this.#bytes = bytesOfIds(vocabulary, vocabSize);
    this.#specialTokenIds = new Set(
      vocabulary.addedTokens.filter(({ isSpecial }) => isSpecial).map(({ id }) => id),
    );
  }

  /**
   * A special token that is written out in the text becomes its id, as in the reference.
   *
   * @throws AppError `invalid_input` for a character that the vocabulary cannot write
   */
  encode(text: string): readonly number[] {
    const { ids } = this.#encoder.encode(text, { add_special_tokens: false });
    const written = ids.reduce((sum, id) => sum + (this.#bytes[id]?.length ?? 0), 0);
    if (written !== Buffer.byteLength(text)) {
      throw new AppError(
        'invalid_input',
        "The model's vocabulary has no tokens for some characters of this text. Your text is kept. Leave them out, or choose another model.",
      );
    }
    return ids;
  }

  /** As `encode`, with where each token starts. */
  encodeWithOffsets(text: string): EncodedText {
    const tokenIds = this.encode(text);
    const offsets: number[] = [];
    let tokenStart = 0;
    // The character at `unit` takes the bytes from `byte` on.
    let unit = 0;
    let byte = 0;
    for (const id of tokenIds) {
      for (;;) {
        const codePoint = text.codePointAt(unit) ?? 0;
        const size = utf8Length(codePoint);
        if (byte + size > tokenStart) break;
        byte += size;
        unit += codePoint > 0xffff ? 2 : 1;
      }
      offsets.push(unit);
      tokenStart += this.#bytes[id]!.length;
    }
    return { tokenIds, offsets };
  }

  /**
   * The text of whole tokens. Bytes that are no UTF-8 show as U+FFFD.
   *
   * @throws AppError `invalid_input` for an id that the model does not have
   */
  decode(tokenIds: readonly number[], options: DecodeOptions = {}): string {
    return toText(this.#concatenate(tokenIds, options), { isBeginning: false });
  }

  /**
   * The text of tokens that more will follow: the bytes of a character that is not yet whole
   * are held back.
   *
   * @throws AppError `invalid_input` for an id that the model does not have
   */
  decodeBeginning(tokenIds: readonly number[], options: DecodeOptions = {}): string {
    return toText(this.#concatenate(tokenIds, options), { isBeginning: true });
  }

  /** The bytes of a token; undefined for an id that the model has and the tokenizer does not. */
  bytesOf(tokenId: number): Uint8Array | undefined {
    return this.#bytes[tokenId];
  }

  /** Whether a token is no text: the end of text and its like. */
  isSpecial(tokenId: number): boolean {
    return this.#specialTokenIds.has(tokenId);
  }

  #concatenate(tokenIds: readonly number[], options: DecodeOptions): Uint8Array {
    const parts: Uint8Array[] = [];
    for (const id of tokenIds) {
      if (!Number.isInteger(id) || id < 0 || id >= this.vocabSize) {
        throw new AppError(
          'invalid_input',
          `The model has no token ${id}: its ids are 0 to ${this.vocabSize - 1}.`,
          { details: { token_id: id, vocab_size: this.vocabSize } },
        );
      }
      const isLeftOut = options.skipSpecialTokens === true && this.#specialTokenIds.has(id);
      const bytes = this.#bytes[id];
      if (bytes !== undefined && !isLeftOut) parts.push(bytes);
    }
    return Buffer.concat(parts);
  }
}

function bytesOfIds(vocabulary: Vocabulary, vocabSize: number): (Uint8Array | undefined)[] {
  const bytes = new Array<Uint8Array | undefined>(vocabSize);
  for (const [token, id] of vocabulary.tokenIds) {
    bytes[id] = bytesOfToken(token) ?? Buffer.from(token);
  }
  // An added token is written as it stands, not in the alphabet.
  for (const { id, content } of vocabulary.addedTokens) bytes[id] = Buffer.from(content);
  return bytes;
}

/** A byte order mark is a character like any other: `ignoreBOM` means "do not drop it". */
function toText(bytes: Uint8Array, { isBeginning }: { isBeginning: boolean }): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: isBeginning });
}

/** Half of a surrogate pair becomes U+FFFD, which takes three bytes as well. */
function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
