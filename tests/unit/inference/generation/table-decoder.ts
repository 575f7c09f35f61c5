import type {
  Decoder,
  StepOutput,
  StepScores,
} from '../../../../src-main/inference/generation/decoder.ts';
import { logSoftmax } from '../../../../src-main/inference/generation/distribution.ts';

/** A model without weights: the logits after any sequence, shape [vocabulary]. */
export type LogitsAfter = (sequence: readonly number[]) => Float32Array;

/** What a strategy asked of the decoder, call by call. */
export interface DecoderCall {
  readonly batch: number;
  readonly output: StepOutput;
}

/** A decoder that looks its scores up, by the book of the interface, and keeps no cache. */
export class TableDecoder implements Decoder {
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly calls: DecoderCall[] = [];
  readonly #logitsAfter: LogitsAfter;
  #rows: (readonly number[])[] = [];

  constructor(logitsAfter: LogitsAfter, vocabSize: number, maxPositions = 1_000) {
    this.#logitsAfter = logitsAfter;
    this.vocabSize = vocabSize;
    this.maxPositions = maxPositions;
  }

  prefill(tokenIds: readonly number[], output: StepOutput): Promise<StepScores> {
    this.#rows = [[...tokenIds]];
    return Promise.resolve(this.#score(output));
  }

  step(tokenIds: Int32Array, parentRows: Int32Array, output: StepOutput): Promise<StepScores> {
    this.#rows = Array.from(tokenIds, (token, i) => {
      const parent = this.#rows[parentRows[i]!];
      if (parent === undefined) throw new Error(`No row ${parentRows[i]} to continue`);
      return [...parent, token];
    });
    return Promise.resolve(this.#score(output));
  }

  #score(output: StepOutput): StepScores {
    this.calls.push({ batch: this.#rows.length, output });
    const rows = this.#rows.map(this.#logitsAfter);
    if (output.kind === 'logits') {
      return { kind: 'logits', logits: Float32Array.from(rows.flatMap((row) => [...row])) };
    }
    const tops = rows.map((row) => topOf(logSoftmax(row), output.k));
    return {
      kind: 'top',
      k: output.k,
      logProbs: Float32Array.from(tops.flatMap((top) => top.map(({ logProb }) => logProb))),
      logits: Float32Array.from(
        tops.flatMap((top, row) => top.map(({ token }) => rows[row]![token]!)),
      ),
      tokenIds: Int32Array.from(tops.flatMap((top) => top.map(({ token }) => token))),
    };
  }
}

function topOf(logProbs: Float32Array, k: number): { token: number; logProb: number }[] {
  return Array.from(logProbs, (logProb, token) => ({ token, logProb }))
    .sort((a, b) => b.logProb - a.logProb || a.token - b.token)
    .slice(0, k);
}

/**
 * Logits that depend on the whole sequence and on the seed, spread like a model's: the same
 * ones for the same sequence, with no two equal in practice.
 */
export function randomTable(vocabSize: number, seed: number, spread = 2): LogitsAfter {
  return (sequence) => {
    let hash = seed | 0;
    for (const token of sequence) hash = Math.imul(hash ^ (token + 1), 0x01000193);
    return Float32Array.from({ length: vocabSize }, (_, token) => {
      let bits = Math.imul(hash ^ Math.imul(token + 1, 0x9e3779b1), 0x85ebca6b);
      bits = Math.imul(bits ^ (bits >>> 15), 0xc2b2ae35);
      return (((bits ^ (bits >>> 13)) >>> 0) / 2 ** 32 - 0.5) * 2 * spread;
    });
  };
}
