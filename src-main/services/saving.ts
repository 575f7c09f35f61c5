import type { SavedDocument } from '../contract/channels.ts';
import type { Document, Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import type { LibraryStore } from '../store/types.ts';
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
  save(actorId: Id, text: TextToSave): Promise<SavedDocument>;
  /** Makes a version of a document's autosaved text. Null where there is none that differs. */
  keepJournal(
    actorId: Id,
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
    actorId: Id,
    { document_id, document_body, base_version_ids, draft }: TextToSave,
  ): Promise<SavedDocument> {
    const store = library.store();
    findDocument(store, document_id);
    const order = draft ? await queue.order(document_body) : null;

    const saved = store.write(actorId, (transaction) => {
      const heads = store.documents.headVersionIds(document_id);
      const isUnchanged =
        isSameSet(heads, base_version_ids) &&
        document_body === findDocument(store, document_id).document_body;
      if (isUnchanged && order === null) return null;
      // Bases that are no longer the heads make a second head: both texts stay.
      const parents = base_version_ids.length > 0 ? base_version_ids : heads;
      const version = transaction.saveBody(document_id, document_body, parents);
      const autodoc = order === null ? null : queue.place(transaction, order, version);
      return { version, autodoc };
    });
    store.journal.remove(document_id);

    const [newestHead] = store.documents.headVersionIds(document_id);
    const version = saved?.version ?? store.versions.get(newestHead!)!;
    if (saved !== null)
      events.emit('store:changed', { documents: [document_id], everything: false });
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
    async keepJournal(actorId, documentId, { draft }) {
      const store = library.store();
      const entry = store.journal.get(documentId);
      if (entry === null) return null;
      if (entry.document_body === findDocument(store, documentId).document_body) {
        store.journal.remove(documentId);
        return null;
      }
      const { document_body, base_version_ids } = entry;
      return save(actorId, { document_id: documentId, document_body, base_version_ids, draft });
    },
  };
}

/** Throws `not_found`. */
export function findDocument(store: LibraryStore, documentId: Id): Document {
  const document = store.documents.get(documentId);
  if (document !== null) return document;
  throw new AppError('not_found', `There is no document ${documentId} in this library.`, {
    details: { id: documentId },
  });
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id));
}
