/** Where among a row's scores a token's is; undefined for a token that is not among them. */
export type PlaceOf = (token: number) => number | undefined;

/** Each token's score is there, in the order of their ids. */
export const inWholeVocabulary: PlaceOf = (token) => token;

/**
 * Changes a row's scores before a token is chosen, in place. Scores are logits in greedy
 * search and sampling, and log-probabilities in beam search, as in Hugging Face's `generate`.
 *
 * @param scores of the whole vocabulary, or of enough of the likeliest tokens
 * @param sequence the tokens so far, prompt included
 */
export type LogitsProcessor = (
  scores: Float32Array,
  sequence: readonly number[],
  placeOf?: PlaceOf,
) => void;

/**
 * Tokens that must not come next. A ban needs no scores, so a strategy can apply it to the
 * few likeliest tokens without fetching the whole vocabulary.
 *
 * @param sequence the tokens so far, prompt included
 */
export type TokenBan = (sequence: readonly number[]) => Iterable<number>;
