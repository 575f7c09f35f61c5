import { tick } from 'svelte';
import type { Id, ListedDocument } from '../../src-main/contract/domain.ts';
import type { DocumentStep } from '../../src-main/contract/work.ts';
import { call } from '../ipc/client.ts';
import { reportError } from '../lib/report-error.ts';
import { toasts } from '../ui/toasts.svelte.ts';
import type { Handles, NamedDocument, SteppedDocument } from './handles.svelte.ts';
import type { WorkspaceStore } from './workspace-store.svelte.ts';

/** What is done to documents from the workspace, with what is said where it cannot be done. */
export class DocumentActions {
  readonly #work: WorkspaceStore;
  readonly #handles: Handles;

  constructor(work: WorkspaceStore, handles: Handles) {
    this.#work = work;
    this.#handles = handles;
  }

  commission(): void {
    if (this.#work.mayBegin) this.#handles.dialogs?.commission();
    else toasts.show('Sponsors commission documents, and retain you for them.');
  }

  rename(): void {
    if (this.#work.onPage !== null) this.#handles.page?.editName();
  }

  async save(): Promise<void> {
    const { documents, onPage } = this.#work;
    if (onPage === null) return;
    if (!documents.canWrite) {
      toasts.show('You cannot change this document as it stands. There is nothing to save.');
      return;
    }
    const saved = await documents.save();
    if (saved !== null && saved.autodoc === null) {
      toasts.show('Saved. There are no words yet to draft from.');
    }
  }

  async draft(): Promise<void> {
    if (this.#work.onPage !== null) await this.#work.documents.draft();
  }

  /** Comments on what is selected; where the cursor is in a passage with comments, shows those. */
  async comment(): Promise<void> {
    const { documents, onPage } = this.#work;
    if (onPage === null) return;
    const threadId = documents.selectedAnchor() === null ? documents.quotes.atCursor() : null;
    if (threadId !== null) {
      await this.showThread(threadId);
      return;
    }
    this.#work.showPanel('comments');
    await tick();
    await this.#handles.panels?.compose();
  }

  async showThread(threadId: Id): Promise<void> {
    this.#work.showPanel('comments');
    await tick();
    await this.#handles.panels?.focusThread(threadId);
  }

  /** Asks for a step of a document, as it is shown. */
  askStep(document: SteppedDocument, step: DocumentStep): void {
    this.#handles.dialogs?.askStep(document, step);
  }

  /** Asks who edits the open document from now on. */
  askEditor(): void {
    const { document, documents } = this.#work;
    if (document !== null) {
      this.#handles.dialogs?.askEditor(document, documents.opened?.editor ?? null);
    }
  }

  /** Asks who edits a document of a list from now on. */
  askEditorOf(listed: ListedDocument): void {
    const { editor_id: id, editor_name } = listed;
    this.#handles.dialogs?.askEditor(listed, id === null ? null : { id, name: editor_name ?? '' });
  }

  /** Asks whether a document is to lose all its words. */
  askPurge(document: NamedDocument): void {
    this.#handles.dialogs?.askPurge(document);
  }

  /** The open document may not be what it was. */
  lookAgain(): void {
    this.#work.documents.refresh().catch(reportError);
  }

  /** To the trash, with the way back in the message. The text is a version before it goes. */
  async trash(documentId: Id, name: string): Promise<void> {
    try {
      const wasOpen = this.#work.document?.id === documentId;
      if (wasOpen) await this.#work.documents.close({ draft: false });
      this.#work.compare(null);
      await call('documents:trash', { document_id: documentId });
      toasts.show(`“${name}” is in the trash.`, {
        action: {
          label: 'Undo',
          onSelect: () => void this.untrash(documentId, { andOpen: wasOpen }),
        },
      });
    } catch (thrown) {
      reportError(thrown);
    }
  }

  async untrash(documentId: Id, { andOpen }: { readonly andOpen: boolean }): Promise<void> {
    try {
      await call('documents:restore', { document_id: documentId });
      if (andOpen) await this.#work.documents.open(documentId);
    } catch (thrown) {
      reportError(thrown);
    }
  }
}
