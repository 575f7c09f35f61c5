import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LastWords } from '../../../src-main/app/last-words.ts';

describe('a window’s last words', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are asked for once and waited for', async () => {
    const ask = vi.fn();
    const lastWords = new LastWords(ask, 1_000);
    const done = vi.fn();
    void lastWords.heard().then(done);
    const again = lastWords.heard();
    expect(ask).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(999);
    expect(done).not.toHaveBeenCalled();
    lastWords.answered();
    await again;
    expect(done).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are not waited for for ever', async () => {
    const done = vi.fn();
    void new LastWords(() => undefined, 1_000).heard().then(done);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(done).toHaveBeenCalledOnce();
  });

  it('may be over in the moment they are asked for', async () => {
    const lastWords: LastWords = new LastWords(() => {
      lastWords.answered();
    });
    await lastWords.heard();
    expect(vi.getTimerCount()).toBe(0);
  });
});
