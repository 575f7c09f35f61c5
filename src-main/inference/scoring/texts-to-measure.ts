import { AppError } from '../../contract/errors.ts';
import type { Measurement } from '../../contract/models.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { sampleTokens } from './sample-tokens.ts';

/** As much of the user's documents as is read: more would take longer and say little more. */
const maxDocumentTokens = 2048;
/** Fewer tokens than this tell variants apart by luck. */
const minDocumentTokens = 200;

/**
 * The token ids of the texts that variants are measured on.
 *
 * @param documents the most important first; as many are read as make up about 2,000 tokens
 * @throws AppError `invalid_input` where the documents have fewer than 200 tokens
 */
export function textsToMeasure(
  tokenizer: Tokenizer,
  text: Measurement['text'],
  documents: readonly string[],
): readonly (readonly number[])[] {
  if (text === 'sample') return [sampleTokens(tokenizer)];
  const texts: (readonly number[])[] = [];
  let room = maxDocumentTokens;
  for (const document of documents) {
    const tokenIds = tokensOf(tokenizer, document).slice(0, room);
    // A single token has nothing before it to be predicted from.
    if (tokenIds.length < 2) continue;
    texts.push(tokenIds);
    room -= tokenIds.length;
    if (room < 2) break;
  }
  const found = maxDocumentTokens - room;
  if (found >= minDocumentTokens) return texts;
  throw new AppError(
    'invalid_input',
    `Your documents have ${found} tokens for this model, and ${minDocumentTokens} are needed to ` +
      'measure on them. What was measured before is kept. Write more, or measure on the sample text.',
    { details: { tokens: found, min_tokens: minDocumentTokens } },
  );
}

function tokensOf(tokenizer: Tokenizer, document: string): readonly number[] {
  try {
    return tokenizer.encode(document);
  } catch (error) {
    // A vocabulary that lacks some of its characters: the next one may do.
    if (error instanceof AppError && error.code === 'invalid_input') return [];
    throw error;
  }
}
