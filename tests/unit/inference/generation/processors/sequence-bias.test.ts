import { describe, expect, it } from 'vitest';
import { sequenceBias } from '../../../../../src-main/inference/generation/processors/sequence-bias.ts';

function biased(
  biases: Parameters<typeof sequenceBias>[0],
  sequence: readonly number[],
): readonly number[] {
  const scores = new Float32Array(4);
  sequenceBias(biases)(scores, sequence);
  return [...scores];
}

describe('sequenceBias', () => {
  it('counts for a single token always, for the last of several after those before it', () => {
    const biases = [
      [[1], 2],
      [[0, 3], -1],
      [[2, 0, 3], -4],
    ] as const;
    expect(biased(biases, [])).toEqual([0, 2, 0, 0]);
    expect(biased(biases, [0])).toEqual([0, 2, 0, -1]);
    expect(biased(biases, [2, 0])).toEqual([0, 2, 0, -5]);
    expect(biased(biases, [0, 2])).toEqual([0, 2, 0, 0]);
  });

  it('adds up where runs end in the same token, the last of two equal runs counting', () => {
    expect(
      biased(
        [
          [[1], 2],
          [[0, 1], 0.5],
          [[1], 3],
        ],
        [0],
      ),
    ).toEqual([0, 3.5, 0, 0]);
  });
});
