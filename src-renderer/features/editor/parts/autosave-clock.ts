/** A pause in typing that autosave waits for, and how long it waits at most. */
const pauseMs = 2_000;
const longestMs = 10_000;
/** After a save that failed: the text is in memory alone until one succeeds. */
const retryMs = 5_000;

/** When to keep the text: after a pause in typing, but not for ever while there is none. */
export class AutosaveClock {
  readonly #keep: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the oldest change that is not kept was made. */
  #since: number | null = null;

  constructor(keep: () => void) {
    this.#keep = keep;
  }

  /** Something was typed. */
  soon(): void {
    const now = performance.now();
    this.#since ??= now;
    this.#start(Math.max(0, Math.min(pauseMs, this.#since + longestMs - now)));
  }

  /** Keeping failed. */
  later(): void {
    this.#since = null;
    this.#start(retryMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#since = null;
  }

  #start(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#keep, waitMs);
  }
}
