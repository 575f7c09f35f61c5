import type { DocumentFacts } from '../../access/authorize.ts';
import type { Id, UserStatus, UserType } from '../../contract/domain.ts';
import type { UserDeviceStatus } from '../../contract/people.ts';

export interface UserFacts {
  readonly user_type: UserType;
  readonly user_status: UserStatus;
}

export interface DeviceFacts {
  readonly id: Id;
  readonly user_id: Id;
  /** Ed25519, as SPKI in base64. */
  readonly public_key: string;
  readonly device_status: UserDeviceStatus;
}

/**
 * What a library says at a moment, as far as judging a change asks. Read from the derived
 * tables for a change that comes last, or from a replay of the log up to it: both must agree.
 */
export interface LibraryFacts {
  /** What an export of another library says of its own accounts has no effect in this one. */
  libraryId(): Id;
  /** Whether everything must be signed from here on. */
  accountsAreOn(): boolean;
  /**
   * Whether a change that stands before accounts were switched on was there when they were. What
   * came later and claims an earlier time was not.
   */
  wasThereBefore(change: { readonly replica_id: Id; readonly seq: number }): boolean;
  /** Whether an admin brought a change along with an import. */
  isVouchedFor(change: { readonly sha256: Uint8Array }): boolean;
  user(userId: Id): UserFacts | null;
  /** Whether an approved admin other than this user is left. */
  hasOtherAdmin(userId: Id): boolean;
  device(deviceId: Id): DeviceFacts | null;
  devicesOf(userId: Id): readonly DeviceFacts[];
  document(documentId: Id): DocumentFacts | null;
  documentOfVersion(versionId: Id): Id | null;
  documentOfRetention(retentionId: Id): Id | null;
  autodoc(autodocId: Id): { readonly created_by: Id; readonly document_id: Id | null } | null;
  comment(commentId: Id): { readonly created_by: Id; readonly document_id: Id } | null;
}
