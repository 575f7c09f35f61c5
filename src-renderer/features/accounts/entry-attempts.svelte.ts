import { AppError } from '../../../src-main/contract/errors.ts';
import { errorMessage } from '../../lib/report-error.ts';

/** Tries of somebody who wants to come in: what was wrong with the last one, and how long to wait. */
export class EntryAttempts {
  #problem = $state<string | null>(null);
  #waitingMessage = $state<string | null>(null);
  #secondsLeft = $state(0);
  #isBusy = $state(false);
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Why the last one failed, for people. */
  get problem(): string | null {
    return this.#problem;
  }

  /** What is still to be approved before this person may come in; null for nothing. */
  get waitingMessage(): string | null {
    return this.#waitingMessage;
  }

  /** After too many wrong passwords; 0 when it may be tried again. */
  get secondsLeft(): number {
    return this.#secondsLeft;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Does the work; answers whether it succeeded. */
  async make(work: () => Promise<void>): Promise<boolean> {
    if (this.#isBusy || this.#secondsLeft > 0) return false;
    this.#isBusy = true;
    this.#problem = null;
    this.#waitingMessage = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.#explain(thrown);
      return false;
    } finally {
      this.#isBusy = false;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #explain(thrown: unknown): void {
    const message = errorMessage(thrown);
    if (thrown instanceof AppError && thrown.code === 'account_waiting') {
      this.#waitingMessage = message;
      return;
    }
    const retryAfterS = thrown instanceof AppError ? thrown.details.retry_after_s : undefined;
    if (typeof retryAfterS === 'number') {
      // The message says how long it was at first; what is shown counts down.
      this.#problem = 'Too many wrong passwords, so this account has to wait a little.';
      this.#wait(retryAfterS);
      return;
    }
    this.#problem = message;
  }

  #wait(seconds: number): void {
    const until = Date.now() + seconds * 1_000;
    const count = (): void => {
      this.#secondsLeft = Math.max(0, Math.ceil((until - Date.now()) / 1_000));
      if (this.#secondsLeft > 0) return;
      clearInterval(this.#timer);
      this.#problem = null;
    };
    clearInterval(this.#timer);
    this.#timer = setInterval(count, 250);
    count();
  }
}
