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

/** Decodes on onnxruntime, on whatever device: one row for the prompt, then as many as the strategy keeps. */
export class OnnxDecoder implements Decoder {
  /** Looked at before each piece of a prompt; decoding itself looks between the steps. */
  signal: AbortSignal | undefined;
  readonly #session: PassSession;
  readonly #cache: PassCache;
  /** The prompt that row 0 of the cache starts with, as far as it was read. */
  #prompt: number[] = [];

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
    const kept = reusableTokens(this.#prompt, tokenIds, pieceTokens);
    this.#prompt = this.#prompt.slice(0, kept);
    this.#cache.truncate(kept);
    this.#cache.reserve(1, tokenIds.length);

    // Every row descends from row 0 of the prompt, so row 0 still starts with that prompt.
    for (let start = kept; ; start += pieceTokens) {
      throwIfCancelled(this.signal);
      const piece = tokenIds.slice(start, start + pieceTokens);
      const isLast = start + piece.length === tokenIds.length;
      const result = await this.#session.run(this.#cache, {
        tokenIds: Int32Array.from(piece),
        rows: 1,
        positions: [piece.length - 1],
        k: candidates(output, this.vocabSize),
        targets: [],
        outputs: isLast ? [output.kind] : [],
      });
      this.#prompt.push(...piece);
      if (isLast) return toScores(result, output, this.vocabSize);
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

/** How many tokens of the last prompt can stand: whole pieces, and at least one is left to read. */
export function reusableTokens(
  last: readonly number[],
  next: readonly number[],
  pieceTokens: number,
): number {
  let common = 0;
  while (common < last.length && common < next.length && last[common] === next[common]) common += 1;
  return Math.floor(Math.min(common, next.length - 1) / pieceTokens) * pieceTokens;
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
    tokenIds: result.topIds,
  };
}
