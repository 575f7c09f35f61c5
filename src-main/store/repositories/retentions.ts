import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { LibraryStore } from '../types.ts';

export function createRetentions(replica: Connection<ReplicaTables>): LibraryStore['retentions'] {
  const { query } = replica;
  const retentions = query.selectFrom('retentions').selectAll();
  return {
    get: (retentionId: Id) => replica.first(retentions.where('id', '=', retentionId)) ?? null,

    present: (documentId: Id) =>
      replica.first(
        retentions
          .where('document_id', '=', documentId)
          .where('ended_on', 'is', null)
          .orderBy('id', 'desc'),
      ) ?? null,

    list: (documentId: Id) =>
      replica
        .all(
          query
            .selectFrom('retentions')
            .leftJoin('users as sponsor', 'sponsor.id', 'retentions.sponsor_id')
            .leftJoin('users as editor', 'editor.id', 'retentions.editor_id')
            .selectAll('retentions')
            .select(['sponsor.name as sponsor_name', 'editor.name as editor_name'])
            .where('document_id', '=', documentId)
            .orderBy('retentions.id', 'desc'),
        )
        .map((row) => ({
          ...row,
          sponsor_name: row.sponsor_name ?? '',
          editor_name: row.editor_name ?? '',
        })),
  };
}
