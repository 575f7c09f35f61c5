import type { JobProgress } from '../../../src-main/contract/channels.ts';
import type { Id } from '../../../src-main/contract/domain.ts';
import type { ModelCard, ModelSummary } from '../../../src-main/contract/models.ts';
import { call, listen } from '../../ipc/client.ts';
import { errorMessage } from '../../lib/report-error.ts';

/** The models on this machine, and the import of another one. */
export class ModelsStore {
  #models = $state.raw<readonly ModelSummary[]>([]);
  #chosenName = $state<string | null>(null);
  #modelsPath = $state('');
  /** Cards as far as they were asked for, by name. */
  #cards = $state.raw<Readonly<Record<string, ModelCard>>>({});
  #folder = $state<string | null>(null);
  #job = $state.raw<JobProgress | null>(null);
  #isLoading = $state(true);
  #problem = $state<string | null>(null);

  get models(): readonly ModelSummary[] {
    return this.#models;
  }

  /** The model that drafts. */
  get chosenName(): string | null {
    return this.#chosenName;
  }

  /** Where the models lie on this machine. */
  get modelsPath(): string {
    return this.#modelsPath;
  }

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

  get isLoading(): boolean {
    return this.#isLoading;
  }

  get problem(): string | null {
    return this.#problem;
  }

  cardOf(name: string): ModelCard | undefined {
    return this.#cards[name];
  }

  /** Loads and listens; the answer stops listening. */
  start(): () => void {
    const stops = [
      listen('models:changed', () => void this.load()),
      listen('settings:changed', ({ model_name }) => (this.#chosenName = model_name)),
      listen('job:changed', (job) => this.#follow(job)),
    ];
    void this.load();
    return () => stops.forEach((stop) => stop());
  }

  async load(): Promise<void> {
    await this.#attempt(async () => {
      const [models, settings, status] = await Promise.all([
        call('models:list'),
        call('settings:get'),
        call('library:status'),
      ]);
      this.#models = models;
      this.#chosenName = settings.model_name;
      this.#modelsPath = status.models_path;
      this.#cards = {};
    });
    this.#isLoading = false;
  }

  /** Fetches a model's whole card, its README included. */
  async loadCard(name: string): Promise<void> {
    if (this.#cards[name] !== undefined) return;
    await this.#attempt(async () => {
      const card = await call('models:show', { name });
      this.#cards = { ...this.#cards, [name]: card };
    });
  }

  async use(name: string): Promise<boolean> {
    return this.#attempt(async () => {
      this.#chosenName = (await call('settings:set', { model_name: name })).model_name;
    });
  }

  /** Deletes a model. If it was the one that drafts, the one that came with Autodoc takes over. */
  async remove(name: string): Promise<boolean> {
    return this.#attempt(async () => {
      const successor = this.#models.find((model) => model.bundled && model.name !== name);
      if (name === this.#chosenName && successor !== undefined) {
        const settings = await call('settings:set', { model_name: successor.name });
        this.#chosenName = settings.model_name;
      }
      await call('models:remove', { name });
      this.#models = this.#models.filter((model) => model.name !== name);
    });
  }

  async chooseFolder(): Promise<void> {
    await this.#attempt(async () => {
      const folder = await call('models:choose-folder');
      if (folder === null) return;
      this.#folder = folder;
      if (!this.isImporting) this.#job = null;
    });
  }

  /** Puts the chosen folder, or the last import's outcome, aside. */
  dismissImport(): void {
    this.#folder = null;
    if (!this.isImporting) this.#job = null;
  }

  /** Imports the chosen folder; without a name the model takes the folder's. */
  async importFolder(name: string): Promise<void> {
    const directory = this.#folder;
    if (directory === null) return;
    await this.#attempt(async () => {
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

  async cancelImport(): Promise<void> {
    const job_id: Id | undefined = this.#job?.job_id;
    if (job_id === undefined) return;
    await this.#attempt(async () => {
      await call('jobs:cancel', { job_id });
    });
  }

  #follow(job: JobProgress): void {
    this.#job = job;
    // A failed import keeps its folder, to try again.
    if (job.state === 'done' || job.state === 'cancelled') this.#folder = null;
  }

  async #attempt(work: () => Promise<void>): Promise<boolean> {
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
