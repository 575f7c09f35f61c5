import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work may go on before the process's other work has its turn. */
const turnMs = 15;

/**
 * For long work on the main thread: to be awaited after each small piece of it. Lets the process
 * do its other work now and then, and throws the signal's reason once that is aborted.
 */
export type Breathe = () => Promise<void>;

export function createBreather(signal: AbortSignal): Breathe {
  let since = performance.now();
  return async () => {
    signal.throwIfAborted();
    if (performance.now() - since < turnMs) return;
    await nextTurn();
    since = performance.now();
    signal.throwIfAborted();
  };
}
