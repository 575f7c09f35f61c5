import type { Document, Id } from '../../src-main/contract/domain.ts';
import type { DocumentStep } from '../../src-main/contract/work.ts';

/** A document as it is named to whoever is asked about it. */
export type NamedDocument = Pick<Document, 'id' | 'document_name'>;
export type SteppedDocument = NamedDocument & Pick<Document, 'document_state'>;

/** A person as they are named beside a document. */
export interface NamedPerson {
  readonly id: Id;
  readonly name: string;
}

interface LibraryHandle {
  /** Puts the keyboard where the library is searched. */
  search(): void;
}

interface PageHandle {
  /** Puts the keyboard into the name of the open document. */
  editName(): void;
}

interface PanelsHandle {
  /** Puts the keyboard where a new comment is written. The comments have to be shown. */
  compose(): Promise<void>;
  focusThread(threadId: Id): Promise<void>;
}

interface DialogsHandle {
  commission(): void;
  askStep(document: SteppedDocument, step: DocumentStep): void;
  askEditor(document: NamedDocument, editor: NamedPerson | null): void;
  askPurge(document: NamedDocument): void;
  createTeam(): void;
  joinTeam(): void;
  showShortcuts(): void;
}

interface ExchangeHandle {
  exportJson(): void;
  importJson(): Promise<void>;
  importPrompts(): Promise<void>;
  exportDrafts(): void;
}

/**
 * Where those components are taken hold of that have to be told something, each while it is on
 * the screen: they bind themselves to it. Whoever tells them knows no more of them than this.
 */
export class Handles {
  library = $state.raw<LibraryHandle>();
  page = $state.raw<PageHandle>();
  panels = $state.raw<PanelsHandle>();
  dialogs = $state.raw<DialogsHandle>();
  exchange = $state.raw<ExchangeHandle>();
}
