import type { Id, Version, VersionWithBody } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables, VersionsTable } from '../database/schema.ts';
import type { JsonValue } from '../log/change.ts';
import type { ChangeReader } from '../log/change-log.ts';
import { timeOfId } from '../log/ids.ts';
import { notEntitled } from '../judging/judge.ts';
import { parseParents } from '../log/sqlite-change-reader.ts';
import type { DocumentField } from '../projection/entities.ts';
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

  // They have no rows of their own: what counts for nothing leaves nothing but its reason. Only
  // what members wrote apart: what forgers put into a log is nothing to read.
  const refused = replica.query
    .selectFrom('refusals')
    .innerJoin('changes', 'changes.id', 'refusals.id')
    .innerJoin('users', 'users.id', 'changes.actor_id')
    .select([
      'changes.id',
      'refusals.entity_id as document_id',
      'changes.parents',
      'changes.actor_id as created_by',
      'users.name as author_name',
      'refusals.reason as refused',
    ])
    .where('refusals.entity', '=', 'document')
    .where('changes.field', '=', 'document_body' satisfies DocumentField)
    .where('changes.value', 'is not', null)
    .where('refusals.reason', '=', notEntitled)
    .where('users.user_status', 'in', ['approved', 'suspended']);

  function withBody(version: Version): VersionWithBody {
    const value = log.value(version.id);
    if (value === null) {
      throw new AppError(
        'not_found',
        'The text of this version is not in this library: it was removed, or what it builds on ' +
          'has not arrived yet. The other versions are kept.',
        { details: { version_id: version.id } },
      );
    }
    return { ...version, document_body: textOr(JSON.parse(value) as JsonValue, '') };
  }

  return {
    find,

    get(versionId) {
      const version = find(versionId);
      return version === null ? null : withBody(version);
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

    getRefused(versionId) {
      const row = replica.first(refused.where('refusals.id', '=', versionId));
      return row === undefined ? null : withBody(toRefused(row));
    },

    listRefused: (documentId) =>
      replica
        .all(
          refused
            .where('refusals.entity_id', '=', documentId)
            .orderBy('changes.hlc', 'desc')
            .orderBy('changes.id', 'desc'),
        )
        .map(toRefused),
  };
}

type VersionRow = VersionsTable & { readonly author_name: string | null };

function toVersion(row: VersionRow): Version {
  return {
    ...row,
    author_name: row.author_name ?? '',
    parents: parseParents(row.parents),
    refused: null,
  };
}

function toRefused(row: Omit<VersionRow, 'created_on'> & { readonly refused: string }): Version {
  return { ...toVersion({ ...row, created_on: timeOfId(row.id) }), refused: row.refused };
}
