import { errorMessage } from '../../../lib/report-error.ts';
import type { SaveState } from '../../../lib/save-state.ts';
import { AutosaveClock } from './autosave-clock.ts';

/** How keeping the text stands, and when it is tried next. */
export class Saving {
  #state = $state.raw<SaveState>({ state: 'saved' });
  readonly #clock: AutosaveClock;

  /** `keep` is called when it is time to. */
  constructor(keep: () => void) {
    this.#clock = new AutosaveClock(keep);
  }

  get state(): SaveState {
    return this.#state;
  }

  /** Something was typed that is not kept. */
  typed(): void {
    // A failure stays said until a save succeeds.
    if (this.#state.state !== 'failed') this.#state = { state: 'unsaved' };
    this.#clock.soon();
  }

  /** Says that the text is being kept, and why where it could not be. */
  async during<T>(kept: Promise<T>): Promise<T> {
    this.#clock.stop();
    this.#state = { state: 'saving' };
    try {
      return await kept;
    } catch (thrown) {
      this.#state = { state: 'failed', reason: errorMessage(thrown) };
      this.#clock.later();
      throw thrown;
    }
  }

  /** Says what is true of the text, after something about it was settled. */
  settle({ isKept, canWrite }: { readonly isKept: boolean; readonly canWrite: boolean }): void {
    if (isKept) {
      this.#clock.stop();
      this.#state = { state: 'saved' };
    } else {
      this.#state = { state: 'unsaved' };
      if (canWrite) this.#clock.soon();
    }
  }

  /** Nothing is kept by itself until something is typed or settled. */
  stop(): void {
    this.#clock.stop();
  }
}
