import { AppError } from '../../contract/errors.ts';

const crashesInARow = 3;
const pauseMs = 30_000;

/**
 * Keeps an engine that dies at every start from being started for ever: after three crashes
 * without an answer in between it rests for half a minute.
 */
export class CrashLimit {
  readonly #now: () => number;
  #crashes = 0;
  #restsUntil = 0;
  #lastReason = '';

  /** @param now milliseconds that only grow */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  crashed(reason: string): void {
    this.#crashes += 1;
    this.#lastReason = reason;
    if (this.#crashes >= crashesInARow) this.#restsUntil = this.#now() + pauseMs;
  }

  answered(): void {
    this.#crashes = 0;
  }

  /** Fails with `engine_crashed` while the engine rests. */
  requireStart(): void {
    const restMs = this.#restsUntil - this.#now();
    if (this.#crashes < crashesInARow || restMs <= 0) return;
    throw new AppError(
      'engine_crashed',
      `The engine stopped ${this.#crashes} times in a row (${this.#lastReason}) and is not started ` +
        `again for ${Math.ceil(restMs / 1000)} seconds. Your text is kept. Try another model or ` +
        'variant, or restart Autodoc.',
      { details: { reason: this.#lastReason, crashes: this.#crashes } },
    );
  }
}
