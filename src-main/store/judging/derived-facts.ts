import type { DocumentState, Id, UserStatus, UserType } from '../../contract/domain.ts';
import type { UserDeviceStatus } from '../../contract/people.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables, UserDevicesTable } from '../database/schema.ts';
import { readIdentity } from '../library-identity.ts';
import { isMadeBy } from '../log/maker-ids.ts';
import { autodocRequest, commentContent } from '../projection/entities.ts';
import type { DeviceFacts, LibraryFacts } from './facts.ts';
import type { JudgingRoom } from './judging-room.ts';
import { isAnothersId } from './makers.ts';
import { isSignedBy } from './signatures.ts';

/** What the log would say of what a purge took out of the derived tables. */
export interface HiddenFacts {
  /** Whether a change to this field counts, before those that are being judged. */
  hasCounted(entity: string, entityId: Id, field: string): boolean;
  document(documentId: Id): { readonly created_by: Id; readonly document_state: string } | null;
  /** Null, too, where its request was emptied. */
  autodoc(autodocId: Id): { readonly created_by: Id; readonly version_id: Id } | null;
}

/** What the derived tables say: the library as it is before a change that comes last. */
export function createDerivedFacts(
  replica: Connection<ReplicaTables>,
  room: () => Pick<JudgingRoom, 'pinnedSwitch' | 'signatures'>,
  hidden: HiddenFacts,
): LibraryFacts {
  const { query } = replica;
  const devices = query.selectFrom('user_devices').selectAll('user_devices');

  let known: Id | null = null;
  const libraryId = (): Id => (known ??= readIdentity(replica).library_id);

  return {
    libraryId,

    accountsAreOn: () => accountsAreOn(replica, libraryId()),

    isFreeToSwitch(changeId) {
      const pin = room().pinnedSwitch();
      return pin === null || pin.change_id === changeId;
    },

    // Whatever comes last comes now, and an import is judged with the whole log.
    isBackdated: () => false,
    isVouchedFor: () => false,

    isSigned: ({ sha256, signature }, publicKey) =>
      isSignedBy(publicKey, sha256, signature, room().signatures),

    isAnothersId(id, userId) {
      const users = query.selectFrom('changes').select('entity_id').distinct();
      // Asked for only where it is not simply theirs.
      return (
        !isMadeBy(userId, id) &&
        isAnothersId(
          id,
          userId,
          replica.all(users.where('entity', '=', 'user')).map(({ entity_id }) => entity_id),
        )
      );
    },

    isMachinesId(deviceId) {
      const row = replica.first(devices.where('id', '=', deviceId));
      return row !== undefined && isMadeBy(row.public_key, deviceId);
    },

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
      const row =
        replica.first(
          query
            .selectFrom('documents')
            .select(['created_by', 'document_state'])
            .where('id', '=', documentId),
        ) ?? (isPurged(documentId) ? hidden.document(documentId) : null);
      if (row === null) return null;
      return {
        id: documentId,
        created_by: row.created_by,
        document_state: row.document_state as DocumentState,
        editor_id: presentEditor(documentId),
      };
    },

    isPurged,
    documentOfVersion,

    documentOfRetention: (retentionId) =>
      replica.first(
        query.selectFrom('retentions').select('document_id').where('id', '=', retentionId),
      )?.document_id ?? null,

    autodoc(autodocId) {
      // A second outcome has a row of its own under its change's id: nobody asked for that one.
      if (!hidden.hasCounted('autodoc', autodocId, autodocRequest)) return null;
      const row =
        replica.first(
          query
            .selectFrom('autodocs')
            .select(['created_by', 'version_id'])
            .where('id', '=', autodocId),
        ) ?? hidden.autodoc(autodocId);
      if (row === null) return 'emptied';
      return { created_by: row.created_by, document_id: documentOfVersion(row.version_id) };
    },

    comment(commentId) {
      const row = replica.first(
        query
          .selectFrom('comments')
          .select(['created_by', 'document_id'])
          .where('id', '=', commentId),
      );
      if (row !== undefined) return row;
      return hidden.hasCounted('comment', commentId, commentContent) ? 'emptied' : null;
    },
  };

  function isPurged(documentId: Id): boolean {
    const purges = query.selectFrom('purges').select('id');
    return replica.first(purges.where('id', '=', documentId)) !== undefined;
  }

  /** Asked of the log where the table does not know it: those of a purged document are gone from it. */
  function documentOfVersion(versionId: Id): Id | null {
    const versions = query.selectFrom('versions').select('document_id');
    const row = replica.first(versions.where('id', '=', versionId));
    if (row !== undefined) return row.document_id;
    const change = replica.first(
      query
        .selectFrom('changes')
        .select('entity_id')
        .where('id', '=', versionId)
        .where('entity', '=', 'document')
        .where('field', '=', 'document_body')
        .where('id', 'not in', query.selectFrom('refusals').select('id')),
    );
    return change?.entity_id ?? null;
  }

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

/** Whether a library asks for signatures, by its derived tables. */
export function accountsAreOn(replica: Connection<ReplicaTables>, libraryId: Id): boolean {
  const accounts = replica.query.selectFrom('accounts').select('id');
  return replica.first(accounts.where('id', '=', libraryId)) !== undefined;
}

function toFacts({ id, user_id, public_key, device_status }: UserDevicesTable): DeviceFacts {
  return { id, user_id, public_key, device_status: device_status as UserDeviceStatus };
}
