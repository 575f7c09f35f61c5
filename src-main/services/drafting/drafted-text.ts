import type { GenerationParameters } from '../../contract/generation.ts';
import type {
  GeneratedSequence,
  InferenceClient,
  ModelReference,
} from '../../inference/client/types.ts';
import { cutAtStopString, cutBannedEnd } from './cut-text.ts';

/**
 * What becomes of the text that the decoder found: cut where a stop string begins.
 *
 * @param bannedWords kept out beside the parameters' own
 */
export function draftedText(
  text: string,
  prompt: string,
  { stop_strings = [], bad_words = [] }: GenerationParameters,
  bannedWords: readonly string[],
): string {
  const cut = cutAtStopString(text, prompt, stop_strings);
  return cut === text ? text : cutBannedEnd(cut, [...bad_words, ...bannedWords]);
}

/** The new tokens that a draft was written in: as many as its text takes, without an end token. */
export async function draftedTokens(
  client: InferenceClient,
  model: ModelReference,
  { tokenIds, text }: GeneratedSequence,
  drafted: string,
  promptLength: number,
): Promise<readonly number[]> {
  const isEnded = model.card.eos_token_ids.includes(tokenIds.at(-1)!);
  const written = tokenIds.slice(promptLength, isEnded ? -1 : undefined);
  if (drafted === text) return written;
  if (drafted === '') return [];
  // The fewest tokens that have the text in them.
  let enough = written.length;
  let tooFew = 0;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    const beginning = await client.detokenize(model, written.slice(0, middle));
    if (beginning.length >= drafted.length) enough = middle;
    else tooFew = middle;
  }
  return written.slice(0, enough);
}
