import { AppError } from '../../contract/errors.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { sampleText } from './sample-text.ts';

/** More than the sample text has in GPT-2's vocabulary; one of single bytes would take longer. */
const maxTokens = 1024;
/** Where the sample text cannot be written. */
const substituteTokens = 512;

/**
 * The tokens that variants are measured on: of the sample text or, where a vocabulary cannot
 * write English prose, ids strewn over all of it, always the same ones.
 */
export function sampleTokens(tokenizer: Tokenizer): readonly number[] {
  try {
    return tokenizer.encode(sampleText).slice(0, maxTokens);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid_input') throw error;
    return Array.from({ length: substituteTokens }, (_, i) => (i * (i + 7)) % tokenizer.vocabSize);
  }
}
