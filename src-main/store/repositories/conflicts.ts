import type { Conflict, Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import { firstBeside } from '../projection/document-versions.ts';
import type { Projector } from '../projection/projector.ts';
import type { LibraryStore } from '../types.ts';

export function createConflicts(
  replica: Connection<ReplicaTables>,
  projector: Projector,
): LibraryStore['conflicts'] {
  const conflicts = replica.query
    .selectFrom('conflicts')
    // By the log's clock: a machine's own may have been set back.
    .innerJoin('changes', 'changes.id', 'conflicts.id')
    .leftJoin('users', 'users.id', 'conflicts.created_by')
    .selectAll('conflicts')
    .select('users.name as author_name')
    .orderBy('changes.hlc')
    .orderBy('changes.id');

  function list(documentId: Id): readonly Conflict[] {
    return replica
      .all(conflicts.where('document_id', '=', documentId))
      .map((row) => ({ ...row, author_name: row.author_name ?? '' }));
  }

  return {
    list,

    view: (documentId) =>
      replica.read(() => {
        const [first, ...others] = list(documentId);
        if (first === undefined) return null;
        const found = firstBeside(projector.history('document', documentId));
        if (found === null) return null;
        const merged = found.shown.merged.map(({ id }) => id);
        return {
          ...first,
          regions: found.regions,
          base_version_ids: [...merged, first.id],
          others: others.length,
        };
      }),
  };
}
