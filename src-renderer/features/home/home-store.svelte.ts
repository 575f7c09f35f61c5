import type { ChannelInput, DocumentPage } from '../../../src-main/contract/channels.ts';
import type { ListedDocument, Id } from '../../../src-main/contract/domain.ts';
import type { DocumentFilter, DocumentSort } from '../../../src-main/contract/work.ts';
import { call, listen } from '../../ipc/client.ts';
import { reportError } from '../../lib/report-error.ts';
import type { FoundOption } from '../../ui/found-option.ts';
import { homeOf, type Sorting, type Viewer } from './viewer.ts';

/** What of the documents is wanted, of all that this home shows. */
export interface Wanted {
  readonly query: string;
  readonly states: DocumentFilter['states'];
  readonly due: DocumentFilter['due'];
  readonly editor: FoundOption | null;
  /** Only those where somebody has to decide between versions. */
  readonly isConflicted: boolean;
}

const pageSize = 100;
/** A pause in typing a query, in scrolling, and between changes that come in a row. */
const queryPauseMs = 160;
const scrollPauseMs = 60;
const changePauseMs = 200;

/** The row that the keyboard is on or would come to: its document, and where that stands. */
interface ActiveRow {
  readonly id: Id | null;
  readonly index: number;
}

type Pages = Readonly<Partial<Record<number, readonly ListedDocument[]>>>;
interface AnsweredPage {
  readonly page: number;
  readonly answer: DocumentPage;
}

const firstRow: ActiveRow = { id: null, index: 0 };

const everything: Wanted = {
  ...{ query: '', states: [], due: null, editor: null },
  isConflicted: false,
};

/**
 * The documents of a home. The list is as long as it is at once, and its pages come as they are
 * scrolled to: row 9,000 is as near as row 1.
 */
export class HomeStore {
  readonly viewer: Viewer;
  #wanted = $state.raw<Wanted>(everything);
  /** Null: last changed first, or with a query the best match first. */
  #chosenSorting = $state.raw<Sorting | null>(null);
  /** Those that are here, by their number. */
  #pages = $state.raw<Pages>({});
  #total = $state(0);
  #conflicted = $state(0);
  #isLoaded = $state(false);
  /** How many people wait for an admin; null for who is none. */
  #waitingUsers = $state<number | null>(null);
  #shownQuery = $state('');
  /** Counts the lists begun: told to who scrolls, and to answers that come too late. */
  #list = $state(0);
  /** Counts the readings of it: what an older one answers is dropped. */
  #readings = 0;
  /** The pages on their way. */
  #asking: readonly number[] = [];
  #active = $state.raw<ActiveRow>(firstRow);
  /** The rows in view, the last one included. */
  #view: { readonly first: number; readonly last: number } = { first: 0, last: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #scrollTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(viewer: Viewer) {
    this.viewer = viewer;
  }

  get wanted(): Wanted {
    return this.#wanted;
  }

  /** Whether all that this home has is shown. */
  get isUnfiltered(): boolean {
    const { query, states, due, editor, isConflicted } = this.#wanted;
    const isAnyWork = states.length === 0 && due === null && editor === null;
    return query.trim() === '' && isAnyWork && !isConflicted;
  }

  /** How the list is sorted; null for the best match first. */
  get sorting(): Sorting | null {
    if (this.#chosenSorting !== null) return this.#chosenSorting;
    return this.#wanted.query.trim() === '' ? homeOf(this.viewer).sorting : null;
  }

  get total(): number {
    return this.#total;
  }

  /** How many documents of this user somebody has to decide about, shown or not. */
  get conflicted(): number {
    return this.#conflicted;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** The query that the shown rows match: a moment behind the one being typed. */
  get shownQuery(): string {
    return this.#shownQuery;
  }

  /** How many people wait to be approved, for an admin; null for others. */
  get waitingUsers(): number | null {
    return this.#waitingUsers;
  }

  /** Another number for each list that is wanted; a list that is read anew keeps its own. */
  get list(): number {
    return this.#list;
  }

  get active(): ActiveRow {
    return this.#active;
  }

  /** The first row that is or was in view: where one goes on who comes back. */
  get firstInView(): number {
    return this.#view.first;
  }

  /** A row of the list; undefined while its page is on the way. */
  row(index: number): ListedDocument | undefined {
    return this.#pages[Math.floor(index / pageSize)]?.[index % pageSize];
  }

  /** Where a document stands, as far as its page is here; -1 where it is not. */
  indexOf(documentId: Id): number {
    for (const [page, documents] of Object.entries(this.#pages)) {
      const place = documents?.findIndex(({ id }) => id === documentId) ?? -1;
      if (place !== -1) return Number(page) * pageSize + place;
    }
    return -1;
  }

  /** Loads, and follows what changes. The answer stops. */
  start(): () => void {
    void this.#load();
    void this.#countWaiting();
    const stop = listen('store:changed', () => {
      this.#loadSoon(changePauseMs);
      void this.#countWaiting();
    });
    return () => {
      stop();
      clearTimeout(this.#timer);
      clearTimeout(this.#scrollTimer);
    };
  }

  want(change: Partial<Wanted>): void {
    this.#wanted = { ...this.#wanted, ...change };
    this.#begin(change.query === undefined ? 0 : queryPauseMs);
  }

  wantEverything(): void {
    this.#chosenSorting = null;
    this.want(everything);
  }

  /** Sorts by a column, or the other way round where it is sorted by it already. */
  sortBy(by: DocumentSort, first: Sorting['direction']): void {
    const other = first === 'asc' ? 'desc' : 'asc';
    const isAgain = this.sorting?.by === by && this.sorting.direction === first;
    this.#chosenSorting = { by, direction: isAgain ? other : first };
    this.#begin(0);
  }

  activate(active: ActiveRow): void {
    this.#active = active;
  }

  /** The rows in view: their pages are asked for once the scrolling pauses. */
  look(first: number, last: number): void {
    this.#view = { first, last };
    clearTimeout(this.#scrollTimer);
    this.#scrollTimer = setTimeout(() => void this.#fill(), scrollPauseMs);
  }

  /** Another list: from its beginning. */
  #begin(pauseMs: number): void {
    this.#list += 1;
    this.#active = firstRow;
    this.#view = { first: 0, last: 0 };
    this.#loadSoon(pauseMs);
  }

  #loadSoon(pauseMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(), pauseMs);
  }

  /** Reads the pages in view anew; those out of view are read when they come into it. */
  async #load(): Promise<void> {
    const reading = ++this.#readings;
    const query = this.#wanted.query.trim();
    this.#asking = [];
    try {
      const pages = await Promise.all(this.#pagesInView().map((page) => this.#ask(page)));
      if (reading !== this.#readings) return;
      this.#pages = byNumber(pages);
      this.#total = pages[0]?.answer.total ?? 0;
      this.#conflicted = pages[0]?.answer.conflicted ?? 0;
      this.#shownQuery = query;
      this.#isLoaded = true;
    } catch (thrown) {
      if (reading === this.#readings) reportError(thrown);
      return;
    }
    // It may have been scrolled on meanwhile.
    await this.#fill();
  }

  /** Asks for what is in view and not here. */
  async #fill(): Promise<void> {
    const reading = this.#readings;
    const missing = this.#pagesInView().filter(
      (page) =>
        page * pageSize < this.#total &&
        this.#pages[page] === undefined &&
        !this.#asking.includes(page),
    );
    this.#asking = [...this.#asking, ...missing];
    try {
      const pages = await Promise.all(missing.map((page) => this.#ask(page)));
      if (reading !== this.#readings || pages.length === 0) return;
      this.#pages = { ...this.#pages, ...byNumber(pages) };
      this.#total = pages[0]?.answer.total ?? this.#total;
    } catch (thrown) {
      if (reading !== this.#readings) return;
      reportError(thrown);
    }
    this.#asking = this.#asking.filter((page) => !missing.includes(page));
  }

  async #countWaiting(): Promise<void> {
    if (this.viewer.role !== 'admin') return;
    try {
      const waiting = { query: '', user_status: 'pending', user_type: null } as const;
      this.#waitingUsers = (await call('users:list', { ...waiting, offset: 0, limit: 1 })).total;
    } catch (thrown) {
      reportError(thrown);
    }
  }

  #pagesInView(): readonly number[] {
    const first = Math.floor(this.#view.first / pageSize);
    const last = Math.floor(Math.max(this.#view.first, this.#view.last) / pageSize);
    return Array.from({ length: last - first + 1 }, (_, place) => first + place);
  }

  async #ask(page: number): Promise<AnsweredPage> {
    const { query, states, due, editor, isConflicted } = this.#wanted;
    const { sponsorId, editorId } = homeOf(this.viewer);
    const { sorting } = this;
    const question: ChannelInput<'documents:list'> = {
      query: query.trim(),
      place: 'library',
      filter: {
        states: [...states],
        due,
        sponsor_id: sponsorId,
        editor_id: editorId ?? editor?.value ?? null,
        has_conflicts: isConflicted,
      },
      ...(sorting !== null && { sort: { ...sorting } }),
      offset: page * pageSize,
      limit: pageSize,
    };
    return { page, answer: await call('documents:list', question) };
  }
}

function byNumber(pages: readonly AnsweredPage[]): Pages {
  return Object.fromEntries(pages.map(({ page, answer }) => [page, answer.documents]));
}
