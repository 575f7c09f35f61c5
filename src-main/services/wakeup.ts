/** A bell: whoever waits goes on when it rings, or when the time is up. */
export interface Wakeup {
  ring(): void;
  /** Rejects with the signal's reason when that is aborted first. */
  wait(timeoutMs: number, signal?: AbortSignal): Promise<void>;
}

export function createWakeup(): Wakeup {
  const sleepers = new Set<() => void>();
  return {
    ring() {
      for (const wake of [...sleepers]) wake();
    },
    wait: (timeoutMs, signal) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          sleepers.delete(wake);
          signal?.removeEventListener('abort', abort);
        };
        const wake = (): void => {
          end();
          resolve();
        };
        const abort = (): void => {
          end();
          reject(signal?.reason as Error);
        };
        const timer = setTimeout(wake, timeoutMs);
        sleepers.add(wake);
        if (signal?.aborted === true) abort();
        else signal?.addEventListener('abort', abort);
      }),
  };
}
