import type { Id, Version } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables, VersionsTable } from '../database/schema.ts';
import type { JsonValue } from '../log/change.ts';
import type { ChangeReader } from '../log/change-log.ts';
import { textOr } from '../projection/field-readers.ts';
import type { LibraryStore } from '../types.ts';

export type StoredVersions = LibraryStore['versions'] & {
  /** A version without its body. */
  find(versionId: Id): Version | null;
};

export function createVersions(
  replica: Connection<ReplicaTables>,
  log: ChangeReader,
): StoredVersions {
  const versions = replica.query
    .selectFrom('versions')
    .leftJoin('users', 'users.id', 'versions.created_by')
    .selectAll('versions')
    .select('users.name as author_name');

  function find(versionId: Id): Version | null {
    const row = replica.first(versions.where('versions.id', '=', versionId));
    return row === undefined ? null : toVersion(row);
  }

  return {
    find,

    get(versionId) {
      const version = find(versionId);
      if (version === null) return null;
      const value = log.value(versionId);
      if (value === null) {
        throw new AppError(
          'not_found',
          'The text of this version is not in this library: it was removed, or what it builds on ' +
            'has not arrived yet. The other versions are kept.',
          { details: { version_id: versionId } },
        );
      }
      return { ...version, document_body: textOr(JSON.parse(value) as JsonValue, '') };
    },

    // By the log's clock: a machine's own may have been set back between two saves.
    list: (documentId) =>
      replica
        .all(
          versions
            .innerJoin('changes', 'changes.id', 'versions.id')
            .where('document_id', '=', documentId)
            .orderBy('changes.hlc', 'desc')
            .orderBy('changes.id', 'desc'),
        )
        .map(toVersion),
  };
}

function toVersion(row: VersionsTable & { author_name: string | null }): Version {
  return {
    ...row,
    author_name: row.author_name ?? '',
    parents: JSON.parse(row.parents) as readonly Id[],
  };
}
