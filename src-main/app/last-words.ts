/** How long a window may take to hand over its unsaved text. */
export const lastWordsTimeoutMs = 3_000;

/** What came of asking: the window may close, or holds text that could not be kept, and why. */
export type LastWordsAnswer =
  { readonly mayClose: true } | { readonly mayClose: false; readonly reason: string };

/**
 * Lets a window say its last words before it closes: it is asked once, and the close goes on
 * when it answers, when it is gone, or when the time is up. Autosave has kept the text by then.
 * A window whose text could not be kept says so instead, and is asked anew at the next close.
 */
export class LastWords {
  readonly #ask: () => void;
  readonly #timeoutMs: number;
  #answer: ((answer: LastWordsAnswer) => void) | null = null;
  #asked: Promise<LastWordsAnswer> | null = null;

  constructor(ask: () => void, timeoutMs = lastWordsTimeoutMs) {
    this.#ask = ask;
    this.#timeoutMs = timeoutMs;
  }

  /** The window has handed over its text, or cannot any more. */
  answered(): void {
    this.#answer?.({ mayClose: true });
  }

  /** The window holds text that could not be kept. */
  refused(reason: string): void {
    this.#answer?.({ mayClose: false, reason });
  }

  /** Asks, if nobody has yet, and waits. Never rejects. */
  heard(): Promise<LastWordsAnswer> {
    this.#asked ??= new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve({ mayClose: true });
      }, this.#timeoutMs);
      this.#answer = (answer) => {
        clearTimeout(timer);
        if (!answer.mayClose) this.#asked = null;
        resolve(answer);
      };
      this.#ask();
    });
    return this.#asked;
  }
}
