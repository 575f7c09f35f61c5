import type { JobProgress } from '../../../src-main/contract/channels.ts';
import type { Measurement, ModelCard, ModelSummary } from '../../../src-main/contract/models.ts';
import type { Settings } from '../../../src-main/contract/settings.ts';
import { call, listen } from '../../ipc/client.ts';
import { Attempts } from '../../lib/attempts.svelte.ts';

/** The models on this machine: which one drafts, with which variant, and what each costs. */
export class ModelsStore {
  #models = $state.raw<readonly ModelSummary[]>([]);
  #settings = $state.raw<Settings | null>(null);
  #modelsPath = $state('');
  /** Cards as far as they were asked for, by name. */
  #cards = $state.raw<Readonly<Record<string, ModelCard>>>({});
  /** Measurings that run or ended last, by the model's name. */
  #measurings = $state.raw<Readonly<Record<string, JobProgress>>>({});
  #isLoading = $state(true);
  readonly #attempts = new Attempts();

  get models(): readonly ModelSummary[] {
    return this.#models;
  }

  /** The model that drafts. */
  get chosenName(): string | null {
    return this.#settings?.model_name ?? null;
  }

  /** What the settings say about the variant, whatever the model. */
  get variant(): Settings['variant'] {
    return this.#settings?.variant ?? 'auto';
  }

  /** Where the models lie on this machine. */
  get modelsPath(): string {
    return this.#modelsPath;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  get problem(): string | null {
    return this.#attempts.problem;
  }

  cardOf(name: string): ModelCard | undefined {
    return this.#cards[name];
  }

  /** The measuring of a model that runs or failed; undefined where there is none to show. */
  measuringOf(name: string): JobProgress | undefined {
    return this.#measurings[name];
  }

  /** Loads and listens; the answer stops listening. */
  start(): () => void {
    const stops = [
      listen('models:changed', () => void this.load()),
      listen('settings:changed', (settings) => (this.#settings = settings)),
      listen('job:changed', (job) => {
        if (job.kind === 'measure_model') this.#follow(job);
      }),
    ];
    void this.load();
    return () => stops.forEach((stop) => stop());
  }

  async load(): Promise<void> {
    await this.#attempts.make(async () => {
      const [models, settings, status] = await Promise.all([
        call('models:list'),
        call('settings:get'),
        call('library:status'),
      ]);
      this.#models = models;
      this.#settings = settings;
      this.#modelsPath = status.models_path;
      this.#cards = {};
    });
    this.#isLoading = false;
  }

  /** Fetches a model's whole card, its README included. */
  async loadCard(name: string): Promise<void> {
    if (this.#cards[name] !== undefined) return;
    await this.#attempts.make(async () => {
      const card = await call('models:show', { name });
      this.#cards = { ...this.#cards, [name]: card };
    });
  }

  async use(name: string): Promise<boolean> {
    return this.#set({ model_name: name });
  }

  /** Drafts with a variant from now on; `auto` leaves the choice to each model's prices. */
  async useVariant(variant: Settings['variant']): Promise<boolean> {
    return this.#set({ variant });
  }

  /** Deletes a model. If it was the one that drafts, the one that came with Autodoc takes over. */
  async remove(name: string): Promise<boolean> {
    return this.#attempts.make(async () => {
      const successor = this.#models.find((model) => model.bundled && model.name !== name);
      if (name === this.chosenName && successor !== undefined) {
        this.#settings = await call('settings:set', { model_name: successor.name });
      }
      await call('models:remove', { name });
      this.#models = this.#models.filter((model) => model.name !== name);
    });
  }

  /** Measures a model's variants anew. Prices on the card change when it is done. */
  async measure(name: string, text: Measurement['text']): Promise<void> {
    await this.#attempts.make(async () => {
      const { job_id } = await call('models:measure', { name, text });
      // Its first events may have come before the answer.
      if (this.#measurings[name]?.job_id === job_id) return;
      this.#follow({
        job_id,
        kind: 'measure_model',
        subject: name,
        state: 'running',
        message: 'Starting…',
        fraction: null,
      });
    });
  }

  async cancelMeasuring(name: string): Promise<void> {
    const job_id = this.#measurings[name]?.job_id;
    if (job_id === undefined) return;
    await this.#attempts.make(async () => {
      await call('jobs:cancel', { job_id });
    });
  }

  /** Puts the reason why a measuring failed aside. */
  dismissMeasuring(name: string): void {
    const { [name]: _dismissed, ...others } = this.#measurings;
    this.#measurings = others;
  }

  #follow(job: JobProgress): void {
    // What it found stands in the table, and a cancelled one changed nothing.
    if (job.state === 'done' || job.state === 'cancelled') this.dismissMeasuring(job.subject);
    else this.#measurings = { ...this.#measurings, [job.subject]: job };
  }

  async #set(patch: Partial<Settings>): Promise<boolean> {
    return this.#attempts.make(async () => {
      this.#settings = await call('settings:set', patch);
    });
  }
}
