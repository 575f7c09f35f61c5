import { errorMessage } from './report-error.ts';

/** What a person tried in one place: the problem of the last one that failed is said there. */
export class Attempts {
  #problem = $state<string | null>(null);

  /** Why the last one failed, for people; null when it did not. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Does the work; answers whether it succeeded. */
  async make(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.#problem = null;
      return true;
    } catch (error) {
      this.#problem = errorMessage(error);
      return false;
    }
  }
}
