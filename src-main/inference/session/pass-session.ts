import type { Device } from '../../contract/models.ts';
import type { Gpt2Config } from '../checkpoint/config.ts';

/** What of a pass is brought back: every output is copied, so each pass names the one it needs. */
export type PassOutput = 'logits' | 'top' | 'targets';

export interface PassRequest {
  /** New tokens, flat [rows, tokens]. */
  readonly tokenIds: Int32Array;
  readonly rows: number;
  /** Which of the new tokens to predict a next one from. */
  readonly positions: readonly number[];
  /** How many candidates where `top` is asked for. */
  readonly k: number;
  /** Flat [rows, positions]; needed where the log-probabilities of `targets` are asked for. */
  readonly targets: readonly number[];
  readonly outputs: readonly PassOutput[];
}

/** Flat, row by row, position by position; empty where it was not asked for. */
export interface PassResult {
  readonly logits: Float32Array;
  readonly topLogProbs: Float32Array;
  readonly topLogits: Float32Array;
  readonly topIds: Int32Array;
  readonly targetLogProbs: Float32Array;
}

/** Keys and values of the positions read so far, wherever they are kept. */
export interface PassCache {
  /** Positions filled, the same in every row. */
  readonly length: number;
  /** Forgets the positions from `length` on. */
  truncate(length: number): void;
  /** Makes room for `rows` rows of `positions` positions; keeps what is filled. */
  reserve(rows: number, positions: number): void;
  /** Row i becomes what row `parents[i]` was; `reserve` has made room for them all. */
  reorder(parents: Int32Array): void;
}

/** A prepared model in some device's memory: one forward pass at a time over a cache of its own. */
export interface PassSession {
  readonly config: Gpt2Config;
  /** Where it really runs. */
  readonly device: Device;
  /** The most tokens of one row that a pass reads. */
  readonly pieceTokens: number;
  newCache(): PassCache;
  /**
   * Feeds new tokens after what the cache holds, and appends them to it. The cache must be one of
   * this session's and have room. More than one token per row goes with a single row only.
   */
  run(cache: PassCache, request: PassRequest): Promise<PassResult>;
  /** Gives the memory back. */
  release(): Promise<void>;
}
