import { describe, expect, it } from 'vitest';
import { seededRandom, xoshiro128 } from '../../../../src-main/inference/generation/random.ts';

const draw = (seed: number, stream: number, count: number): number[] => {
  const random = seededRandom(seed, stream);
  return Array.from({ length: count }, random);
};

describe('xoshiro128', () => {
  it("gives the published implementation's numbers", () => {
    const next = xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 4 }, next)).toEqual([11520, 0, 5927040, 70819200]);
  });
});

describe('seededRandom', () => {
  it('repeats itself for a seed, and differs between seeds and between streams', () => {
    expect(draw(7, 0, 50)).toEqual(draw(7, 0, 50));
    const firsts = [0, 1, 2, 7, 2 ** 31, 2 ** 32 - 1].flatMap((seed) =>
      [0, 1, 2, 63].map((stream) => draw(seed, stream, 3).join()),
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('gives these numbers for ever: a draft can be made again after an update', () => {
    expect(draw(42, 0, 3)).toEqual([0.550539173009054, 0.12814898780440176, 0.3104660610762966]);
    expect(draw(42, 1, 3)).toEqual([0.6315106697391553, 0.9926099325561887, 0.7557163996339226]);
  });

  it('spreads evenly over [0, 1)', () => {
    const counts = new Array<number>(20).fill(0);
    const total = 20_000;
    for (const value of draw(3, 0, total)) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
      const bin = Math.floor(value * counts.length);
      counts[bin] = counts[bin]! + 1;
    }
    const expected = total / counts.length;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // The 99.9th percentile with 19 degrees of freedom.
    expect(chiSquared).toBeLessThan(43.8);
  });
});
