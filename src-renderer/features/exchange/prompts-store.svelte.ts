import type { Id } from '../../../src-main/contract/domain.ts';
import type { PromptMapping } from '../../../src-main/contract/exchange.ts';
import type { ChosenPrompts } from '../../../src-main/contract/exchange-channels.ts';
import { call } from '../../ipc/client.ts';
import { Attempts } from '../../lib/attempts.svelte.ts';
import type { JobsStore } from './jobs-store.svelte.ts';

type Reading = Pick<ChosenPrompts, 'encoding' | 'separator' | 'has_header'>;

/** A CSV file of prompts: how it is read, what its columns are, and its import. */
export class PromptsStore {
  #chosen = $state.raw<ChosenPrompts | null>(null);
  #jobId = $state<Id | null>(null);
  #isReading = $state(false);
  #isStarting = $state(false);
  #readings = 0;
  readonly #attempts = new Attempts();
  readonly #jobs: JobsStore;

  constructor(jobs: JobsStore) {
    this.#jobs = jobs;
  }

  /** The file as it is read now; null while none is chosen. */
  get chosen(): ChosenPrompts | null {
    return this.#chosen;
  }

  /** The import that was begun from here; null before it is. */
  get jobId(): Id | null {
    return this.#jobId;
  }

  /** Whether the file is being read once more. */
  get isReading(): boolean {
    return this.#isReading;
  }

  get isStarting(): boolean {
    return this.#isStarting;
  }

  get problem(): string | null {
    return this.#attempts.problem;
  }

  /** Rows that an import would make documents of. */
  get acceptedCount(): number {
    return this.#chosen === null ? 0 : this.#chosen.rows - this.#chosen.rejected_count;
  }

  /** Asks for a file. Answers whether one was chosen; throws where it cannot be read at all. */
  async choose(): Promise<boolean> {
    const chosen = await call('exchange:choose-prompts');
    if (chosen === null) return false;
    this.#readings++;
    this.#isReading = false;
    this.#jobId = null;
    this.#chosen = chosen;
    return true;
  }

  /** Reads the file otherwise. Other signs make other columns, of which the best guess is taken. */
  read(change: Partial<Reading>): Promise<void> {
    const isOtherTable = change.encoding !== undefined || change.separator !== undefined;
    return this.#preview(change, isOtherTable ? null : (this.#chosen?.mapping ?? null));
  }

  /** Says which columns are what. */
  map(change: Partial<PromptMapping>): Promise<void> {
    const mapping = this.#chosen?.mapping;
    return mapping === undefined ? Promise.resolve() : this.#preview({}, { ...mapping, ...change });
  }

  /** Begins the import. */
  async start(): Promise<void> {
    const chosen = this.#chosen;
    if (chosen === null) return;
    const { preview_id, encoding, separator, has_header, mapping } = chosen;
    this.#isStarting = true;
    await this.#attempts.make(async () => {
      const started = await this.#jobs.begin('import_prompts', () =>
        call('exchange:import-prompts', { preview_id, encoding, separator, has_header, mapping }),
      );
      this.#jobId = started?.job_id ?? null;
      this.#jobs.watch(this.#jobId);
    });
    this.#isStarting = false;
  }

  /** Goes on alone: an import that runs says its end by a message. */
  close(): void {
    this.#readings++;
    this.#chosen = null;
    this.#jobId = null;
    this.#jobs.watch(null);
  }

  async #preview(change: Partial<Reading>, mapping: PromptMapping | null): Promise<void> {
    const before = this.#chosen;
    if (before === null) return;
    const { preview_id, encoding, separator, has_header } = before;
    const reading = ++this.#readings;
    this.#isReading = true;
    await this.#attempts.make(async () => {
      const asked = { preview_id, encoding, separator, has_header, ...change, mapping };
      const chosen = await call('exchange:preview-prompts', asked);
      // A later question has a newer answer.
      if (reading === this.#readings) this.#chosen = chosen;
    });
    if (reading === this.#readings) this.#isReading = false;
  }
}
