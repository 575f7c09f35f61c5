import type { Connection } from '../database/connection.ts';
import type { StateTables } from '../database/schema.ts';
import type { LibraryStore } from '../types.ts';

export function createSeenVersions(state: Connection<StateTables>): LibraryStore['seenVersions'] {
  const { query } = state;
  return {
    get: (userId, documentId) =>
      state.first(
        query
          .selectFrom('seen_versions')
          .select('version_id')
          .where('user_id', '=', userId)
          .where('document_id', '=', documentId),
      )?.version_id ?? null,

    put(user_id, document_id, version_id) {
      state.run(query.replaceInto('seen_versions').values({ user_id, document_id, version_id }));
    },
  };
}
