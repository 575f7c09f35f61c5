import type { DraftProgress, EngineStatus } from '../../../src-main/contract/channels.ts';
import type { AutodocWithDocument, Id } from '../../../src-main/contract/domain.ts';
import { call, listen } from '../../ipc/client.ts';
import { errorMessage } from '../../lib/report-error.ts';

/** One document's drafts: those kept, the one being written, those that wait. */
export class DraftsStore {
  readonly documentId: Id;
  #drafts = $state.raw<readonly AutodocWithDocument[]>([]);
  /** Ids of the library's queued drafts, in the order they will be written. */
  #queue = $state.raw<readonly Id[]>([]);
  #progress = $state.raw<DraftProgress | null>(null);
  #engine = $state.raw<EngineStatus | null>(null);
  #cancelling = $state.raw<readonly Id[]>([]);
  #isLoading = $state(true);
  #problem = $state<string | null>(null);
  #announcement = $state('');
  /** Counts the questions asked: an answer to an earlier one is too old to show. */
  #questions = 0;

  constructor(documentId: Id) {
    this.documentId = documentId;
  }

  /** Newest first. */
  get drafts(): readonly AutodocWithDocument[] {
    return this.#drafts;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** What went wrong with the last request, for people. */
  get problem(): string | null {
    return this.#problem;
  }

  /** What a screen reader is told: that a draft began or ended, never its tokens. */
  get announcement(): string {
    return this.#announcement;
  }

  /** This document's draft that is being written now. */
  get writing(): AutodocWithDocument | undefined {
    return this.#drafts.find(({ id }) => this.isBeingWritten(id));
  }

  /** The engine writes the first of the queue; progress may tell so before the queue is known. */
  isBeingWritten(autodocId: Id): boolean {
    return this.progressOf(autodocId) !== null || this.draftsBefore(autodocId) === 0;
  }

  progressOf(autodocId: Id): DraftProgress | null {
    return this.#progress?.autodoc_id === autodocId ? this.#progress : null;
  }

  /** How many drafts, of any document, come before this one; null when it is not in the queue. */
  draftsBefore(autodocId: Id): number | null {
    const place = this.#queue.indexOf(autodocId);
    return place < 0 ? null : place;
  }

  /**
   * Whether a queued draft is for another machine to write: it is not in this one's queue, and
   * all of that is known.
   */
  isElsewhere(autodocId: Id): boolean {
    const isWholeQueue = (this.#engine?.queue_length ?? 0) <= this.#queue.length;
    return !this.#isLoading && isWholeQueue && this.draftsBefore(autodocId) === null;
  }

  /** The model that is being loaded before a draft can begin; null when none is. */
  get loadingModel(): string | null {
    return this.#engine?.state === 'loading' ? this.#engine.model_name : null;
  }

  isCancelling(autodocId: Id): boolean {
    return this.#cancelling.includes(autodocId);
  }

  /** Loads and listens; the answer stops listening. */
  start(): () => void {
    const stops = [
      listen('autodoc:changed', (autodoc) => this.#take(autodoc)),
      listen('draft:progress', (progress) => this.#follow(progress)),
      listen('engine:changed', (engine) => (this.#engine = engine)),
      listen('store:changed', ({ documents, everything }) => {
        if (everything || documents.includes(this.documentId)) void this.load();
      }),
    ];
    void this.load();
    return () => stops.forEach((stop) => stop());
  }

  async load(): Promise<void> {
    this.#questions += 1;
    const question = this.#questions;
    try {
      const [drafts, queue, engine] = await Promise.all([
        call('autodocs:list', { document_id: this.documentId }),
        call('autodocs:queue'),
        call('engine:status'),
      ]);
      if (question !== this.#questions) return;
      this.#drafts = drafts;
      this.#queue = queue.map(({ id }) => id);
      this.#engine = engine;
      this.#problem = null;
    } catch (error) {
      this.#problem = errorMessage(error);
    } finally {
      this.#isLoading = false;
    }
  }

  async cancel(autodocId: Id): Promise<void> {
    this.#cancelling = [...this.#cancelling, autodocId];
    try {
      const cancelled = await call('autodocs:cancel', { autodoc_id: autodocId });
      this.#take({ ...cancelled, document_id: this.documentId });
    } catch (error) {
      this.#problem = errorMessage(error);
    } finally {
      this.#cancelling = this.#cancelling.filter((id) => id !== autodocId);
    }
  }

  /** A draft of any document was queued or reached its end: the queue moved. */
  #take(autodoc: AutodocWithDocument): void {
    const isQueued = autodoc.autodoc_state === 'queued';
    const others = this.#queue.filter((id) => id !== autodoc.id);
    if (!isQueued) this.#queue = others;
    else if (!this.#queue.includes(autodoc.id)) this.#queue = [...others, autodoc.id];
    if (!isQueued && this.#progress?.autodoc_id === autodoc.id) this.#progress = null;
    if (autodoc.document_id !== this.documentId) return;

    const known = this.#drafts.find(({ id }) => id === autodoc.id);
    this.#drafts =
      known === undefined
        ? [autodoc, ...this.#drafts]
        : this.#drafts.map((draft) => (draft === known ? autodoc : draft));
    if (known?.autodoc_state !== autodoc.autodoc_state) this.#announcement = outcomeOf(autodoc);
  }

  #follow(progress: DraftProgress): void {
    const isNew = this.#progress?.autodoc_id !== progress.autodoc_id;
    this.#progress = progress;
    if (isNew && progress.document_id === this.documentId) {
      this.#announcement = 'The draft is being written.';
    }
  }
}

function outcomeOf({ autodoc_state, tokens, failure }: AutodocWithDocument): string {
  switch (autodoc_state) {
    case 'queued':
      return 'A draft is queued.';
    case 'done':
      return `The draft is finished: ${tokens ?? 0} tokens.`;
    case 'failed':
      return `The draft failed. ${failure ?? ''}`.trim();
    case 'cancelled':
      return 'The draft was cancelled. What had been written is kept.';
  }
}
