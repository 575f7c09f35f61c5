import type { DocumentState, Id, UserStatus, UserType } from '../../contract/domain.ts';
import type { UserDeviceStatus } from '../../contract/people.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables, UserDevicesTable } from '../database/schema.ts';
import { readIdentity } from '../library-identity.ts';
import type { DeviceFacts, LibraryFacts } from './facts.ts';

/** What the derived tables say: the library as it is before a change that comes last. */
export function createDerivedFacts(replica: Connection<ReplicaTables>): LibraryFacts {
  const { query } = replica;
  const devices = query.selectFrom('user_devices').selectAll('user_devices');

  let known: Id | null = null;
  const libraryId = (): Id => (known ??= readIdentity(replica).library_id);

  return {
    libraryId,

    accountsAreOn: () =>
      replica.first(query.selectFrom('accounts').select('id').where('id', '=', libraryId())) !==
      undefined,

    // Whatever comes last comes now, and an import has everything judged anew.
    wasThereBefore: () => true,
    isVouchedFor: () => false,

    user(userId) {
      const row = replica.first(
        query.selectFrom('users').select(['user_type', 'user_status']).where('id', '=', userId),
      );
      // The projection lets no other type or status into the table.
      return row === undefined
        ? null
        : {
            user_type: row.user_type as UserType,
            user_status: row.user_status as UserStatus,
          };
    },

    hasOtherAdmin: (userId) =>
      replica.first(
        query
          .selectFrom('users')
          .select('id')
          .where('user_type', '=', 'admin')
          .where('user_status', '=', 'approved')
          .where('id', '!=', userId)
          .limit(1),
      ) !== undefined,

    device(deviceId) {
      const row = replica.first(devices.where('id', '=', deviceId));
      return row === undefined ? null : toFacts(row);
    },

    devicesOf: (userId) =>
      replica.all(devices.where('user_id', '=', userId).orderBy('id')).map(toFacts),

    document(documentId) {
      const row = replica.first(
        query
          .selectFrom('documents')
          .select(['id', 'created_by', 'document_state'])
          .where('id', '=', documentId),
      );
      if (row === undefined) return null;
      return {
        id: row.id,
        created_by: row.created_by,
        document_state: row.document_state as DocumentState,
        editor_id: presentEditor(documentId),
      };
    },

    documentOfVersion: (versionId) =>
      replica.first(query.selectFrom('versions').select('document_id').where('id', '=', versionId))
        ?.document_id ?? null,

    documentOfRetention: (retentionId) =>
      replica.first(
        query.selectFrom('retentions').select('document_id').where('id', '=', retentionId),
      )?.document_id ?? null,

    autodoc(autodocId) {
      const row = replica.first(
        query
          .selectFrom('autodocs')
          .leftJoin('versions', 'versions.id', 'autodocs.version_id')
          .select(['autodocs.created_by', 'versions.document_id'])
          .where('autodocs.id', '=', autodocId),
      );
      return row ?? null;
    },

    comment: (commentId) =>
      replica.first(
        query
          .selectFrom('comments')
          .select(['created_by', 'document_id'])
          .where('id', '=', commentId),
      ) ?? null,
  };

  function presentEditor(documentId: Id): Id | null {
    const row = replica.first(
      query
        .selectFrom('retentions')
        .select('editor_id')
        .where('document_id', '=', documentId)
        .where('ended_on', 'is', null)
        .orderBy('id', 'desc')
        .limit(1),
    );
    return row?.editor_id ?? null;
  }
}

function toFacts({ id, user_id, public_key, device_status }: UserDevicesTable): DeviceFacts {
  return { id, user_id, public_key, device_status: device_status as UserDeviceStatus };
}
