import { aComment, authorize, authorOf } from '../access/authorize.ts';
import type { Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import type { Comment } from '../contract/work.ts';
import type { CommentFields } from '../store/types.ts';
import { authorizeDocument } from './document-access.ts';
import type { EventBus } from './event-bus.ts';
import type { LibraryHandle } from './library-handle.ts';
import type { Principal } from '../access/authorize.ts';
import type { Room } from './services.ts';

export interface CommentsServiceOptions {
  readonly library: LibraryHandle;
  readonly events: EventBus;
}

export function createCommentsService(options: CommentsServiceOptions): Room<'comments'> {
  const { library, events } = options;

  function changed(documentId: Id): void {
    events.emit('store:changed', { documents: [documentId], everything: false });
  }

  /** A comment on a document that the principal may read. */
  function find(principal: Principal, commentId: Id): Comment {
    const store = library.store();
    const comment = store.comments.get(commentId);
    if (comment === null) {
      throw new AppError('not_found', `There is no comment ${commentId} in this library.`, {
        details: { id: commentId },
      });
    }
    authorizeDocument(principal, 'document:read', store, comment.document_id);
    return comment;
  }

  function update(principal: Principal, comment: Comment, fields: CommentFields): void {
    library
      .store()
      .write(authorOf(principal), (transaction) => transaction.updateComment(comment.id, fields));
    changed(comment.document_id);
  }

  return {
    list(principal, { document_id }) {
      const store = library.store();
      authorizeDocument(principal, 'document:read', store, document_id);
      return store.comments.list(document_id);
    },

    write(principal, { document_id, thread_id, comment_body, anchor }) {
      const store = library.store();
      authorizeDocument(principal, 'comment:write', store, document_id);
      if (thread_id !== null) requireThread(find(principal, thread_id), document_id);
      if (anchor !== null && store.versions.get(anchor.version_id)?.document_id !== document_id) {
        throw new AppError('invalid_input', 'The comment is about a text of another document.');
      }
      const comment = store.write(authorOf(principal), (transaction) =>
        transaction.createComment({
          ...{ document_id, thread_id, comment_body, anchor },
          document_state: null,
        }),
      );
      changed(document_id);
      return comment;
    },

    edit(principal, { comment_id, comment_body }) {
      const comment = find(principal, comment_id);
      authorize(principal, 'comment:manage', aComment(comment_id, comment.created_by));
      update(principal, comment, { comment_body });
      return find(principal, comment_id);
    },

    resolve(principal, { comment_id, is_resolved }) {
      const comment = find(principal, comment_id);
      authorizeDocument(principal, 'comment:write', library.store(), comment.document_id);
      update(principal, comment, { is_resolved });
      return find(principal, comment_id);
    },

    remove(principal, { comment_id }) {
      const comment = find(principal, comment_id);
      authorize(principal, 'comment:manage', aComment(comment_id, comment.created_by));
      update(principal, comment, { removed_on: new Date().toISOString() });
      return null;
    },
  };
}

/** Answers hang on the comment that began a thread, never on each other. */
function requireThread(thread: Comment, documentId: Id): void {
  if (thread.document_id === documentId && thread.thread_id === null) return;
  throw new AppError('invalid_input', 'This is not a thread of this document.', {
    details: { thread_id: thread.id },
  });
}
