import type { AutodocWithDocument, Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import {
  allDocuments,
  authorize,
  authorOf,
  may,
  aDocument,
  type Principal,
} from '../access/authorize.ts';
import { authorizeDocument, factsOf } from './document-access.ts';
import {
  draftProbabilities,
  type DraftProbabilitiesOptions,
} from './drafting/draft-probabilities.ts';
import type { DraftQueue } from './drafting/draft-queue.ts';
import type { DraftRunner } from './drafting/draft-runner.ts';
import type { LibraryHandle } from './library-handle.ts';
import type { AutodocsService } from './services.ts';

export interface AutodocsServiceOptions extends Omit<DraftProbabilitiesOptions, 'store'> {
  readonly library: LibraryHandle;
  readonly queue: DraftQueue;
  readonly runner: DraftRunner;
}

/** A message is no longer than a page of a list; the engine's status has the number of all. */
const maxQueueShown = 200;

export function createAutodocsService(options: AutodocsServiceOptions): AutodocsService {
  const { library, queue, runner, models, client, settings } = options;
  /** An autodoc of a document that the principal may do this to. */
  function find(
    principal: Principal,
    autodocId: Id,
    operation: 'document:read' | 'autodoc:cancel' = 'document:read',
  ): AutodocWithDocument {
    authorize(principal, 'document:list', allDocuments);
    const store = library.store();
    const autodoc = store.autodocs.get(autodocId);
    if (autodoc !== null) {
      authorizeDocument(principal, operation, store, autodoc.document_id);
      return autodoc;
    }
    throw new AppError('not_found', `There is no autodoc ${autodocId} in this library.`, {
      details: { id: autodocId },
    });
  }

  /** Those of documents that the principal may read; each document is looked at once. */
  function readable(
    principal: Principal,
    autodocs: readonly AutodocWithDocument[],
  ): readonly AutodocWithDocument[] {
    const store = library.store();
    const known = new Map<Id, boolean>();
    return autodocs.filter(({ document_id }) => {
      const document = known.has(document_id) ? null : store.documents.get(document_id);
      if (document !== null) {
        known.set(
          document_id,
          may(principal, 'document:read', aDocument(factsOf(store, document))),
        );
      }
      return known.get(document_id) === true;
    });
  }

  return {
    list(principal, { document_id }) {
      authorizeDocument(principal, 'document:read', library.store(), document_id);
      return library.store().autodocs.list(document_id);
    },

    listAll(principal) {
      authorize(principal, 'document:list', allDocuments);
      return readable(principal, library.store().autodocs.list());
    },

    show(principal, autodocId) {
      return find(principal, autodocId);
    },

    probabilities(principal, { autodoc_id, alternatives }) {
      const autodoc = find(principal, autodoc_id);
      const room = { store: library.store(), models, client, settings };
      return draftProbabilities(autodoc, alternatives, room);
    },

    queue(principal) {
      authorize(principal, 'document:list', allDocuments);
      return readable(principal, library.store().autodocs.queue({ limit: maxQueueShown }));
    },

    async draft(principal, { document_id }) {
      const store = library.store();
      const document = authorizeDocument(principal, 'autodoc:draft', store, document_id);
      const order = await queue.order(document.document_body);
      if (order === null) {
        throw new AppError(
          'prompt_empty',
          'There is no text to draft from. Write something first.',
        );
      }
      const autodoc = store.write(authorOf(principal), (transaction) => {
        const [only, ...others] = store.documents.shownVersionIds(document_id);
        // A text that was merged from several is no version yet, and a draft is made of one.
        const version =
          others.length === 0
            ? store.versions.get(only!)!
            : transaction.saveBody(document_id, store.documents.get(document_id)!.document_body, [
                only!,
                ...others,
              ]);
        return queue.place(transaction, order, version);
      });
      queue.announce(order, autodoc);
      return autodoc;
    },

    cancel(principal, { autodoc_id }) {
      find(principal, autodoc_id, 'autodoc:cancel');
      return runner.cancel(authorOf(principal), autodoc_id);
    },
  };
}
