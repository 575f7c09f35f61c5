import { tick } from 'svelte';
import type { SavedDocument } from '../../src-main/contract/channels.ts';
import type { AutodocWithDocument, Document, Id } from '../../src-main/contract/domain.ts';
import type { AccountsStatus } from '../../src-main/contract/people.ts';
import type { Notice } from '../../src-main/contract/work.ts';
import { DocumentStore } from '../features/editor/document-store.svelte.ts';
import { HomeStore } from '../features/home/home-store.svelte.ts';
import type { Viewer } from '../features/home/viewer.ts';
import { call } from '../ipc/client.ts';
import { Layout, type SidePanel } from '../lib/layout.svelte.ts';
import { reportError } from '../lib/report-error.ts';
import { toasts } from '../ui/toasts.svelte.ts';
import type { Handles } from './handles.svelte.ts';

/** What a document is called until somebody names it. */
const newName = 'Untitled';

interface WorkspaceHost {
  /** Who uses the library. What is derived from it follows each change. */
  readonly accounts: () => AccountsStatus;
  readonly handles: Handles;
}

/**
 * What stands on the page: the open document, a draft beside it, or the home in their place; and
 * the ways from one to the other.
 */
export class WorkspaceStore {
  readonly documents = new DocumentStore();
  readonly layout = new Layout(window.innerWidth);
  #isHomeOpen = $state(false);
  #compared = $state.raw<AutodocWithDocument | null>(null);
  readonly #host: WorkspaceHost;
  readonly #userId = $derived.by(() => this.accounts.user?.id ?? null);
  readonly #role = $derived.by((): Viewer['role'] => {
    const { is_on, user } = this.accounts;
    return is_on ? (user?.user_type ?? 'editor') : 'owner';
  });
  readonly #home = $derived.by(() => new HomeStore({ role: this.#role, userId: this.#userId }));

  constructor(host: WorkspaceHost) {
    this.#host = host;
  }

  get accounts(): AccountsStatus {
    return this.#host.accounts();
  }

  get userId(): Id | null {
    return this.#userId;
  }

  /** An `owner` has a library without accounts to themselves. */
  get role(): Viewer['role'] {
    return this.#role;
  }

  /** Whether this user may look after the library as a whole. The main process asks again. */
  get isManager(): boolean {
    return this.#role === 'owner' || this.#role === 'admin';
  }

  /** Whether this user begins documents: editors are retained for those of others. */
  get mayBegin(): boolean {
    return this.#role !== 'editor';
  }

  get home(): HomeStore {
    return this.#home;
  }

  /** Whether the list of documents is in the page's place; the open one waits behind it. */
  get isHomeOpen(): boolean {
    return this.#isHomeOpen;
  }

  /** The open document, whatever is in the page's place. */
  get document(): Document | null {
    return this.documents.document;
  }

  /** The document on the page. */
  get onPage(): Document | null {
    return this.#isHomeOpen ? null : this.document;
  }

  /** The draft beside the document; null while the page shows the document alone. */
  get compared(): AutodocWithDocument | null {
    return this.#compared;
  }

  /** The way from commission to approval concerns nobody who writes alone and for themselves. */
  get isUnderWay(): boolean {
    const { document } = this;
    return (
      this.accounts.is_on ||
      document?.document_state !== 'draft' ||
      (this.documents.opened?.editor ?? null) !== null ||
      document.brief !== ''
    );
  }

  /** What a library opens on; one that was just begun on an empty page, ready to write. */
  async begin({ isFreshLibrary }: { readonly isFreshLibrary: boolean }): Promise<void> {
    try {
      if (this.accounts.is_on) {
        this.#isHomeOpen = true;
        return;
      }
      if (isFreshLibrary) {
        await this.create();
        return;
      }
      const newest = await call('documents:list', {
        query: '',
        place: 'library',
        offset: 0,
        limit: 1,
      });
      const [document] = newest.documents;
      if (document !== undefined) await this.documents.open(document.id);
    } catch (thrown) {
      reportError(thrown);
    }
  }

  /** `andWrite`: the keyboard goes on to the text. */
  async open(documentId: Id, { andWrite }: { readonly andWrite: boolean }): Promise<void> {
    try {
      await this.documents.open(documentId);
      this.#isHomeOpen = false;
      if (this.#compared?.document_id !== documentId) this.#compared = null;
      if (!andWrite) return;
      await tick();
      this.documents.focus();
    } catch (thrown) {
      reportError(thrown);
    }
  }

  async openDetails(documentId: Id): Promise<void> {
    await this.open(documentId, { andWrite: false });
    if (this.document?.id === documentId) this.showPanel('brief');
  }

  async openNoticed({ kind, document_id }: Notice): Promise<void> {
    await this.open(document_id, { andWrite: true });
    if (kind === 'comment' && this.document?.id === document_id) this.showPanel('comments');
  }

  async openCommissioned({ document, autodoc }: SavedDocument): Promise<void> {
    await this.open(document.id, { andWrite: false });
    toasts.show(
      autodoc === null
        ? `“${document.document_name}” is commissioned. There are no words yet to draft from.`
        : `“${document.document_name}” is commissioned, and its first draft is on the way.`,
      { tone: 'success' },
    );
  }

  /** A new document, with its name to be written. */
  async create(): Promise<void> {
    if (this.mayBegin) await this.#beginDocument(newName, '');
    else toasts.show('Sponsors commission documents. Ask one of them for a new one.');
  }

  /** A document of its own from a draft and what the model had read before it. */
  async createFromDraft(autodoc: AutodocWithDocument): Promise<void> {
    try {
      const { document_body } = await call('versions:show', { version_id: autodoc.version_id });
      const prompt = document_body.slice(autodoc.prompt_start ?? 0, autodoc.prompt_end ?? 0);
      const name = this.document?.document_name ?? newName;
      await this.#beginDocument(`${name} (from a draft)`, prompt + autodoc.autodoc_body);
    } catch (thrown) {
      reportError(thrown);
    }
  }

  /** What was typed becomes a version, as whenever a document is left. */
  async goHome(): Promise<void> {
    await this.documents.keepAsVersion();
    this.#compared = null;
    this.#isHomeOpen = true;
  }

  showPanel(panel: SidePanel): void {
    this.#isHomeOpen = false;
    this.#compared = null;
    this.layout.showSide(true, panel);
  }

  async searchLibrary(): Promise<void> {
    this.layout.showLibrary(true);
    await tick();
    this.#host.handles.library?.search();
  }

  /** Puts a draft beside the document; null shows the document alone. */
  compare(autodoc: AutodocWithDocument | null): void {
    this.#compared = autodoc;
  }

  /** Puts the newest draft beside the document, or takes away the one that is there. */
  async toggleSideBySide(): Promise<void> {
    if (this.#compared !== null) {
      this.closeSideBySide();
      return;
    }
    if (this.document === null) return;
    this.#isHomeOpen = false;
    const drafts = await call('autodocs:list', { document_id: this.document.id });
    const newest = drafts.find((one) => one.autodoc_body !== '' && one.autodoc_state !== 'queued');
    if (newest === undefined) toasts.show('There is no draft yet to put beside the document.');
    else this.#compared = newest;
  }

  closeSideBySide(): void {
    this.#compared = null;
    void tick().then(() => this.documents.focus());
  }

  async insertCompared(text: string): Promise<void> {
    this.#compared = null;
    await tick();
    this.documents.insert(text);
  }

  async #beginDocument(name: string, body: string): Promise<void> {
    await this.documents.create(name, body);
    this.#isHomeOpen = false;
    this.#compared = null;
    await tick();
    this.#host.handles.page?.editName();
  }
}
