import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { LibraryStore } from '../types.ts';

export function createRetentions(replica: Connection<ReplicaTables>): LibraryStore['retentions'] {
  const retentions = replica.query.selectFrom('retentions').selectAll();
  return {
    get: (retentionId: Id) => replica.first(retentions.where('id', '=', retentionId)) ?? null,
    list: (documentId: Id) =>
      replica.all(retentions.where('document_id', '=', documentId).orderBy('id', 'desc')),
  };
}
