import { AppError } from '../../contract/errors.ts';
import type { DecodingConfig } from './resolve-config.ts';
import { stopStrings } from './stop-strings.ts';
import type { TokenTexts } from './token-texts.ts';

/**
 * Whether a text is finished once `token` comes after `sequence`.
 *
 * @param sequence the tokens before it, prompt included
 */
export type StoppingCriterion = (sequence: readonly number[], token: number) => boolean;

/**
 * By length, by an end token, by a stop string.
 *
 * @param texts needed where there are stop strings
 */
export function stoppingCriterion(
  { max_length, eos_token_ids, stop_strings }: DecodingConfig,
  texts?: TokenTexts,
): StoppingCriterion {
  const endsInStopString = stop_strings.length === 0 ? null : stopStrings(stop_strings, texts);
  return (sequence, token) =>
    sequence.length + 1 >= max_length ||
    eos_token_ids.includes(token) ||
    (endsInStopString?.(sequence, token) ?? false);
}

/** What to say where not even a first token may be written. */
export function everyTokenIsBanned(): AppError {
  return new AppError(
    'invalid_input',
    'The parameters ban every token of the vocabulary, so no text can go on. Ban less, allow repetition or shorten the text.',
  );
}

/** @throws AppError `cancelled` */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError('cancelled', 'The draft was cancelled.');
}
