import type { DraftProgress, EngineStatus } from '../../../src-main/contract/channels.ts';
import type { AutodocWithDocument } from '../../../src-main/contract/domain.ts';
import { call, listen } from '../../ipc/client.ts';
import { reportError } from '../../lib/report-error.ts';

/** What the model is doing, for the whole library. */
export class StatusStore {
  #engine = $state.raw<EngineStatus | null>(null);
  #progress = $state.raw<DraftProgress | null>(null);
  #isCancelling = $state(false);
  #announcement = $state('');

  /** Null until the engine was asked the first time. */
  get engine(): EngineStatus | null {
    return this.#engine;
  }

  /** The draft being written; null while none is. */
  get progress(): DraftProgress | null {
    return this.#progress;
  }

  /** Cancel was asked for and has not happened yet. */
  get isCancelling(): boolean {
    return this.#isCancelling;
  }

  /** Said when a draft begins and ends; never on each token. */
  get announcement(): string {
    return this.#announcement;
  }

  /** Follows the engine. The answer stops. */
  start(): () => void {
    void this.#load();
    const stops = [
      listen('engine:changed', (engine) => this.#take(engine)),
      listen('draft:progress', (progress) => this.#follow(progress)),
      listen('autodoc:changed', (autodoc) => this.#end(autodoc)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Stops the draft being written, or takes the next one out of the queue. */
  async cancel(): Promise<void> {
    this.#isCancelling = true;
    try {
      const autodoc_id = this.#progress?.autodoc_id ?? (await call('autodocs:queue'))[0]?.id;
      if (autodoc_id !== undefined) await call('autodocs:cancel', { autodoc_id });
    } catch (thrown) {
      reportError(thrown);
    } finally {
      this.#isCancelling = false;
    }
  }

  async #load(): Promise<void> {
    try {
      const engine = await call('engine:status');
      // What was broadcast meanwhile is newer than the answer.
      if (this.#engine === null) this.#take(engine);
    } catch (thrown) {
      reportError(thrown);
    }
  }

  #take(engine: EngineStatus): void {
    this.#engine = engine;
    if (engine.state === 'idle' || engine.state === 'failed') this.#progress = null;
  }

  #follow(progress: DraftProgress): void {
    if (this.#progress?.autodoc_id !== progress.autodoc_id) {
      this.#announcement = 'The model has begun a draft.';
    }
    this.#progress = progress;
  }

  #end({ id, autodoc_state, tokens, failure }: AutodocWithDocument): void {
    if (autodoc_state === 'queued') return;
    if (this.#progress?.autodoc_id === id) this.#progress = null;
    if (autodoc_state === 'done') {
      this.#announcement = `The draft is finished: ${tokens ?? 0} tokens.`;
    } else if (autodoc_state === 'cancelled') {
      this.#announcement = 'The draft was stopped.';
    } else {
      this.#announcement = `The draft failed. ${failure ?? ''}`.trim();
    }
  }
}
