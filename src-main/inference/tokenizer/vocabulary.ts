import type { AppError } from '../../contract/errors.ts';
import { invalidModelFile } from '../checkpoint/invalid-model.ts';

/** A token beside the merges, found in a text as a whole. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Whether it is no text: the end of text and its like. */
  readonly isSpecial: boolean;
}

/** All that a byte-level byte-pair encoding is made of. */
export interface Vocabulary {
  /** Tokens in GPT-2's alphabet of bytes, with their ids. */
  readonly tokenIds: ReadonlyMap<string, number>;
  /** Pairs of tokens that become one, the most important first. */
  readonly merges: readonly (readonly [string, string])[];
  readonly addedTokens: readonly AddedToken[];
}

/** Which file each part came from, so that an error names it. */
export interface VocabularyFiles {
  readonly vocabulary: string;
  readonly merges: string;
}

/**
 * Checks that the parts fit each other and the model.
 *
 * @param vocabSize of the model: every id must be below it
 * @throws AppError `model_invalid`
 */
export function checkVocabulary(
  vocabulary: Vocabulary,
  vocabSize: number,
  files: VocabularyFiles,
): void {
  const { tokenIds, merges, addedTokens } = vocabulary;
  const contentOfId = new Map<number, string>();
  const claim = (id: number, content: string): void => {
    const other = contentOfId.get(id);
    if (other !== undefined && other !== content) {
      throw invalidModelFile(files.vocabulary, `two tokens have the id ${id}`);
    }
    if (id >= vocabSize) throw tooManyTokens(files.vocabulary, id, vocabSize);
    contentOfId.set(id, content);
  };
  for (const [token, id] of tokenIds) claim(id, token);
  for (const { id, content } of addedTokens) claim(id, content);

  for (const [index, [left, right]] of merges.entries()) {
    if (![left, right, left + right].every((token) => tokenIds.has(token))) {
      throw invalidModelFile(
        files.merges,
        `merge ${index + 1} is of tokens that the vocabulary does not have`,
      );
    }
  }
}

function tooManyTokens(file: string, id: number, vocabSize: number): AppError {
  return invalidModelFile(
    file,
    `it has a token ${id}, but the model's vocab_size is ${vocabSize}`,
    {
      remedy: 'The tokenizer belongs to another model: take the one that came with these weights.',
      details: { token_id: id, vocab_size: vocabSize },
    },
  );
}
