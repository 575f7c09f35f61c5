import { authorOf, memberOf, type DocumentFacts, type Principal } from '../access/authorize.ts';
import { retainedState, unretainedState } from '../access/rules.ts';
import type { Id, Retention } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import type { LibraryStore, StoreTransaction } from '../store/types.ts';
import { authorizeDocument, factsOf } from './document-access.ts';
import type { EventBus } from './event-bus.ts';
import type { LibraryHandle } from './library-handle.ts';
import type { Room } from './services.ts';

export interface RetentionsServiceOptions {
  readonly library: LibraryHandle;
  readonly events: EventBus;
}

export function createRetentionsService(options: RetentionsServiceOptions): Room<'retentions'> {
  const { library, events } = options;
  return {
    list(principal, { document_id }) {
      const store = library.store();
      authorizeDocument(principal, 'document:read', store, document_id);
      return store.retentions.list(document_id);
    },

    retain(principal, { document_id, editor_id, hand_over }) {
      const store = library.store();
      authorizeDocument(principal, 'document:retain', store, document_id);
      const retention = store.write(authorOf(principal), (transaction) => {
        // Looked at within the transaction: it may have been handed on since.
        const document = authorizeDocument(principal, 'document:retain', store, document_id);
        return retainEditor(store, transaction, factsOf(store, document), editor_id, hand_over);
      });
      events.emit('store:changed', { documents: [document_id], everything: false });
      return retention;
    },
  };
}

/** Ends the retention there is and begins another, with the state and the note that go with it. */
export function retainEditor(
  store: LibraryStore,
  transaction: StoreTransaction,
  document: DocumentFacts,
  editorId: Id | null,
  handOver: string,
): Retention | null {
  if (editorId === document.editor_id) return store.retentions.present(document.id);
  if (editorId !== null) requireEditor(store, editorId);
  const present = store.retentions.present(document.id);
  if (present !== null) transaction.endRetention(present.id, new Date().toISOString());
  const retention =
    editorId === null
      ? null
      : transaction.retain({
          sponsor_id: document.created_by,
          editor_id: editorId,
          document_id: document.id,
        });
  const document_state = editorId === null ? unretainedState : retainedState;
  transaction.updateDocument(document.id, { document_state });
  if (handOver !== '') {
    transaction.createComment({
      ...{ document_id: document.id, thread_id: null, anchor: null },
      ...{ document_state, comment_body: handOver },
    });
  }
  return retention;
}

/** The user whose documents alone a principal sees; null for who sees all. */
export function visibleTo(principal: Principal): Id | null {
  const { id, user_type } = memberOf(principal);
  return principal.kind === 'owner' || user_type === 'admin' ? null : id;
}

function requireEditor(store: LibraryStore, userId: Id): void {
  const user = store.users.get(userId);
  if (user?.user_type === 'editor' && user.user_status === 'approved') return;
  throw new AppError(
    'invalid_input',
    user === null
      ? 'There is no such editor in this library. Nothing was changed.'
      : `${user.name.slice(0, 100)} is not an approved editor. Nothing was changed. Choose another one.`,
    { details: { editor_id: userId } },
  );
}
