import { reportError } from './report-error.ts';

interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

interface Source<Row> {
  /** Answers rows of the list as it is asked for now. */
  readonly ask: (offset: number, limit: number) => Promise<Page<Row>>;
  readonly idOf: (row: Row) => string;
}

const pageSize = 100;

/** A long list of which only as much is asked for as is looked at. */
export class PagedList<Row> {
  #rows = $state.raw<readonly Row[]>([]);
  #total = $state(0);
  #isLoaded = $state(false);
  readonly #source: Source<Row>;
  /** Counts the questions asked: an answer to an earlier one is too old to show. */
  #questions = 0;
  #isLoadingMore = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: Source<Row>) {
    this.#source = source;
  }

  /** Grows as the list is scrolled. */
  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** How many there are, shown or not. */
  get total(): number {
    return this.#total;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Asks anew after a pause; a further request begins the pause again. */
  loadSoon(pauseMs: number, options?: { readonly andKeepLength: boolean }): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(options), pauseMs);
  }

  /** The list from its beginning; as long as it was where only what is in it changed. */
  async load({ andKeepLength } = { andKeepLength: false }): Promise<void> {
    clearTimeout(this.#timer);
    const question = ++this.#questions;
    const wanted = andKeepLength ? Math.max(pageSize, this.#rows.length) : pageSize;
    try {
      let page = await this.#source.ask(0, pageSize);
      let { rows } = page;
      while (rows.length < Math.min(wanted, page.total) && page.rows.length > 0) {
        page = await this.#source.ask(rows.length, pageSize);
        rows = [...rows, ...page.rows];
      }
      if (question !== this.#questions) return;
      this.#rows = rows;
      this.#total = page.total;
      this.#isLoaded = true;
    } catch (thrown) {
      if (question === this.#questions) reportError(thrown);
    }
  }

  /** The next page, once the list is scrolled near its end. */
  async loadMore(): Promise<void> {
    if (this.#isLoadingMore || this.#rows.length >= this.#total) return;
    this.#isLoadingMore = true;
    const question = this.#questions;
    try {
      const page = await this.#source.ask(this.#rows.length, pageSize);
      // A list loaded anew meanwhile has its own beginning.
      if (question !== this.#questions) return;
      // The list may have moved under the offset since it was read.
      const known = this.#rows.map((row) => this.#source.idOf(row));
      const added = page.rows.filter((row) => !known.includes(this.#source.idOf(row)));
      this.#rows = [...this.#rows, ...added];
      this.#total = page.total;
    } catch (thrown) {
      reportError(thrown);
    } finally {
      this.#isLoadingMore = false;
    }
  }

  /** Puts a row in the place of the one with its id. */
  put(row: Row): void {
    const id = this.#source.idOf(row);
    this.#rows = this.#rows.map((one) => (this.#source.idOf(one) === id ? row : one));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#questions += 1;
  }
}
