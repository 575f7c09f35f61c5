/** How long a window may take to hand over its unsaved text. */
export const lastWordsTimeoutMs = 3_000;

/**
 * Lets a window say its last words before it closes: it is asked once, and the close goes on
 * when it answers, when it is gone, or when the time is up. Autosave has kept the text by then.
 */
export class LastWords {
  readonly #ask: () => void;
  readonly #timeoutMs: number;
  #answer: (() => void) | null = null;
  #asked: Promise<void> | null = null;

  constructor(ask: () => void, timeoutMs = lastWordsTimeoutMs) {
    this.#ask = ask;
    this.#timeoutMs = timeoutMs;
  }

  /** The window has answered, or cannot any more. */
  answered(): void {
    this.#answer?.();
  }

  /** Asks, if nobody has yet, and waits. Never rejects. */
  heard(): Promise<void> {
    this.#asked ??= new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#timeoutMs);
      this.#answer = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#ask();
    });
    return this.#asked;
  }
}
