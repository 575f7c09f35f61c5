import type { LibraryStatus } from '../../../src-main/contract/channels.ts';
import {
  chosenParameters,
  originalParameters,
} from '../../../src-main/contract/chosen-parameters.ts';
import type {
  GenerationParameters,
  ParameterName,
  Strategy,
} from '../../../src-main/contract/generation.ts';
import type { DeviceReport, ModelSummary } from '../../../src-main/contract/models.ts';
import type { Settings, SettingsPatch } from '../../../src-main/contract/settings.ts';
import { call, listen } from '../../ipc/client.ts';
import { Attempts } from '../../lib/attempts.svelte.ts';
import { errorMessage } from '../../lib/report-error.ts';
import {
  readValue,
  valueText,
  withoutDefaults,
  withValue,
  type ParameterValue,
} from './parameter-values.ts';

/** A field whose text could not be taken as it stands. */
export interface FieldProblem {
  readonly text: string;
  /** The value that was refused; null where the text meant none. */
  readonly value: ParameterValue;
  readonly message: string;
}

/** The settings and what there is to choose from. Every change is saved at once. */
export class SettingsStore {
  #settings = $state.raw<Settings | null>(null);
  #models = $state.raw<readonly ModelSummary[]>([]);
  #devices = $state.raw<readonly DeviceReport[] | null>(null);
  #status = $state.raw<LibraryStatus | null>(null);
  #fieldProblems = $state.raw<Readonly<Partial<Record<ParameterName, FieldProblem>>>>({});
  readonly #attempts = new Attempts();
  #saved = $state(0);
  #lastTurn: Promise<boolean> = Promise.resolve(true);

  get settings(): Settings | null {
    return this.#settings;
  }

  get models(): readonly ModelSummary[] {
    return this.#models;
  }

  /** The chosen model; undefined when it was removed. */
  get model(): ModelSummary | undefined {
    return this.#models.find(({ name }) => name === this.#settings?.model_name);
  }

  /** Null until the machine was asked. */
  get devices(): readonly DeviceReport[] | null {
    return this.#devices;
  }

  get status(): LibraryStatus | null {
    return this.#status;
  }

  get problem(): string | null {
    return this.#attempts.problem;
  }

  /** How many changes were saved since the screen opened: a screen shows that one just was. */
  get saved(): number {
    return this.#saved;
  }

  /** What drafting uses now, whatever source it comes from. */
  get parameters(): GenerationParameters {
    if (this.#settings === null) return originalParameters;
    return chosenParameters(this.#settings, this.model?.recommended_parameters ?? null);
  }

  problemOf(name: ParameterName): FieldProblem | undefined {
    return this.#fieldProblems[name];
  }

  /** Loads and listens; the answer stops listening. */
  start(): () => void {
    const stops = [
      listen('settings:changed', (settings) => (this.#settings = settings)),
      listen('models:changed', () => void this.#loadModels()),
      listen('devices:changed', (devices) => (this.#devices = devices)),
    ];
    void this.#load();
    void this.#loadModels();
    void this.#loadDevices();
    return () => stops.forEach((stop) => stop());
  }

  async #load(): Promise<void> {
    await this.#attempts.make(async () => {
      const [settings, status] = await Promise.all([call('settings:get'), call('library:status')]);
      this.#settings = settings;
      this.#status = status;
    });
  }

  async #loadModels(): Promise<void> {
    await this.#attempts.make(async () => {
      this.#models = await call('models:list');
    });
  }

  /** Apart from the rest: asking a machine for its devices may take seconds. */
  async #loadDevices(): Promise<void> {
    await this.#attempts.make(async () => {
      const devices = await call('devices:list');
      // What was broadcast meanwhile is newer than the answer.
      this.#devices ??= devices;
    });
  }

  /** Tries every device again; what is found comes as it is found. */
  async probeDevices(): Promise<void> {
    await this.#attempts.make(async () => {
      await call('devices:probe');
    });
  }

  /** Saves a change. Answers whether it was kept. */
  set(patch: SettingsPatch): Promise<boolean> {
    return this.#inTurn(() => this.#save(patch));
  }

  /**
   * Takes a parameter's text as it was typed: checked by its row of the table, then together
   * with the others by the main process, and saved when both are content.
   */
  setParameter(name: ParameterName, text: string): Promise<boolean> {
    const read = readValue(name, text);
    if (read.ok) return this.setParameterValue(name, read.value, text);
    return this.#inTurn(() => this.#refuse(name, { text, value: null, message: read.problem }));
  }

  setParameterValue(
    name: ParameterName,
    value: ParameterValue,
    text = valueText(value),
  ): Promise<boolean> {
    return this.#changeParameters(async (current) => {
      const parameters = withValue(current, name, value);
      try {
        await call('settings:check', { parameters });
      } catch (error) {
        return this.#refuse(name, { text, value, message: errorMessage(error) });
      }
      const { [name]: _solved, ...others } = this.#fieldProblems;
      this.#fieldProblems = others;
      return this.#save({ parameters });
    });
  }

  setStrategy(strategy: Strategy): Promise<boolean> {
    return this.#changeParameters((current) => {
      this.#fieldProblems = {};
      return this.#save({ parameters: { ...current, strategy } });
    });
  }

  /** Makes the parameters that are used now the user's own, to start changing them from there. */
  copyParameters(): Promise<boolean> {
    return this.#changeParameters(() =>
      this.#save({ parameter_source: 'custom', parameters: withoutDefaults(this.parameters) }),
    );
  }

  /** All of the user's parameters at their defaults; the strategy stays. */
  resetParameters(): Promise<boolean> {
    return this.#changeParameters(({ strategy }) => {
      this.#fieldProblems = {};
      return this.#save({ parameters: { strategy } });
    });
  }

  /** Every setting at its default. Answers the earlier ones, for undo; null when it failed. */
  async resetAll(): Promise<Settings | null> {
    const earlier = this.#settings;
    const isReset = await this.#inTurn(() =>
      this.#attempts.make(async () => {
        this.#settings = await call('settings:reset');
        this.#fieldProblems = {};
        this.#saved += 1;
      }),
    );
    return isReset ? earlier : null;
  }

  async showFolder(folder: 'store' | 'models'): Promise<void> {
    await this.#attempts.make(async () => {
      await call('folders:show', { folder });
    });
  }

  #save(patch: SettingsPatch): Promise<boolean> {
    return this.#attempts.make(async () => {
      this.#settings = await call('settings:set', patch);
      this.#saved += 1;
    });
  }

  /** Settings hold all parameters in one value: each change must start from the one before. */
  #changeParameters(change: (current: GenerationParameters) => Promise<boolean>): Promise<boolean> {
    return this.#inTurn(async () =>
      this.#settings === null ? false : change(this.#settings.parameters),
    );
  }

  #inTurn(work: () => Promise<boolean> | boolean): Promise<boolean> {
    const turn = this.#lastTurn.then(work);
    this.#lastTurn = turn;
    return turn;
  }

  /** The text stays in its field with the reason beside it; what was saved before still holds. */
  #refuse(name: ParameterName, problem: FieldProblem): boolean {
    this.#fieldProblems = { ...this.#fieldProblems, [name]: problem };
    return false;
  }
}
