import type { InferenceClient, ModelReference } from '../../inference/client/types.ts';
import type { TextTail } from './plan-prompt.ts';

/** UTF-16 code units to look at per token of context: English has about 4, and words may be long. */
const unitsPerToken = 16;
/** How far to look for a space to cut at. */
const cutWindow = 256;

/**
 * The last part of a text that a model could read, as tokens. However long the text, only
 * a few windows' worth is tokenised.
 */
export async function readTail(
  client: InferenceClient,
  model: ModelReference,
  text: string,
): Promise<TextTail> {
  const start = tailStart(text, model.card.n_positions * unitsPerToken);
  const tail = text.slice(start);
  const { tokenIds, offsets } = await client.tokenize(model, tail);
  return { start, text: tail, tokenIds, offsets };
}

/**
 * Where a tail of about `length` code units starts: before a space, because GPT-2's tokens
 * never span one, else wherever it does not split a character.
 */
export function tailStart(text: string, length: number): number {
  const wanted = text.length - length;
  if (wanted <= 0) return 0;
  for (let at = wanted; at < wanted + cutWindow && at < text.length; at += 1) {
    if (/\s/u.test(text.charAt(at)) && /\S/u.test(text.charAt(at - 1))) return at;
  }
  const unit = text.charCodeAt(wanted);
  return unit >= 0xdc00 && unit <= 0xdfff ? wanted + 1 : wanted;
}
