import type { Document, Id } from '../contract/domain.ts';
import type { DocumentFields } from '../store/types.ts';
import { actorOf, aDocument, authorize, type Principal } from './access.ts';
import type { DraftQueue } from './drafting/draft-queue.ts';
import type { EventBus } from './event-bus.ts';
import type { LibraryHandle } from './library-handle.ts';
import { findDocument, type Saving } from './saving.ts';
import type { DocumentsService } from './services.ts';

export interface DocumentsServiceOptions {
  readonly library: LibraryHandle;
  readonly saving: Saving;
  readonly queue: DraftQueue;
  readonly events: EventBus;
}

export function createDocumentsService(options: DocumentsServiceOptions): DocumentsService {
  const { library, saving, queue, events } = options;

  function changed(documentId: Id): void {
    events.emit('store:changed', { documents: [documentId], everything: false });
  }

  function update(principal: Principal, documentId: Id, fields: DocumentFields): Document {
    findDocument(library.store(), documentId);
    const document = library
      .store()
      .write(actorOf(principal), (transaction) => transaction.updateDocument(documentId, fields));
    changed(documentId);
    return document;
  }

  return {
    list(principal, query) {
      authorize(principal, 'document:read', aDocument(null));
      return library.store().documents.list(query);
    },

    open(principal, { document_id }) {
      authorize(principal, 'document:read', aDocument(document_id));
      const store = library.store();
      const document = findDocument(store, document_id);
      const journal = store.journal.get(document_id);
      return {
        document,
        head_version_ids: store.documents.headVersionIds(document_id),
        journal: journal?.document_body === document.document_body ? null : journal,
      };
    },

    async create(principal, { document_name, document_body, draft }) {
      authorize(principal, 'document:create', aDocument(null));
      const actorId = actorOf(principal);
      const order = draft ? await queue.order(document_body) : null;
      const saved = library.store().write(actorId, (transaction) => {
        const { document, version } = transaction.createDocument({ document_name, document_body });
        const autodoc = order === null ? null : queue.place(transaction, order, version);
        return { document, version, head_version_ids: [version.id], autodoc };
      });
      changed(saved.document.id);
      if (order !== null && saved.autodoc !== null) queue.announce(order, saved.autodoc);
      return saved;
    },

    save(principal, text) {
      authorize(principal, 'document:write', aDocument(text.document_id));
      return saving.save(actorOf(principal), text);
    },

    autosave(principal, { document_id, document_body, base_version_ids }) {
      authorize(principal, 'document:write', aDocument(document_id));
      const store = library.store();
      const document = findDocument(store, document_id);
      if (document_body === document.document_body) {
        // Typed and taken back: there is nothing to keep.
        store.journal.remove(document_id);
        return { saved_on: document.updated_on };
      }
      const { saved_on } = store.journal.put(document_id, { document_body, base_version_ids });
      return { saved_on };
    },

    rename(principal, { document_id, document_name }) {
      authorize(principal, 'document:write', aDocument(document_id));
      return update(principal, document_id, { document_name });
    },

    trash(principal, { document_id }) {
      authorize(principal, 'document:trash', aDocument(document_id));
      return update(principal, document_id, { trashed_on: new Date().toISOString() });
    },

    restore(principal, { document_id }) {
      authorize(principal, 'document:trash', aDocument(document_id));
      return update(principal, document_id, { trashed_on: null });
    },

    async keepJournals(principal, { documentIds, draft = true } = {}) {
      authorize(principal, 'document:write', aDocument(null));
      const actorId = actorOf(principal);
      let kept = 0;
      let failure: Error | null = null;
      for (const documentId of documentIds ?? library.store().journal.documentIds()) {
        try {
          if ((await saving.keepJournal(actorId, documentId, { draft })) !== null) kept += 1;
        } catch (error) {
          // The journal still has this one; the others must not suffer for it.
          failure ??= error as Error;
        }
      }
      if (failure !== null) throw failure;
      return kept;
    },
  };
}
