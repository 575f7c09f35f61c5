import { AppError } from '../../contract/errors.ts';
import type { Decoder, StepOutput, StepScores } from '../generation/decoder.ts';
import { throwIfCancelled } from '../generation/stopping-criteria.ts';
import { planReplay, type DecodedStep } from './device-replay.ts';

/** A decoder that looks at the signal while it reads a prompt. */
export interface CancellableDecoder extends Decoder {
  signal: AbortSignal | undefined;
}

/** What is read again is not looked at: one candidate is the least to ask for. */
const unwanted: StepOutput = { kind: 'top', k: 1 };

/**
 * Decodes on a device for as long as it is there. When it is lost, at whatever step, it goes on
 * with another decoder from the tokens so far: nothing that was written changes.
 */
export class FallBackDecoder implements CancellableDecoder {
  signal: AbortSignal | undefined;
  readonly #replace: (cause: unknown) => Promise<CancellableDecoder>;
  #decoder: CancellableDecoder;
  #prompt: readonly number[] = [];
  #steps: DecodedStep[] = [];

  /**
   * @param replace gives the decoder to go on with, or throws what ends the draft; asked again
   *   if that one fails too
   */
  constructor(
    decoder: CancellableDecoder,
    replace: (cause: unknown) => Promise<CancellableDecoder>,
  ) {
    this.#decoder = decoder;
    this.#replace = replace;
  }

  get vocabSize(): number {
    return this.#decoder.vocabSize;
  }

  get maxPositions(): number {
    return this.#decoder.maxPositions;
  }

  async prefill(tokenIds: readonly number[], output: StepOutput): Promise<StepScores> {
    this.#prompt = tokenIds;
    this.#steps = [];
    return this.#attempt((decoder) => decoder.prefill(tokenIds, output), output);
  }

  async step(
    tokenIds: Int32Array,
    parentRows: Int32Array,
    output: StepOutput,
  ): Promise<StepScores> {
    this.#steps.push({ tokenIds: [...tokenIds], parentRows: [...parentRows] });
    return this.#attempt((decoder) => decoder.step(tokenIds, parentRows, output), output);
  }

  async #attempt(
    decode: (decoder: CancellableDecoder) => Promise<StepScores>,
    output: StepOutput,
  ): Promise<StepScores> {
    this.#decoder.signal = this.signal;
    try {
      return await decode(this.#decoder);
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      this.#decoder = await this.#replace(cause);
      this.#decoder.signal = this.signal;
      return await this.#replay(output);
    }
  }

  async #replay(output: StepOutput): Promise<StepScores> {
    if (this.#steps.length === 0) return this.#decoder.prefill(this.#prompt, output);
    const plan = planReplay(this.#prompt, this.#steps);
    await this.#decoder.prefill(plan.prompt, unwanted);
    let scores: StepScores | null = null;
    for (const [index, { tokenIds, parentRows }] of plan.steps.entries()) {
      throwIfCancelled(this.signal);
      scores = await this.#decoder.step(
        Int32Array.from(tokenIds),
        Int32Array.from(parentRows),
        index === plan.steps.length - 1 ? output : unwanted,
      );
    }
    if (scores === null) throw new Error('A plan to replay has at least the last step');
    return scores;
  }
}
