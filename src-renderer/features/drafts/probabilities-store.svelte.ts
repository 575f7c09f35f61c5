import type { Id, TokenProbability } from '../../../src-main/contract/domain.ts';
import { call } from '../../ipc/client.ts';
import { errorMessage } from '../../lib/report-error.ts';

/** How many of the likeliest tokens are named at each place. */
const namedAlternatives = 5;

/** How likely each token of one draft was. The model is asked once, when that is wanted. */
export class ProbabilitiesStore {
  readonly autodocId: Id;
  #tokens = $state.raw<readonly TokenProbability[] | null>(null);
  #isLoading = $state(false);
  #problem = $state<string | null>(null);

  constructor(autodocId: Id) {
    this.autodocId = autodocId;
  }

  /** Null until the model has answered. */
  get tokens(): readonly TokenProbability[] | null {
    return this.#tokens;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  get problem(): string | null {
    return this.#problem;
  }

  async load(): Promise<void> {
    if (this.#isLoading || this.#tokens !== null) return;
    this.#isLoading = true;
    this.#problem = null;
    try {
      this.#tokens = await call('autodocs:probabilities', {
        autodoc_id: this.autodocId,
        alternatives: namedAlternatives,
      });
    } catch (error) {
      this.#problem = errorMessage(error);
    } finally {
      this.#isLoading = false;
    }
  }
}
