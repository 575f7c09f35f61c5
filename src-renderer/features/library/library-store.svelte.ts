import type { DocumentPage } from '../../../src-main/contract/channels.ts';
import type { ListedDocument, Id } from '../../../src-main/contract/domain.ts';
import { call, listen } from '../../ipc/client.ts';
import { reportError } from '../../lib/report-error.ts';

const pageSize = 100;
/** A pause in typing a query, and between changes that come in a row. */
const queryPauseMs = 160;
const changePauseMs = 120;

const onlyConflicted = {
  ...{ states: [], sponsor_id: null, editor_id: null, due: null },
  has_conflicts: true,
} as const;

export type Place = 'library' | 'trash';

/** The list on the left: what it shows, of which place, and for which query. */
export class LibraryStore {
  #documents = $state.raw<readonly ListedDocument[]>([]);
  #total = $state(0);
  #query = $state('');
  #place = $state<Place>('library');
  #isLoaded = $state(false);
  #conflicted = $state(0);
  #isConflictedOnly = $state(false);
  /** The query and place that the documents answer. */
  #shownQuery = $state('');
  #draftingIds = $state.raw<readonly Id[]>([]);

  /** Counts the questions asked: an answer to an earlier one is too old to show. */
  #questions = 0;
  #isLoadingMore = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Last changed first; with a query, best match first. Grows as the list is scrolled. */
  get documents(): readonly ListedDocument[] {
    return this.#documents;
  }

  /** How many there are, shown or not. */
  get total(): number {
    return this.#total;
  }

  get query(): string {
    return this.#query;
  }

  /** The query that the shown documents match: a moment behind the one being typed. */
  get shownQuery(): string {
    return this.#shownQuery;
  }

  get place(): Place {
    return this.#place;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** How many documents of the library somebody has to decide about. */
  get conflicted(): number {
    return this.#conflicted;
  }

  /** Whether only those are listed. */
  get isConflictedOnly(): boolean {
    return this.#isConflictedOnly;
  }

  isDrafting(documentId: Id): boolean {
    return this.#draftingIds.includes(documentId);
  }

  /** Loads, and follows what changes. The answer stops. */
  start(): () => void {
    void this.#load();
    void this.#loadQueue();
    const stops = [
      listen('store:changed', () => this.#loadSoon(changePauseMs)),
      listen('autodoc:changed', () => void this.#loadQueue()),
    ];
    return () => {
      for (const stop of stops) stop();
      clearTimeout(this.#timer);
    };
  }

  setQuery(query: string): void {
    this.#query = query;
    this.#loadSoon(queryPauseMs);
  }

  listConflictedOnly(isOnly: boolean): void {
    this.#isConflictedOnly = isOnly;
    void this.#load();
  }

  setPlace(place: Place): void {
    if (place === this.#place) return;
    this.#place = place;
    this.#isConflictedOnly = false;
    this.#documents = [];
    this.#isLoaded = false;
    void this.#load();
  }

  /** The next page, once the list is scrolled near its end. */
  async loadMore(): Promise<void> {
    if (this.#isLoadingMore || this.#documents.length >= this.#total) return;
    this.#isLoadingMore = true;
    const question = this.#questions;
    try {
      const page = await this.#ask(this.#documents.length, pageSize);
      // A list loaded anew meanwhile has its own beginning.
      if (question !== this.#questions) return;
      // The list may have moved under the offset since it was read.
      const known = this.#documents;
      const added = page.documents.filter(({ id }) => !known.some((one) => one.id === id));
      this.#documents = [...known, ...added];
      this.#total = page.total;
    } catch (thrown) {
      reportError(thrown);
    } finally {
      this.#isLoadingMore = false;
    }
  }

  async rename(document_id: Id, document_name: string): Promise<void> {
    try {
      await call('documents:rename', { document_id, document_name });
    } catch (thrown) {
      reportError(thrown);
    }
  }

  /** Answers whether it is back in the library. */
  async restore(document_id: Id): Promise<boolean> {
    try {
      await call('documents:restore', { document_id });
      return true;
    } catch (thrown) {
      reportError(thrown);
      return false;
    }
  }

  #loadSoon(pauseMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(), pauseMs);
  }

  /** The list from its beginning, as long as it was. */
  async #load(): Promise<void> {
    const question = ++this.#questions;
    const query = this.#query;
    try {
      const isSameList = query === this.#shownQuery;
      const wanted = isSameList ? Math.max(pageSize, this.#documents.length) : pageSize;
      let page = await this.#ask(0, Math.min(wanted, 2 * pageSize));
      let documents = page.documents;
      while (documents.length < Math.min(wanted, page.total) && page.documents.length > 0) {
        page = await this.#ask(documents.length, pageSize);
        documents = [...documents, ...page.documents];
      }
      if (question !== this.#questions) return;
      this.#documents = documents;
      this.#total = page.total;
      this.#conflicted = page.conflicted;
      this.#shownQuery = query;
      this.#isLoaded = true;
    } catch (thrown) {
      if (question === this.#questions) reportError(thrown);
    }
  }

  #ask(offset: number, limit: number): Promise<DocumentPage> {
    return call('documents:list', {
      ...{ query: this.#query, place: this.#place, offset, limit },
      ...(this.#isConflictedOnly && { filter: onlyConflicted }),
    });
  }

  async #loadQueue(): Promise<void> {
    try {
      const queue = await call('autodocs:queue');
      this.#draftingIds = queue.map((autodoc) => autodoc.document_id);
    } catch (thrown) {
      reportError(thrown);
    }
  }
}
