/** What goes on, told at most so often, and its last word always. */
export interface NowAndThen<T> {
  /** @param isUrgent told at once, however recently something was told */
  tell(value: T, isUrgent: boolean): void;
}

export function createNowAndThen<T>(everyMs: number, say: (value: T) => void): NowAndThen<T> {
  let waiting: { value: T; readonly timer: NodeJS.Timeout } | null = null;
  let quietUntil = -Infinity;
  const sayNow = (value: T): void => {
    if (waiting !== null) clearTimeout(waiting.timer);
    waiting = null;
    quietUntil = performance.now() + everyMs;
    say(value);
  };
  return {
    tell(value, isUrgent) {
      const restMs = quietUntil - performance.now();
      if (isUrgent || restMs <= 0) sayNow(value);
      else if (waiting !== null) waiting.value = value;
      else {
        const timer = setTimeout(() => {
          if (waiting !== null) sayNow(waiting.value);
        }, restMs);
        // News of a download keeps no process alive.
        timer.unref();
        waiting = { value, timer };
      }
    },
  };
}
