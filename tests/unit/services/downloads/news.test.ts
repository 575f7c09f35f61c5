import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSpeed } from '../../../../src-main/services/downloads/speed.ts';
import { createNowAndThen } from '../../../../src-main/services/downloads/told-now-and-then.ts';

describe('news of a download', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('come five times a second, the last one always, the urgent ones at once', () => {
    const heard: number[] = [];
    const news = createNowAndThen<number>(200, (value) => heard.push(value));
    for (let ms = 0; ms < 1_000; ms += 50) {
      news.tell(ms, false);
      vi.advanceTimersByTime(50);
    }
    expect(heard).toEqual([0, 150, 350, 550, 750, 950]);
    news.tell(2_000, true);
    expect(heard.at(-1)).toBe(2_000);
    news.tell(3_000, false);
    expect(heard.at(-1)).toBe(2_000);
    vi.advanceTimersByTime(200);
    expect(heard.at(-1)).toBe(3_000);
    vi.advanceTimersByTime(10_000);
    expect(heard.filter((value) => value === 3_000)).toHaveLength(1);
  });
});

describe('speed', () => {
  it('is that of the last five seconds', () => {
    let now = 0;
    const speed = createSpeed(() => now);
    expect(speed.measure(0)).toBeNull();
    now = 1_000;
    expect(speed.measure(5_000)).toBe(5_000);
    for (now = 2_000; now <= 20_000; now += 1_000) speed.measure(now);
    now = 21_000;
    expect(speed.measure(21_000)).toBe(1_000);
  });

  it('is unknown after bytes were lost', () => {
    let now = 0;
    const speed = createSpeed(() => now);
    speed.measure(0);
    now = 1_000;
    expect(speed.measure(9_000)).toBe(9_000);
    now = 2_000;
    expect(speed.measure(100)).toBeNull();
    now = 3_000;
    expect(speed.measure(1_100)).toBe(1_000);
  });
});
