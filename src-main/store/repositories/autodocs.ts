import type {
  AutodocState,
  AutodocWithDocument,
  Candidate,
  DraftParameters,
  Id,
} from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { AutodocsTable, ReplicaTables } from '../database/schema.ts';
import { autodocRequest } from '../projection/entities.ts';
import type { QueuedElsewhere } from '../state/queued-elsewhere.ts';
import type { LibraryStore } from '../types.ts';

export function createAutodocs(
  replica: Connection<ReplicaTables>,
  ownReplicaIds: () => readonly Id[],
  elsewhere: QueuedElsewhere,
): LibraryStore['autodocs'] {
  const autodocs = replica.query
    .selectFrom('autodocs')
    .innerJoin('revisions', 'revisions.autodoc_id', 'autodocs.id')
    .selectAll('autodocs')
    .select('revisions.document_id');

  // The replica that asked for a draft writes it; the log knows which one that was.
  const allQueued = replica.query
    .selectFrom('autodocs')
    .innerJoin('revisions', 'revisions.autodoc_id', 'autodocs.id')
    .innerJoin('changes', (join) =>
      join
        .onRef('changes.entity_id', '=', 'autodocs.id')
        .on('changes.entity', '=', 'autodoc')
        .on('changes.field', '=', autodocRequest),
    )
    .where('autodoc_state', '=', 'queued');
  const queue = () => allQueued.where('changes.replica_id', 'in', [...ownReplicaIds()]);

  return {
    get(autodocId) {
      const row = replica.first(autodocs.where('autodocs.id', '=', autodocId));
      return row === undefined ? null : toAutodoc(row);
    },

    list(documentId) {
      const newestFirst = autodocs
        .orderBy('autodocs.created_on', 'desc')
        .orderBy('autodocs.id', 'desc');
      return replica
        .all(
          documentId === undefined
            ? newestFirst
            : newestFirst.where('revisions.document_id', '=', documentId),
        )
        .map(toAutodoc);
    },

    tokenIds(autodocId) {
      const row = replica.first(
        replica.query.selectFrom('autodocs').select('token_ids').where('id', '=', autodocId),
      );
      return row === undefined ? [] : (JSON.parse(row.token_ids) as readonly number[]);
    },

    queue({ limit, createdBy } = {}) {
      let queued = queue().selectAll('autodocs').select('revisions.document_id');
      if (createdBy !== undefined) queued = queued.where('autodocs.created_by', 'in', createdBy);
      const inOrder = queued.orderBy('autodocs.created_on').orderBy('autodocs.id');
      return replica.all(limit === undefined ? inOrder : inOrder.limit(limit)).map(toAutodoc);
    },

    queuedElsewhere({ waitedMs }) {
      const queued = replica.all(
        allQueued
          .where('changes.replica_id', 'not in', [...ownReplicaIds()])
          .selectAll('autodocs')
          .select('revisions.document_id')
          .orderBy('autodocs.created_on')
          .orderBy('autodocs.id'),
      );
      const ids = new Set(queued.map(({ id }) => id));
      const waited = elsewhere.seenFor([...ids], waitedMs);
      return queued.filter(({ id }) => waited.has(id)).map(toAutodoc);
    },

    queueLength: () =>
      replica.first(queue().select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0,

    queuedBy: () =>
      replica
        .all(queue().select('autodocs.created_by').distinct())
        .map(({ created_by }) => created_by),
  };
}

/** The projection lets no other state into the table, and writes the JSON itself. */
function toAutodoc({
  token_ids: _tokenIds,
  ...row
}: AutodocsTable & { document_id: Id }): AutodocWithDocument {
  return {
    ...row,
    candidates: JSON.parse(row.candidates) as readonly Candidate[],
    autodoc_state: row.autodoc_state as AutodocState,
    parameters: JSON.parse(row.parameters) as DraftParameters,
  };
}
