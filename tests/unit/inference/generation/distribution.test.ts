import { describe, expect, it } from 'vitest';
import {
  logSoftmax,
  logSumExp,
  softmax,
} from '../../../../src-main/inference/generation/distribution.ts';

describe('softmax and its logarithm', () => {
  it('take any size of score without overflow', () => {
    expect([...softmax(Float32Array.of(1_000, 1_000))]).toEqual([0.5, 0.5]);
    expect([...softmax(Float32Array.of(-1_000, -1_000, -1_000, -1_000))]).toEqual([
      0.25, 0.25, 0.25, 0.25,
    ]);
    expect(logSumExp(Float32Array.of(-1e30, 1e30))).toBeCloseTo(Math.fround(1e30), -25);
  });

  it('give a banned token nothing', () => {
    expect([...softmax(Float32Array.of(0, -Infinity, 0))]).toEqual([0.5, 0, 0.5]);
    expect([...logSoftmax(Float32Array.of(3, -Infinity))]).toEqual([0, -Infinity]);
    expect(logSumExp(Float32Array.of(-Infinity, -Infinity))).toBe(-Infinity);
  });

  it('agree with each other', () => {
    const scores = Float32Array.of(0.3, -2, 5, 1.25);
    const probabilities = softmax(scores);
    expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    for (const [i, logProb] of logSoftmax(scores).entries()) {
      expect(Math.exp(logProb)).toBeCloseTo(probabilities[i]!, 6);
    }
  });
});
