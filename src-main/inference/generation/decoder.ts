/*
 * What a decoding strategy knows of a model: one forward step for a batch of sequences. The
 * engine implements it on onnxruntime; tests implement it on a table.
 */

/**
 * What to bring back of a step's last position. `top` is cheap (chosen in the graph);
 * `logits` is the whole vocabulary, for processors that look at the whole distribution.
 */
export type StepOutput = { readonly kind: 'top'; readonly k: number } | { readonly kind: 'logits' };

/** The `k` likeliest tokens of each row, likeliest first; equal ones by lower id. */
export interface TopScores {
  readonly kind: 'top';
  readonly k: number;
  /** Natural log-probabilities over the whole vocabulary, shape [batch, k]. */
  readonly logProbs: Float32Array;
  /** Before any softmax, shape [batch, k]. */
  readonly logits: Float32Array;
  /** Token ids, shape [batch, k]. */
  readonly tokenIds: Int32Array;
}

interface LogitScores {
  readonly kind: 'logits';
  /** Shape [batch, vocabulary], before any softmax. */
  readonly logits: Float32Array;
}

export type StepScores = TopScores | LogitScores;

/** One decoding in progress: owns the key/value cache. */
export interface Decoder {
  readonly vocabSize: number;
  /** The model's context in tokens: prompt and text together. */
  readonly maxPositions: number;
  /** Reads the prompt as one row. May reuse a prefix that it has read before. */
  prefill(tokenIds: readonly number[], output: StepOutput): Promise<StepScores>;
  /**
   * Feeds one token to each row of a new batch. Row i continues the previous batch's row
   * `parentRows[i]`; after `prefill` there is only row 0, so zeros spread the prompt.
   */
  step(tokenIds: Int32Array, parentRows: Int32Array, output: StepOutput): Promise<StepScores>;
}
