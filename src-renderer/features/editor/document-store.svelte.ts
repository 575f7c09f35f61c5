import { Text } from '@codemirror/state';
import type { ContextMeasure, Events, SavedDocument } from '../../../src-main/contract/channels.ts';
import type { Document, Id, OpenDocument } from '../../../src-main/contract/domain.ts';
import { AppError } from '../../../src-main/contract/errors.ts';
import type { CommentAnchor } from '../../../src-main/contract/work.ts';
import { call, listen } from '../../ipc/client.ts';
import { countWords } from '../../lib/count-words.ts';
import { errorMessage, reportError } from '../../lib/report-error.ts';
import type { SaveState } from '../../lib/save-state.ts';
import { toasts } from '../../ui/toasts.svelte.ts';
import { KeptText, shownVersions } from './kept-text.ts';
import {
  changedElsewhereNotice,
  heldBackNotice,
  recoveredNotice,
  reopensNotice,
  trashedNotice,
  unwritableNotice,
  type Notice,
} from './notices.ts';
import { AutosaveClock } from './parts/autosave-clock.ts';
import { ReadingMeter } from './parts/reading-meter.svelte.ts';
import { Quotes } from './quotes.svelte.ts';
import type { WritingSurface } from './writing-surface.ts';

/**
 * The one open document: its text, what of it is kept where, and the way between the editor
 * and the library. The rule above all others: text leaves the memory only when it is on disk.
 *
 * Everything that talks to the main process about the text happens in order, one after the
 * other: a document opens only after the one before it was saved, and an answer never meets a
 * newer question.
 */
export class DocumentStore {
  #opened = $state.raw<OpenDocument | null>(null);
  #text = $state.raw(Text.empty);
  #saveState = $state.raw<SaveState>({ state: 'saved' });
  #notice = $state.raw<Notice | null>(null);
  #selectedWords = $state<number | null>(null);

  /** Whether it was said that a change of this approved text opens its review again. */
  #isToldOfReview = false;
  #surface: WritingSurface | null = null;
  readonly #kept = new KeptText();
  #last: Promise<unknown> = Promise.resolve();
  readonly #clock = new AutosaveClock(() => void this.keep());
  readonly #meter = new ReadingMeter(() => this.#surface?.markReading(this.#meter.readsFrom));
  /** The passages of the text that comments are about. */
  readonly quotes = new Quotes({ text: () => this.#text, surface: () => this.#surface });

  get document(): Document | null {
    return this.#opened?.document ?? null;
  }

  /** What was told of the document beside its text: who has to do with it, what may be done to it. */
  get opened(): OpenDocument | null {
    return this.#opened;
  }

  /** Whether this user may change the text as it stands. */
  get canWrite(): boolean {
    return this.#opened?.allowed.includes('document:write') ?? false;
  }

  get saveState(): SaveState {
    return this.#saveState;
  }

  get notice(): Notice | null {
    return this.#notice;
  }

  /** What the model would read of the text; null until measured. */
  get context(): ContextMeasure | null {
    return this.#meter.context;
  }

  get words(): number {
    return this.#meter.words;
  }

  /** Null while nothing is selected. */
  get selectedWords(): number | null {
    return this.#selectedWords;
  }

  /** The text in the editor, saved or not. Whoever derives from it follows each change. */
  get body(): string {
    return this.#kept.bodyOf(this.#text);
  }

  /** Follows the library, and hands over the text before the window closes. The answer stops. */
  start(): () => void {
    const stops = [
      listen('store:changed', (change) => this.#onStoreChanged(change)),
      listen('settings:changed', () => this.#meter.again()),
      listen('models:changed', () => this.#meter.again()),
      listen('window:closing', () => void this.#sayLastWords()),
    ];
    return () => {
      for (const stop of stops) stop();
      this.#clock.stop();
      this.#meter.stop();
      this.quotes.stop();
    };
  }

  /** The editor on the screen. The answer takes it away again. */
  attach(surface: WritingSurface): () => void {
    this.#surface = surface;
    surface.setWritable(this.canWrite);
    surface.show(this.#text);
    surface.markReading(this.#meter.readsFrom);
    this.quotes.again();
    return () => {
      this.#surface = null;
    };
  }

  /** The text changed under the writer's hands. */
  edited(text: Text): void {
    this.#text = text;
    this.#meter.follow(text);
    this.quotes.follow();
    if (this.#kept.has(text)) {
      this.#settle();
      // Typed back: nothing keeps from showing what others wrote meanwhile.
      if (this.#notice?.kind === 'changed_elsewhere') this.refresh().catch(reportError);
      return;
    }
    if (this.document?.document_state === 'approved' && !this.#isToldOfReview) {
      this.#isToldOfReview = true;
      this.#notice ??= reopensNotice;
    }
    // A failure stays said until a save succeeds.
    if (this.#saveState.state !== 'failed') this.#saveState = { state: 'unsaved' };
    this.#clock.soon();
  }

  selected(text: string | null): void {
    this.#selectedWords = text === null ? null : countWords(text);
  }

  /** Opens a document once the open one is kept. Throws, and stays, when it cannot be kept. */
  open(documentId: Id): Promise<void> {
    return this.#inOrder(async () => {
      if (this.document?.id === documentId) return;
      await this.#leave({ draft: true });
      this.#take(await call('documents:open', { document_id: documentId }));
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
      this.#take(await call('documents:open', { document_id: document.id }));
      return document;
    });
  }

  /** Leaves the open document, saved, and opens none. */
  close(options: { readonly draft: boolean }): Promise<void> {
    return this.#inOrder(async () => {
      await this.#leave(options);
      this.#take(null);
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
      this.#take(await call('documents:open', { document_id }).catch(() => null));
    });
  }

  /** One more draft: of the last version, or, where the text changed, of what is there now. */
  draft(): Promise<void> {
    return this.#inOrder(async () => {
      if (this.document === null) return;
      const { id } = this.document;
      if (this.#kept.isVersion(this.#text)) await call('autodocs:draft', { document_id: id });
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
      this.#renew({ document: await call('documents:rename', { document_id, document_name }) });
    });
  }

  /** Remembers on this machine that its user has looked at a version of the open document. */
  async markSeen(version_id: Id): Promise<void> {
    const document_id = this.document?.id;
    if (document_id === undefined) return;
    await call('documents:mark-seen', { document_id, version_id });
    if (this.document?.id === document_id) this.#renew({ seen_version_id: version_id });
  }

  /** What is selected, as the anchor of a comment; null where nothing is. */
  selectedAnchor(): CommentAnchor | null {
    const [version_id] = this.#kept.bases;
    const anchor = this.quotes.selected();
    return version_id === undefined || anchor === null ? null : { ...anchor, version_id };
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
    this.#surface?.focus();
  }

  dismissNotice(): void {
    this.#notice = null;
  }

  /** An earlier version was made the newest. What was typed since stays one Ctrl+Z away. */
  restored({ document, version, head_version_ids }: SavedDocument): Promise<void> {
    return this.#inOrder(async () => {
      if (document.id !== this.document?.id) return;
      this.#renew({ document, head_version_ids });
      this.#kept.replaced(document.document_body, [version.id]);
      this.#notice = null;
      const { text } = this.#kept;
      if (!this.#kept.has(this.#text)) this.#surface?.replaceAll(text.toString());
      this.#settle();
      if (head_version_ids.length > 1) await this.#lookAgain(document.id);
    });
  }

  #inOrder<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#last.then(task);
    this.#last = run.catch(() => undefined);
    return run;
  }

  #write(put: (surface: WritingSurface) => void): void {
    if (this.#surface === null) return;
    if (this.canWrite) put(this.#surface);
    else toasts.show('You cannot change this document as it stands. Nothing was put into it.');
  }

  #take(opened: OpenDocument | null): void {
    this.#opened = opened;
    this.#isToldOfReview = false;
    // What autosave kept waits on the disk until it can be saved.
    this.#kept.open(opened === null || this.canWrite ? opened : { ...opened, journal: null });
    this.#text = this.#kept.text;
    this.#selectedWords = null;
    this.#notice = null;
    if (opened !== null && opened.document.trashed_on !== null) this.#notice = trashedNotice;
    else if (!this.#kept.isVersion(this.#text)) this.#notice = recoveredNotice;
    this.#settle();
    this.#surface?.setWritable(this.canWrite);
    this.#surface?.show(this.#text);
    this.quotes.restart();
    this.#meter.restart(opened === null ? null : this.#text);
  }

  /**
   * Before the text leaves the screen: a changed document becomes a version and is drafted
   * (rule 2). Where that fails but the journal takes the text, it is safe and offered again
   * when the document opens; where nothing takes it, this throws and the text stays.
   */
  async #leave(options: { readonly draft: boolean }): Promise<void> {
    if (this.document === null || this.#kept.isVersion(this.#text)) return;
    if (!this.canWrite && this.#kept.has(this.#text)) return;
    try {
      await this.#makeVersion(this.document.id, options);
    } catch (thrown) {
      await this.#autosave();
      if (!this.#kept.has(this.#text)) throw thrown;
      reportError(thrown);
    }
  }

  async #makeVersion(
    document_id: Id,
    { draft }: { readonly draft: boolean },
  ): Promise<SavedDocument> {
    const text = this.#text;
    const saved = await this.#keeping(
      call('documents:save', {
        document_id,
        document_body: this.#kept.bodyOf(text),
        base_version_ids: this.#kept.bases,
        draft,
      }),
    );
    this.#renew({ document: saved.document, head_version_ids: saved.head_version_ids });
    this.#kept.saved(text, saved);
    void this.markSeen(saved.version.id).catch(reportError);
    if (this.#notice?.kind !== 'trashed') this.#notice = null;
    this.#settle();
    // What others wrote meanwhile: it is merged by now, or stands beside the text.
    if (saved.head_version_ids.length > 1) await this.#lookAgain(document_id).catch(reportError);
    return saved;
  }

  async #autosave(): Promise<void> {
    const text = this.#text;
    if (this.document === null || !this.canWrite || this.#kept.has(text)) return;
    try {
      await this.#keeping(
        call('documents:autosave', {
          document_id: this.document.id,
          document_body: this.#kept.bodyOf(text),
          base_version_ids: this.#kept.bases,
        }),
      );
    } catch {
      // Shown where the state of saving is shown, and tried again.
      return;
    }
    this.#kept.journaled(text);
    this.#settle();
  }

  /** Says that the text is being kept, and why where it could not be. */
  async #keeping<T>(kept: Promise<T>): Promise<T> {
    this.#clock.stop();
    this.#saveState = { state: 'saving' };
    try {
      return await kept;
    } catch (thrown) {
      this.#saveState = { state: 'failed', reason: errorMessage(thrown) };
      this.#clock.later();
      throw thrown;
    }
  }

  /** Says what is true of the text, after something about it was settled. */
  #settle(): void {
    if (this.#kept.has(this.#text)) {
      this.#clock.stop();
      this.#saveState = { state: 'saved' };
    } else {
      this.#saveState = { state: 'unsaved' };
      if (this.canWrite) this.#clock.soon();
    }
  }

  #onStoreChanged({ documents, everything }: Events['store:changed']): void {
    const openId = this.document?.id;
    if (openId === undefined || !(everything || documents.includes(openId))) return;
    this.#inOrder(() => this.#lookAgain(openId)).catch(reportError);
  }

  /** Something wrote to the library: takes in what is new about the open document. */
  async #lookAgain(document_id: Id): Promise<void> {
    if (this.document?.id !== document_id) return;
    const couldWrite = this.canWrite;
    const opened = await call('documents:open', { document_id }).catch(nullForRefused);
    if (opened === null) {
      this.#lose();
      return;
    }
    const { document } = opened;
    const versionIds = shownVersions(opened);
    this.#opened = opened;
    if (couldWrite !== this.canWrite && this.#changeHands(opened)) return;
    if (document.trashed_on !== null) this.#notice = trashedNotice;
    else if (this.#notice?.kind === 'trashed') this.#notice = null;
    if (this.#kept.isOnTopOf(versionIds)) return;

    if (!this.#kept.isVersion(this.#text)) {
      // The text on the screen stays the writer's; saving it makes a version beside the other,
      // and what is shown then is the merge of both.
      if (this.#kept.isToldOf(versionIds)) return;
      this.#kept.told(versionIds);
      this.#notice = changedElsewhereNotice;
      return;
    }
    if (this.#notice?.kind === 'changed_elsewhere') this.#notice = null;
    this.#kept.replaced(document.document_body, versionIds);
    this.#text = this.#kept.text;
    this.#settle();
    this.#surface?.update(this.#text);
    this.#meter.follow(this.#text);
    this.quotes.follow();
  }

  /** The document is no longer among this user's. Text that is on the screen alone stays there. */
  #lose(): void {
    const name = this.document?.document_name ?? '';
    if (this.#kept.has(this.#text)) {
      this.#take(null);
      toasts.show(`“${name}” is no longer among your documents.`);
      return;
    }
    this.#renew({ allowed: [] });
    this.#surface?.setWritable(false);
    this.#clock.stop();
    this.#notice = unwritableNotice;
  }

  /**
   * The writer may write from now on, or no longer. Answers whether the document was taken anew:
   * what autosave kept comes back to the screen with the right to save it, and goes with it. Text
   * that is on the screen alone stays there.
   */
  #changeHands(opened: OpenDocument): boolean {
    this.#surface?.setWritable(this.canWrite);
    if (this.canWrite) {
      if (opened.journal === null || !this.#kept.isVersion(this.#text)) return false;
      this.#take(opened);
      return true;
    }
    this.#clock.stop();
    if (this.#kept.isVersion(this.#text)) return false;
    if (!this.#kept.has(this.#text)) {
      this.#notice = unwritableNotice;
      return true;
    }
    this.#take(opened);
    this.#notice = heldBackNotice;
    return true;
  }

  /** What an answer told that is new about the open document. */
  #renew(news: Partial<OpenDocument>): void {
    if (this.#opened !== null) this.#opened = { ...this.#opened, ...news };
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
