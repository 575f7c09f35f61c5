import type { Text } from '@codemirror/state';
import type { ContextMeasure, Events, SavedDocument } from '../../../src-main/contract/channels.ts';
import type { Document, Id, OpenDocument } from '../../../src-main/contract/domain.ts';
import { AppError } from '../../../src-main/contract/errors.ts';
import type { CommentAnchor } from '../../../src-main/contract/work.ts';
import { call, listen } from '../../ipc/client.ts';
import { errorMessage, reportError } from '../../lib/report-error.ts';
import type { SaveState } from '../../lib/save-state.ts';
import { toasts } from '../../ui/toasts.svelte.ts';
import type { Notice } from './notices.ts';
import type { Quotes } from './quotes.svelte.ts';
import { WritingPage } from './writing-page.svelte.ts';
import type { WritingSurface } from './writing-surface.ts';

/**
 * The one open document, and the way between the page that it is written on and the library. The
 * rule above all others: text leaves the memory only when it is on disk.
 *
 * Everything that talks to the main process about the text happens in order, one after the
 * other: a document opens only after the one before it was saved, and an answer never meets a
 * newer question. What becomes of the page by an answer, the page decides.
 */
export class DocumentStore {
  readonly #page = new WritingPage(() => void this.keep());
  #last: Promise<unknown> = Promise.resolve();

  get document(): Document | null {
    return this.#page.document;
  }

  /** What was told of the document beside its text: who has to do with it, what may be done to it. */
  get opened(): OpenDocument | null {
    return this.#page.opened;
  }

  /** Whether this user may change the text as it stands. */
  get canWrite(): boolean {
    return this.#page.canWrite;
  }

  get saveState(): SaveState {
    return this.#page.saving.state;
  }

  get notice(): Notice | null {
    return this.#page.notice;
  }

  /** What the model would read of the text; null until measured. */
  get context(): ContextMeasure | null {
    return this.#page.screen.context;
  }

  get words(): number {
    return this.#page.screen.words;
  }

  /** Null while nothing is selected. */
  get selectedWords(): number | null {
    return this.#page.screen.selectedWords;
  }

  /** The passages of the text that comments are about. */
  get quotes(): Quotes {
    return this.#page.screen.quotes;
  }

  /** The text in the editor, saved or not. Whoever derives from it follows each change. */
  get body(): string {
    return this.#page.body;
  }

  /** Follows the library, and hands over the text before the window closes. The answer stops. */
  start(): () => void {
    const stops = [
      listen('store:changed', (change) => this.#onStoreChanged(change)),
      listen('settings:changed', () => this.#page.screen.measureAgain()),
      listen('models:changed', () => this.#page.screen.measureAgain()),
      listen('window:closing', () => void this.#sayLastWords()),
    ];
    return () => {
      for (const stop of stops) stop();
      this.#page.saving.stop();
      this.#page.screen.stop();
    };
  }

  /** The editor on the screen. The answer takes it away again. */
  attach(surface: WritingSurface): () => void {
    return this.#page.screen.attach(surface, { isWritable: this.canWrite });
  }

  /** The text changed under the writer's hands. */
  edited(text: Text): void {
    this.#page.edited(text);
    // Typed back: nothing keeps from showing what others wrote meanwhile.
    if (this.notice?.kind === 'changed_elsewhere' && this.#page.isKept) {
      this.refresh().catch(reportError);
    }
  }

  selected(text: string | null): void {
    this.#page.screen.selected(text);
  }

  /** Opens a document once the open one is kept. Throws, and stays, when it cannot be kept. */
  open(documentId: Id): Promise<void> {
    return this.#inOrder(async () => {
      if (this.document?.id === documentId) return;
      await this.#leave({ draft: true });
      this.#page.take(await call('documents:open', { document_id: documentId }));
    });
  }

  /** Makes a document once the open one is kept, and opens it. A text is drafted at once. */
  create(document_name: string, document_body: string): Promise<Document> {
    return this.#inOrder(async () => {
      await this.#leave({ draft: true });
      const { document } = await call('documents:create', {
        document_name,
        document_body,
        draft: true,
      });
      this.#page.take(await call('documents:open', { document_id: document.id }));
      return document;
    });
  }

  /** Leaves the open document, saved, and opens none. */
  close(options: { readonly draft: boolean }): Promise<void> {
    return this.#inOrder(async () => {
      await this.#leave(options);
      this.#page.take(null);
    });
  }

  /** Ctrl+S: a new version, and a draft of it in the background. Null when none may be made. */
  save(): Promise<SavedDocument | null> {
    return this.#inOrder(async () =>
      this.document === null || !this.canWrite
        ? null
        : this.#makeVersion(this.document.id, { draft: true }),
    );
  }

  /** What was typed becomes a version, as when the document is left, but it stays open. */
  keepAsVersion(): Promise<void> {
    return this.#inOrder(() => this.#leave({ draft: true }));
  }

  /** Asks what is true of the open document by now. */
  refresh(): Promise<void> {
    return this.#inOrder(async () => {
      if (this.document !== null) await this.#lookAgain(this.document.id);
    });
  }

  /** Gives up text that can be kept nowhere, and shows the document as it is. */
  letGo(): Promise<void> {
    return this.#inOrder(async () => {
      const document_id = this.document?.id;
      if (document_id === undefined) return;
      this.#page.take(await call('documents:open', { document_id }).catch(() => null));
    });
  }

  /** One more draft: of the last version, or, where the text changed, of what is there now. */
  draft(): Promise<void> {
    return this.#inOrder(async () => {
      if (this.document === null) return;
      const { id } = this.document;
      if (this.#page.isVersion) await call('autodocs:draft', { document_id: id });
      else await this.#makeVersion(id, { draft: true });
    });
  }

  /** Keeps what is not kept yet, without waiting for a pause. A failure is shown, not thrown. */
  keep(): Promise<void> {
    return this.#inOrder(() => this.#autosave());
  }

  rename(document_name: string): Promise<void> {
    return this.#inOrder(async () => {
      if (this.document === null || document_name.trim() === this.document.document_name) return;
      const document_id = this.document.id;
      this.#page.renew({
        document: await call('documents:rename', { document_id, document_name }),
      });
    });
  }

  /** Remembers on this machine that its user has looked at a version of the open document. */
  async markSeen(version_id: Id): Promise<void> {
    const document_id = this.document?.id;
    if (document_id === undefined) return;
    await call('documents:mark-seen', { document_id, version_id });
    if (this.document?.id === document_id) this.#page.renew({ seen_version_id: version_id });
  }

  /** What is selected, as the anchor of a comment; null where nothing is. */
  selectedAnchor(): CommentAnchor | null {
    return this.#page.selectedAnchor();
  }

  insert(text: string): void {
    this.#write((surface) => surface.insert(text));
  }

  append(text: string): void {
    this.#write((surface) => surface.append(text));
  }

  replaceAll(text: string): void {
    this.#write((surface) => surface.replaceAll(text));
  }

  focus(): void {
    this.#page.screen.surface?.focus();
  }

  dismissNotice(): void {
    this.#page.dismissNotice();
  }

  /** An earlier version was made the newest. What was typed since stays one Ctrl+Z away. */
  restored(saved: SavedDocument): Promise<void> {
    return this.#inOrder(async () => {
      if (saved.document.id !== this.document?.id) return;
      this.#page.restored(saved);
      if (saved.head_version_ids.length > 1) await this.#lookAgain(saved.document.id);
    });
  }

  #inOrder<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#last.then(task);
    this.#last = run.catch(() => undefined);
    return run;
  }

  #write(put: (surface: WritingSurface) => void): void {
    const { surface } = this.#page.screen;
    if (surface === null) return;
    if (this.canWrite) put(surface);
    else toasts.show('You cannot change this document as it stands. Nothing was put into it.');
  }

  /**
   * Before the text leaves the screen: a changed document becomes a version and is drafted
   * (rule 2). Where that fails but the journal takes the text, it is safe and offered again
   * when the document opens; where nothing takes it, this throws and the text stays.
   */
  async #leave(options: { readonly draft: boolean }): Promise<void> {
    if (this.document === null || this.#page.isVersion) return;
    if (!this.canWrite && this.#page.isKept) return;
    try {
      await this.#makeVersion(this.document.id, options);
    } catch (thrown) {
      await this.#autosave();
      if (!this.#page.isKept) throw thrown;
      reportError(thrown);
    }
  }

  async #makeVersion(
    document_id: Id,
    { draft }: { readonly draft: boolean },
  ): Promise<SavedDocument> {
    const { text, content, saving } = this.#page;
    const saved = await saving.during(call('documents:save', { document_id, ...content, draft }));
    this.#page.saved(text, saved);
    void this.markSeen(saved.version.id).catch(reportError);
    // What others wrote meanwhile: it is merged by now, or stands beside the text.
    if (saved.head_version_ids.length > 1) await this.#lookAgain(document_id).catch(reportError);
    return saved;
  }

  async #autosave(): Promise<void> {
    if (this.document === null || !this.canWrite || this.#page.isKept) return;
    const document_id = this.document.id;
    const { text, content, saving } = this.#page;
    try {
      await saving.during(call('documents:autosave', { document_id, ...content }));
    } catch {
      // Shown where the state of saving is shown, and tried again.
      return;
    }
    this.#page.journaled(text);
  }

  #onStoreChanged({ documents, everything }: Events['store:changed']): void {
    const openId = this.document?.id;
    if (openId === undefined || !(everything || documents.includes(openId))) return;
    this.#inOrder(() => this.#lookAgain(openId)).catch(reportError);
  }

  /** Something wrote to the library: takes in what is new about the open document. */
  async #lookAgain(document_id: Id): Promise<void> {
    if (this.document?.id !== document_id) return;
    this.#page.follow(await call('documents:open', { document_id }).catch(nullForRefused));
  }

  async #sayLastWords(): Promise<void> {
    try {
      await this.#inOrder(() => this.#leave({ draft: true }));
      await call('window:ready-to-close');
    } catch (thrown) {
      // The text is on the screen alone: the window must not just close.
      reportError(thrown);
      await call('window:hold-open', { reason: errorMessage(thrown) }).catch(reportError);
    }
  }
}

/** Null where whoever asks may not read the document, or it is not there. Throws everything else. */
function nullForRefused(thrown: unknown): null {
  if (thrown instanceof AppError && ['not_allowed', 'not_found'].includes(thrown.code)) return null;
  throw thrown;
}
