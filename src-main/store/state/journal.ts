import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { StateTables } from '../database/schema.ts';
import type { LibraryStore } from '../types.ts';

/** Autosaved text, one entry for each document. It leaves with the save that makes it a version. */
export function createJournal(
  state: Connection<StateTables>,
  now: () => number,
): LibraryStore['journal'] {
  const { query } = state;
  return {
    put(documentId, entry) {
      const saved_on = new Date(now()).toISOString();
      const row = {
        base_version_ids: JSON.stringify(entry.base_version_ids),
        document_body: entry.document_body,
        saved_on,
      };
      state.run(
        query
          .insertInto('journal')
          .values({ document_id: documentId, ...row })
          .onConflict((conflict) => conflict.column('document_id').doUpdateSet(row)),
      );
      return { ...entry, saved_on };
    },

    get(documentId) {
      const row = state.first(
        query
          .selectFrom('journal')
          .select(['document_body', 'base_version_ids', 'saved_on'])
          .where('document_id', '=', documentId),
      );
      if (row === undefined) return null;
      return { ...row, base_version_ids: JSON.parse(row.base_version_ids) as readonly Id[] };
    },

    remove(documentId) {
      state.run(query.deleteFrom('journal').where('document_id', '=', documentId));
    },

    documentIds: () =>
      state
        .all(query.selectFrom('journal').select('document_id').orderBy('saved_on'))
        .map((row) => row.document_id),
  };
}
