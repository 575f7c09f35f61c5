import type { AuditEntry, AuditFilter } from '../../../src-main/contract/audit.ts';
import type { DraftFormat } from '../../../src-main/contract/exchange.ts';
import { call, listen } from '../../ipc/client.ts';
import { PagedList } from '../../lib/paged-list.svelte.ts';
import { reportError } from '../../lib/report-error.ts';
import type { FoundOption } from '../../ui/found-option.ts';

const everything: AuditFilter = {
  actor_id: null,
  entity: null,
  document_id: null,
  from: null,
  to: null,
};
/** A pause between changes that come in a row. */
const changePauseMs = 250;
/** How many people a search offers. */
const mostFound = 20;

/** Who did what when: the part of the audit log that the filter lets through. */
export class AuditStore {
  #filter = $state.raw<AuditFilter>(everything);
  #person = $state.raw<FoundOption | null>(null);
  #isExporting = $state(false);
  readonly list = new PagedList<AuditEntry>({
    ask: async (offset, limit) => {
      const { entries, total } = await call('audit:list', { ...this.#filter, offset, limit });
      return { rows: entries, total };
    },
    idOf: ({ id }) => id,
  });

  get filter(): AuditFilter {
    return this.#filter;
  }

  /** Whose changes alone are shown; null for everybody's. */
  get person(): FoundOption | null {
    return this.#person;
  }

  get isFiltered(): boolean {
    return Object.values(this.#filter).some((value) => value !== null);
  }

  get isExporting(): boolean {
    return this.#isExporting;
  }

  /** Loads, and follows what is done meanwhile. The answer stops. */
  start(): () => void {
    void this.list.load();
    const stop = listen('store:changed', () =>
      this.list.loadSoon(changePauseMs, { andKeepLength: true }),
    );
    return () => {
      stop();
      this.list.stop();
    };
  }

  set(change: Partial<AuditFilter>): void {
    this.#filter = { ...this.#filter, ...change };
    void this.list.load();
  }

  setPerson(person: FoundOption | null): void {
    this.#person = person;
    this.set({ actor_id: person?.value ?? null });
  }

  showAll(): void {
    this.#person = null;
    this.set(everything);
  }

  /** People whose name, e-mail or organization has these words. */
  async findPeople(query: string): Promise<readonly FoundOption[]> {
    const { users } = await call('users:list', {
      query,
      user_status: null,
      user_type: null,
      offset: 0,
      limit: mostFound,
    });
    return users.map(({ id, name, email }) => ({ value: id, label: name, description: email }));
  }

  /** Writes what the filter lets through. Answers where the file lies; null where there is none. */
  async export(format: DraftFormat): Promise<string | null> {
    if (this.#isExporting) return null;
    this.#isExporting = true;
    try {
      return await call('audit:export', { ...this.#filter, format });
    } catch (thrown) {
      reportError(thrown);
      return null;
    } finally {
      this.#isExporting = false;
    }
  }
}
