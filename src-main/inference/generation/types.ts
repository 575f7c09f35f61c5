import type { Decoder } from './decoder.ts';
import type { DecodingConfig } from './resolve-config.ts';
import type { TokenTexts } from './token-texts.ts';

/** One text that decoding found. */
export interface GeneratedTokens {
  /** The prompt included, the final end token too, no padding. */
  readonly tokenIds: readonly number[];
  /**
   * Beam search: the reference's `sequences_scores`, the sum of the processed log-probabilities
   * of the new tokens over their count to the power of `length_penalty`. Otherwise: the mean
   * log-probability of the new tokens, an end token included, as the model gave it before any
   * processor.
   */
  readonly score: number;
  /** Sum of the new tokens' log-probabilities as the model gave them, before any processor. */
  readonly logProbSum: number;
}

/** Where decoding stands after a step. */
export interface DecodingStep {
  /** The current best text without its prompt. In beam search it may change in the middle. */
  readonly newTokenIds: readonly number[];
  /** Steps taken: tokens written to each text that has not ended. */
  readonly steps: number;
}

export interface GenerateRun {
  readonly decoder: Decoder;
  /** Token ids of the prompt, as many as the configuration was resolved for. */
  readonly promptTokenIds: readonly number[];
  readonly config: DecodingConfig;
  /** Needed where parameters are about text: banned words, stop strings. */
  readonly texts?: TokenTexts | undefined;
  /** Awaited before the next step: the place to report and to let a cancellation come in. */
  readonly onStep?: ((step: DecodingStep) => void | Promise<void>) | undefined;
  /** Looked at before each step. */
  readonly signal?: AbortSignal | undefined;
}
