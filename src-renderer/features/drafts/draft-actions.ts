import type { AutodocWithDocument } from '../../../src-main/contract/domain.ts';

/** What a writer can do with a draft; the editor's side of it is the window's business. */
export interface DraftActions {
  /** The document can be read and not changed: its drafts are there to read and to copy. */
  readonly isReadOnly?: boolean;
  /** Puts text at the cursor. */
  readonly onInsert: (text: string) => void;
  /** Puts text at the document's end. */
  readonly onAppend: (text: string) => void;
  /** Takes text in the whole document's place. */
  readonly onUseAsText: (text: string) => void;
  /** Null for who makes no documents. */
  readonly onNewFromDraft: ((autodoc: AutodocWithDocument) => void) | null;
  readonly onSideBySide: (autodoc: AutodocWithDocument) => void;
  /** Saves what changed and drafts once more. */
  readonly onDraftNow: () => void;
}
