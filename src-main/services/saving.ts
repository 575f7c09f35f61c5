import { authorOf, type DocumentFacts, type Principal } from '../access/authorize.ts';
import { stepTargets } from '../access/rules.ts';
import type { SavedDocument } from '../contract/channels.ts';
import type { DocumentState, Id } from '../contract/domain.ts';
import { authorizeDocument, factsOf, findDocument } from './document-access.ts';
import type { DraftQueue } from './drafting/draft-queue.ts';
import type { EventBus } from './event-bus.ts';
import type { LibraryHandle } from './library-handle.ts';

interface TextToSave {
  readonly document_id: Id;
  readonly document_body: string;
  /** The versions the text was typed on top of. */
  readonly base_version_ids: readonly Id[];
  readonly draft: boolean;
}

/** How a text becomes a version, whoever asks: the editor, a restore, the application's end. */
export interface Saving {
  /** Throws `not_allowed` where the principal may not write the document. */
  save(principal: Principal, text: TextToSave): Promise<SavedDocument>;
  /** Makes a version of a document's autosaved text. Null where there is none that differs. */
  keepJournal(
    principal: Principal,
    documentId: Id,
    options: { readonly draft: boolean },
  ): Promise<SavedDocument | null>;
}

export interface SavingOptions {
  readonly library: LibraryHandle;
  readonly queue: DraftQueue;
  readonly events: EventBus;
}

export function createSaving({ library, queue, events }: SavingOptions): Saving {
  async function save(
    principal: Principal,
    { document_id, document_body, base_version_ids, draft }: TextToSave,
  ): Promise<SavedDocument> {
    const store = library.store();
    authorizeDocument(principal, 'document:write', store, document_id);
    const order = draft ? await queue.order(document_body) : null;

    const author = authorOf(principal);
    const saved = store.write(author, (transaction) => {
      const heads = store.documents.shownVersionIds(document_id);
      // Looked at within the transaction: it may have been handed on since.
      const document = authorizeDocument(principal, 'document:write', store, document_id);
      const isSameText = document_body === document.document_body;
      const isUnchanged = isSameSet(heads, base_version_ids) && isSameText;
      if (isUnchanged && order === null) return null;
      // Bases that are no longer the heads make a second head, which is merged with the others, or
      // stands beside them: both texts stay.
      const parents = base_version_ids.length > 0 ? base_version_ids : heads;
      const version = transaction.saveBody(document_id, document_body, parents);
      const state = isSameText ? null : stateAfterEdit(author.id, factsOf(store, document));
      // Before the draft: whoever may write where it came from may draft there.
      const autodoc = order === null ? null : queue.place(transaction, order, version);
      if (state !== null) transaction.updateDocument(document_id, { document_state: state });
      return { version, autodoc };
    });
    store.journal.remove(document_id);

    const [newestHead] = store.documents.shownVersionIds(document_id);
    const version = saved?.version ?? store.versions.get(newestHead!)!;
    if (saved !== null) {
      store.seenVersions.put(author.id, document_id, version.id);
      events.emit('store:changed', { documents: [document_id], everything: false });
    }
    if (order !== null && saved?.autodoc) queue.announce(order, saved.autodoc);
    return {
      document: findDocument(store, document_id),
      version,
      head_version_ids: store.documents.headVersionIds(document_id),
      autodoc: saved?.autodoc ?? null,
    };
  }

  return {
    save,
    async keepJournal(principal, documentId, { draft }) {
      const store = library.store();
      const entry = store.journal.get(documentId);
      if (entry === null) return null;
      if (entry.document_body === findDocument(store, documentId).document_body) {
        store.journal.remove(documentId);
        return null;
      }
      const { document_body } = entry;
      // What it was typed on may be gone, as after an older copy of the library was put back: the
      // text is worth more than where it came from.
      const known = new Set(store.versions.list(documentId).map(({ id }) => id));
      const base_version_ids = entry.base_version_ids.filter((id) => known.has(id));
      return save(principal, { document_id: documentId, document_body, base_version_ids, draft });
    },
  };
}

/**
 * Where a document goes by being written in: what was approved is to be reviewed again, and an
 * editor who begins is at it. Null: it stays where it is.
 */
function stateAfterEdit(
  authorId: Id,
  { document_state, editor_id }: DocumentFacts,
): DocumentState | null {
  if (document_state === 'approved') return stepTargets.reopen;
  const isBegun = document_state === 'assigned' || document_state === 'changes_requested';
  return isBegun && authorId === editor_id ? stepTargets.start : null;
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id));
}
