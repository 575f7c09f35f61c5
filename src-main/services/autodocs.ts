import type { AutodocWithDocument, Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import { actorOf, aDocument, anAutodoc, authorize } from './access.ts';
import {
  draftProbabilities,
  type DraftProbabilitiesOptions,
} from './drafting/draft-probabilities.ts';
import type { DraftQueue } from './drafting/draft-queue.ts';
import type { DraftRunner } from './drafting/draft-runner.ts';
import type { LibraryHandle } from './library-handle.ts';
import { findDocument } from './saving.ts';
import type { AutodocsService } from './services.ts';

export interface AutodocsServiceOptions extends Omit<DraftProbabilitiesOptions, 'store'> {
  readonly library: LibraryHandle;
  readonly queue: DraftQueue;
  readonly runner: DraftRunner;
}

export function createAutodocsService(options: AutodocsServiceOptions): AutodocsService {
  const { library, queue, runner, models, client, settings } = options;
  function find(autodocId: Id): AutodocWithDocument {
    const autodoc = library.store().autodocs.get(autodocId);
    if (autodoc !== null) return autodoc;
    throw new AppError('not_found', `There is no autodoc ${autodocId} in this library.`, {
      details: { id: autodocId },
    });
  }

  return {
    list(principal, { document_id }) {
      authorize(principal, 'document:read', aDocument(document_id));
      findDocument(library.store(), document_id);
      return library.store().autodocs.list(document_id);
    },

    listAll(principal) {
      authorize(principal, 'document:read', aDocument(null));
      return library.store().autodocs.list();
    },

    show(principal, autodocId) {
      authorize(principal, 'document:read', anAutodoc(autodocId));
      return find(autodocId);
    },

    probabilities(principal, { autodoc_id, alternatives }) {
      authorize(principal, 'document:read', anAutodoc(autodoc_id));
      const store = library.store();
      const room = { store, models, client, settings };
      return draftProbabilities(find(autodoc_id), alternatives, room);
    },

    queue(principal) {
      authorize(principal, 'document:read', aDocument(null));
      return library.store().autodocs.queue();
    },

    async draft(principal, { document_id }) {
      authorize(principal, 'autodoc:draft', aDocument(document_id));
      const actorId = actorOf(principal);
      const store = library.store();
      findDocument(store, document_id);
      const version = store.versions.get(store.documents.headVersionIds(document_id)[0]!)!;
      const order = await queue.order(version.document_body);
      if (order === null) {
        throw new AppError(
          'prompt_empty',
          'There is no text to draft from. Write something first.',
        );
      }
      const autodoc = store.write(actorId, (transaction) =>
        queue.place(transaction, order, version),
      );
      queue.announce(order, autodoc);
      return autodoc;
    },

    cancel(principal, { autodoc_id }) {
      authorize(principal, 'autodoc:cancel', anAutodoc(autodoc_id));
      return runner.cancel(actorOf(principal), autodoc_id);
    },
  };
}
