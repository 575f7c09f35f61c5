import type { JobProgress } from '../../../src-main/contract/channels.ts';
import { call, listen } from '../../ipc/client.ts';
import { Attempts } from '../../lib/attempts.svelte.ts';

/** The import of a folder: which one, how far it is, how it ended. */
export class ImportStore {
  #folder = $state<string | null>(null);
  #job = $state.raw<JobProgress | null>(null);
  readonly #attempts = new Attempts();

  /** The folder that was chosen for import; null when none is. */
  get folder(): string | null {
    return this.#folder;
  }

  /** The import that runs or ended last; null when there was none. */
  get job(): JobProgress | null {
    return this.#job;
  }

  get isImporting(): boolean {
    return this.#job?.state === 'running';
  }

  get problem(): string | null {
    return this.#attempts.problem;
  }

  /** Listens; the answer stops listening. */
  start(): () => void {
    return listen('job:changed', (job) => {
      if (job.kind === 'import_model') this.#follow(job);
    });
  }

  async chooseFolder(): Promise<void> {
    await this.#attempts.make(async () => {
      const folder = await call('models:choose-folder');
      if (folder === null) return;
      this.#folder = folder;
      if (!this.isImporting) this.#job = null;
    });
  }

  /** Puts the chosen folder, or the last import's outcome, aside. */
  dismiss(): void {
    this.#folder = null;
    if (!this.isImporting) this.#job = null;
  }

  /** Imports the chosen folder; without a name the model takes the folder's. */
  async importFolder(name: string): Promise<void> {
    const directory = this.#folder;
    if (directory === null) return;
    await this.#attempts.make(async () => {
      const { job_id } = await call('models:import', { directory, name: name.trim() || null });
      // Its first events may have come before the answer.
      if (this.#job?.job_id === job_id) return;
      this.#follow({
        job_id,
        kind: 'import_model',
        subject: name.trim() || directory,
        state: 'running',
        message: 'Starting…',
        fraction: null,
      });
    });
  }

  async cancel(): Promise<void> {
    const job_id = this.#job?.job_id;
    if (job_id === undefined) return;
    await this.#attempts.make(async () => {
      await call('jobs:cancel', { job_id });
    });
  }

  #follow(job: JobProgress): void {
    this.#job = job;
    // A failed import keeps its folder, to try again.
    if (job.state === 'done' || job.state === 'cancelled') this.#folder = null;
  }
}
