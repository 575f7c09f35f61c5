import { AppError } from '../../contract/errors.ts';
import type { Decoder, StepOutput, StepScores } from '../generation/decoder.ts';
import { throwIfCancelled } from '../generation/stopping-criteria.ts';
import type { PassCache, PassResult, PassSession } from './pass-session.ts';

/**
 * On the processor a prompt is read in pieces that start at multiples of this. What a piece
 * computes then depends on the tokens alone and not on how much of the prompt was known before:
 * reading on from a kept prefix gives the same bits as reading everything, so the same seed gives
 * the same text. It also bounds how long a cancel waits.
 */
export const pieceTokens = 64;

/**
 * How much of what was read is kept for the next prompt: whole pieces, so that the bits depend on
 * the tokens alone; or everything, so that after a keystroke only what changed is read. What was
 * read beside the pieces is then as good as any other reading, but not the same to the last bit.
 */
export type Reuse = 'pieces' | 'everything';

/** Decodes on onnxruntime, on whatever device: one row for the prompt, then as many as the strategy keeps. */
export class OnnxDecoder implements Decoder {
  /** Looked at before each piece of a prompt; decoding itself looks between the steps. */
  signal: AbortSignal | undefined;
  /** For the prompts to come. */
  reuse: Reuse = 'pieces';
  readonly #session: PassSession;
  readonly #cache: PassCache;
  /** The tokens that every row of the cache starts with. */
  #known: number[] = [];
  /** How many of them were read in whole pieces from the start. */
  #inPieces = 0;
  /** Whether the cache holds one row, the known tokens and nothing else. */
  #isSingleRow = true;

  constructor(session: PassSession) {
    this.#session = session;
    this.#cache = session.newCache();
  }

  get vocabSize(): number {
    return this.#session.config.vocabSize;
  }

  get maxPositions(): number {
    return this.#session.config.maxPositions;
  }

  async prefill(tokenIds: readonly number[], output: StepOutput): Promise<StepScores> {
    this.#requireRoom(tokenIds.length);
    this.#requireTokens(tokenIds);
    const { pieceTokens } = this.#session;
    const kept = reusableTokens(this.#known, tokenIds, {
      reuse: this.reuse,
      pieceTokens,
      inPieces: this.#inPieces,
    });
    this.#known = this.#known.slice(0, kept);
    this.#inPieces = Math.min(this.#inPieces, Math.floor(kept / pieceTokens) * pieceTokens);
    this.#isSingleRow = true;
    this.#cache.truncate(kept);
    this.#cache.reserve(1, tokenIds.length);

    for (let start = kept; ;) {
      throwIfCancelled(this.signal);
      // To the next place where a piece ends, wherever this one starts.
      const end = start - (start % pieceTokens) + pieceTokens;
      const piece = tokenIds.slice(start, end);
      const isLast = end >= tokenIds.length;
      const result = await this.#session.run(this.#cache, {
        tokenIds: Int32Array.from(piece),
        rows: 1,
        positions: [piece.length - 1],
        k: candidates(output, this.vocabSize),
        targets: [],
        outputs: isLast ? [output.kind] : [],
      });
      this.#known.push(...piece);
      if (start === this.#inPieces && piece.length === pieceTokens) this.#inPieces = end;
      if (isLast) return toScores(result, output, this.vocabSize);
      start = end;
    }
  }

  async step(
    tokenIds: Int32Array,
    parentRows: Int32Array,
    output: StepOutput,
  ): Promise<StepScores> {
    this.#requireRoom(this.#cache.length + 1);
    this.#cache.reserve(tokenIds.length, this.#cache.length + 1);
    this.#cache.reorder(parentRows);
    const result = await this.#session.run(this.#cache, {
      tokenIds,
      rows: tokenIds.length,
      positions: [0],
      k: candidates(output, this.vocabSize),
      targets: [],
      outputs: [output.kind],
    });
    this.#isSingleRow &&= tokenIds.length === 1;
    if (this.#isSingleRow) this.#known.push(...tokenIds);
    return toScores(result, output, this.vocabSize);
  }

  #requireRoom(length: number): void {
    if (length <= this.maxPositions) return;
    throw new AppError(
      'prompt_too_long',
      `The model reads at most ${this.maxPositions} tokens, and ${length} were asked for. ` +
        'Shorten the text or ask for fewer tokens.',
      { details: { n_positions: this.maxPositions, tokens: length } },
    );
  }

  #requireTokens(tokenIds: readonly number[]): void {
    if (tokenIds.length === 0) {
      throw new AppError('prompt_empty', 'There is nothing to continue. Write a first word.');
    }
    const stranger = tokenIds.find((id) => !Number.isInteger(id) || id < 0 || id >= this.vocabSize);
    if (stranger === undefined) return;
    throw new AppError(
      'invalid_input',
      `The model has no token ${stranger}: its ids run from 0 to ${this.vocabSize - 1}.`,
      { details: { token_id: stranger } },
    );
  }
}

/** How many of the known tokens can stand for the next prompt; at least one is left to read. */
export function reusableTokens(
  known: readonly number[],
  next: readonly number[],
  options: {
    readonly reuse: Reuse;
    readonly pieceTokens: number;
    /** How many of the known tokens were read in whole pieces. */
    readonly inPieces: number;
  },
): number {
  const { reuse, pieceTokens, inPieces } = options;
  const most = next.length - 1;
  let common = 0;
  while (common < known.length && common < most && known[common] === next[common]) common += 1;
  if (reuse === 'everything') return common;
  return Math.floor(Math.min(common, inPieces) / pieceTokens) * pieceTokens;
}

function candidates(output: StepOutput, vocabSize: number): number {
  return output.kind === 'top' ? Math.min(output.k, vocabSize) : 1;
}

function toScores(result: PassResult, output: StepOutput, vocabSize: number): StepScores {
  if (output.kind === 'logits') return { kind: 'logits', logits: result.logits };
  return {
    kind: 'top',
    k: candidates(output, vocabSize),
    logProbs: result.topLogProbs,
    logits: result.topLogits,
    tokenIds: result.topIds,
  };
}
