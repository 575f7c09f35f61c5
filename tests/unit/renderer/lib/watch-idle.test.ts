import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchIdle } from '../../../../src-renderer/lib/watch-idle.ts';

let stop: () => void = () => undefined;
const onIdle = vi.fn();
const press = (): boolean => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }));

beforeEach(() => {
  vi.useFakeTimers();
  onIdle.mockClear();
  stop = watchIdle(60_000, onIdle);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe('watching for idle time', () => {
  it('tells once nobody has done anything for so long, and again after as long', () => {
    vi.advanceTimersByTime(59_999);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onIdle).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(60_000);
    expect(onIdle).toHaveBeenCalledTimes(2);
  });

  it('begins anew with every key and move', () => {
    vi.advanceTimersByTime(50_000);
    press();
    vi.advanceTimersByTime(50_000);
    window.dispatchEvent(new Event('pointermove'));
    vi.advanceTimersByTime(59_999);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  it('counts the time that the machine slept, whose timers stood still', () => {
    vi.setSystemTime(Date.now() + 3_600_000);
    press();
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  it('stops', () => {
    stop();
    vi.advanceTimersByTime(600_000);
    expect(onIdle).not.toHaveBeenCalled();
  });
});
