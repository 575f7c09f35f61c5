import { describe, expect, it } from 'vitest';
import { limitFraction, median, rounded, shuffled } from '../../bench/statistics.ts';

describe('the median', () => {
  it('is the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([7])).toBe(7);
  });

  it('is the mean of the two in the middle of an even number', () => {
    expect(median([10, 2, 4, 100])).toBe(7);
  });

  it('leaves its values in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('does not exist for nothing', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('the limit that memory sets', () => {
  it('is the time that the weights take over the time that a step took', () => {
    // 100 MB at 20 MB/ms are 5 ms; a step of 8 ms comes to 5/8 of the limit.
    expect(limitFraction(100e6, 20e6, 8)).toBeCloseTo(0.625);
  });
});

describe('an order drawn anew', () => {
  const items = ['a', 'b', 'c', 'd', 'e'];

  it('is the same for the same seed, and has everybody once', () => {
    const order = shuffled(items, 3);
    expect(shuffled(items, 3)).toEqual(order);
    expect(order.toSorted()).toEqual(items);
    expect(items).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('lets everybody go first about as often', () => {
    const firsts = new Map(items.map((item) => [item, 0]));
    const rounds = 2000;
    for (let seed = 0; seed < rounds; seed += 1) {
      const [first] = shuffled(items, seed);
      firsts.set(first!, firsts.get(first!)! + 1);
    }
    for (const count of firsts.values()) {
      expect(count / rounds).toBeGreaterThan(0.15);
      expect(count / rounds).toBeLessThan(0.25);
    }
  });
});

it('rounds to three digits, small and large', () => {
  expect([0.123456, 12.3456, 12_345].map(rounded)).toEqual([0.123, 12.3, 12_300]);
});
