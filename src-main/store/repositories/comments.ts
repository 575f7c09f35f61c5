import type { DocumentState } from '../../contract/domain.ts';
import type { Comment, CommentAnchor } from '../../contract/work.ts';
import type { Connection } from '../database/connection.ts';
import type { CommentsTable, ReplicaTables } from '../database/schema.ts';
import type { LibraryStore } from '../types.ts';

export function createComments(replica: Connection<ReplicaTables>): LibraryStore['comments'] {
  const comments = replica.query
    .selectFrom('comments')
    .leftJoin('users', 'users.id', 'comments.created_by')
    .selectAll('comments')
    .select('users.name as author_name');
  return {
    get(commentId) {
      const row = replica.first(
        comments.where('comments.id', '=', commentId).where('removed_on', 'is', null),
      );
      return row === undefined ? null : toComment(row);
    },

    list: (documentId) =>
      replica
        .all(
          comments
            .where('comments.document_id', '=', documentId)
            .where('removed_on', 'is', null)
            .orderBy('comments.created_on')
            .orderBy('comments.id'),
        )
        .map(toComment),
  };
}

/** The projection lets no other state into the table, and writes the JSON itself. */
function toComment({
  removed_on: _removedOn,
  ...row
}: CommentsTable & { author_name: string | null }): Comment {
  return {
    ...row,
    author_name: row.author_name ?? '',
    anchor: row.anchor === null ? null : (JSON.parse(row.anchor) as CommentAnchor),
    document_state: row.document_state as DocumentState | null,
  };
}
