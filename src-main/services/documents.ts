import {
  aDocument,
  allDocuments,
  allowedOperations,
  authorize,
  authorOf,
  may,
  memberOf,
  theLibrary,
  type Principal,
} from '../access/authorize.ts';
import { stepTargets } from '../access/rules.ts';
import type { SavedDocument } from '../contract/channels.ts';
import type { AutodocWithDocument, Document, DocumentOperation, Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import type { DocumentFields, LibraryStore } from '../store/types.ts';
import { authorizeDocument, factsOf, findDocument } from './document-access.ts';
import type { DraftQueue } from './drafting/draft-queue.ts';
import type { EventBus } from './event-bus.ts';
import type { LibraryHandle } from './library-handle.ts';
import { createPurge, type PurgeOptions } from './purge.ts';
import { retainEditor, visibleTo } from './retentions.ts';
import type { Saving } from './saving.ts';
import type { DocumentsService } from './services.ts';

export interface DocumentsServiceOptions {
  readonly library: LibraryHandle;
  readonly saving: Saving;
  readonly queue: DraftQueue;
  readonly events: EventBus;
  readonly eraseTraces: PurgeOptions['eraseTraces'];
}

export function createDocumentsService(options: DocumentsServiceOptions): DocumentsService {
  const { library, saving, queue, events } = options;

  function changed(documentId: Id): void {
    events.emit('store:changed', { documents: [documentId], everything: false });
  }

  function update(
    principal: Principal,
    operation: DocumentOperation,
    documentId: Id,
    fields: DocumentFields,
  ): Document {
    const store = library.store();
    authorizeDocument(principal, operation, store, documentId);
    const document = store.write(authorOf(principal), (transaction) =>
      transaction.updateDocument(documentId, fields),
    );
    changed(documentId);
    return document;
  }

  /** A new document is known to whoever made it, and its draft to the runner. */
  function begun(
    authorId: Id,
    order: Awaited<ReturnType<DraftQueue['order']>>,
    saved: Omit<SavedDocument, 'autodoc'> & { readonly autodoc: AutodocWithDocument | null },
  ): SavedDocument {
    const { id } = saved.document;
    library.store().seenVersions.put(authorId, id, saved.version.id);
    changed(id);
    if (order !== null && saved.autodoc !== null) queue.announce(order, saved.autodoc);
    return saved;
  }

  return {
    list(principal, query) {
      authorize(principal, 'document:list', allDocuments);
      const page = library.store().documents.list({ ...query, visible_to: visibleTo(principal) });
      const documents = page.documents.map((document) => ({
        ...document,
        allowed: allowedOperations(principal, document),
      }));
      return { ...page, documents };
    },

    open(principal, { document_id }) {
      const store = library.store();
      const document = authorizeDocument(principal, 'document:read', store, document_id);
      const facts = factsOf(store, document);
      const journal = store.journal.get(document_id);
      return {
        document,
        sponsor: store.users.get(document.created_by),
        editor: facts.editor_id === null ? null : store.users.get(facts.editor_id),
        allowed: allowedOperations(principal, facts),
        seen_version_id: store.seenVersions.get(memberOf(principal).id, document_id),
        head_version_ids: store.documents.headVersionIds(document_id),
        conflicts: store.conflicts.list(document_id),
        journal: isOthersOrNone(store, principal, journal, document) ? null : journal,
      };
    },

    async create(principal, { document_name, document_body, draft }) {
      authorize(principal, 'document:create', theLibrary);
      const author = authorOf(principal);
      const order = draft ? await queue.order(document_body) : null;
      const store = library.store();
      const saved = store.write(author, (transaction) => {
        const { document, version } = transaction.createDocument({ document_name, document_body });
        const autodoc = order === null ? null : queue.place(transaction, order, version);
        return { document, version, head_version_ids: [version.id], autodoc };
      });
      return begun(author.id, order, saved);
    },

    async commission(principal, { editor_id, hand_over, ...described }) {
      authorize(principal, 'document:create', theLibrary);
      const author = authorOf(principal);
      // A draft goes on from a text: where there is none yet, from the heading.
      const document_body =
        described.document_body.trim() === ''
          ? `# ${described.document_name}\n\n`
          : described.document_body;
      const order = await queue.order(document_body);
      const store = library.store();
      const saved = store.write(author, (transaction) => {
        const { document, version } = transaction.createDocument({ ...described, document_body });
        const autodoc = order === null ? null : queue.place(transaction, order, version);
        if (editor_id !== null) {
          retainEditor(store, transaction, factsOf(store, document), editor_id, hand_over);
        }
        return { version, head_version_ids: [version.id], autodoc };
      });
      // Read anew: retaining somebody has changed it.
      const document = findDocument(store, saved.version.document_id);
      return begun(author.id, order, { ...saved, document });
    },

    save: (principal, text) => saving.save(principal, text),

    autosave(principal, { document_id, document_body, base_version_ids }) {
      const store = library.store();
      const document = authorizeDocument(principal, 'document:write', store, document_id);
      if (document_body === document.document_body) {
        // Typed and taken back: there is nothing to keep.
        store.journal.remove(document_id);
        return { saved_on: document.updated_on };
      }
      const { saved_on } = store.journal.put(document_id, { document_body, base_version_ids });
      return { saved_on };
    },

    rename: (principal, { document_id, document_name }) =>
      update(principal, 'document:describe', document_id, { document_name }),

    describe: (principal, { document_id, ...fields }) =>
      update(principal, 'document:describe', document_id, defined(fields)),

    step(principal, { document_id, step, from, hand_over }) {
      const store = library.store();
      authorizeDocument(principal, 'document:read', store, document_id);
      const document_state = stepTargets[step];
      const document = store.write(authorOf(principal), (transaction) => {
        const facts = factsOf(store, findDocument(store, document_id));
        if (facts.document_state !== from) {
          throw new AppError(
            'stale_state',
            `Somebody has moved this document on meanwhile: it is ${facts.document_state.replaceAll('_', ' ')} ` +
              'now. Nothing was changed. Look at it and decide again.',
            { details: { document_state: facts.document_state } },
          );
        }
        authorize(principal, `document:${step}`, aDocument(facts));
        const note = { document_id, thread_id: null, anchor: null, document_state };
        const handOver = (): void => {
          if (hand_over !== '') transaction.createComment({ ...note, comment_body: hand_over });
        };
        // Nobody comments on what is archived: the note comes before it, or after it is not.
        if (step === 'archive') handOver();
        const moved = transaction.updateDocument(document_id, {
          document_state,
          // What comes apart from these opens the review again.
          ...(step === 'approve' && {
            approved_versions: store.documents.headVersionIds(document_id),
          }),
        });
        if (step !== 'archive') handOver();
        return moved;
      });
      changed(document_id);
      return document;
    },

    purge: createPurge({ library, events, eraseTraces: options.eraseTraces }),

    'mark-seen'(principal, { document_id, version_id }) {
      const store = library.store();
      authorizeDocument(principal, 'document:read', store, document_id);
      if (store.versions.get(version_id)?.document_id !== document_id) {
        throw new AppError('not_found', `There is no version ${version_id} of this document.`);
      }
      store.seenVersions.put(memberOf(principal).id, document_id, version_id);
      return null;
    },

    trash: (principal, { document_id }) =>
      update(principal, 'document:trash', document_id, { trashed_on: new Date().toISOString() }),

    restore: (principal, { document_id }) =>
      update(principal, 'document:trash', document_id, { trashed_on: null }),

    async keepJournals(principal, { documentIds, draft = true } = {}) {
      authorize(principal, 'document:list', allDocuments);
      const store = library.store();
      let kept = 0;
      let failure: Error | null = null;
      for (const documentId of documentIds ?? store.journal.documentIds()) {
        try {
          // What another user typed at this machine stays theirs.
          const facts = factsOf(store, findDocument(store, documentId));
          if (!may(principal, 'document:write', aDocument(facts))) continue;
          if ((await saving.keepJournal(principal, documentId, { draft })) !== null) kept += 1;
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

/** Autosaved text is offered to who may go on with it. */
function isOthersOrNone(
  store: LibraryStore,
  principal: Principal,
  journal: { readonly document_body: string } | null,
  document: Document,
): boolean {
  const mayWrite = may(principal, 'document:write', aDocument(factsOf(store, document)));
  return !mayWrite || journal?.document_body === document.document_body;
}

/** Without what was not given: a field that is set to undefined is not to be set. */
function defined(fields: {
  readonly [Name in keyof DocumentFields]?: DocumentFields[Name] | undefined;
}): DocumentFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
