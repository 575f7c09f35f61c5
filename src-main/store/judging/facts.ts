import type { DocumentFacts } from '../../access/authorize.ts';
import type { Id, UserStatus, UserType } from '../../contract/domain.ts';
import type { UserDeviceStatus } from '../../contract/people.ts';
import type { JudgedChange } from './judged-change.ts';

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

export interface AutodocFacts {
  readonly created_by: Id;
  readonly document_id: Id | null;
}

export interface CommentFacts {
  readonly created_by: Id;
  readonly document_id: Id;
}

/**
 * What a library says at a moment, as far as judging a change asks. Read from the derived
 * tables for a change that comes last, or from a replay of the log up to it: both must agree.
 *
 * A comment or autodoc whose document was purged may have lost what says whose it is: `emptied`.
 * It has no effect any more, whoever writes to it.
 */
export interface LibraryFacts {
  /** What an export of another library says of its own accounts has no effect in this one. */
  libraryId(): Id;
  /** Whether everything must be signed from here on. */
  accountsAreOn(): boolean;
  /** Whether no other change is known as the one that switched accounts on. */
  isFreeToSwitch(changeId: Id): boolean;
  /** Whether a change claims to be older than the accounts, and was not there when they came. */
  isBackdated(change: JudgedChange): boolean;
  /** Whether an admin brought a change along with an import. */
  isVouchedFor(change: { readonly sha256: Uint8Array }): boolean;
  isSigned(change: JudgedChange, publicKey: string): boolean;
  /** Whether the id of something new says that another user made it. */
  isAnothersId(id: Id, userId: Id): boolean;
  /** Whether a machine's id says that it was made for the key of a machine that is in the log. */
  isMachinesId(deviceId: Id): boolean;
  user(userId: Id): UserFacts | null;
  /** Whether an approved admin other than this user is left. */
  hasOtherAdmin(userId: Id): boolean;
  device(deviceId: Id): DeviceFacts | null;
  /** By their ids. */
  devicesOf(userId: Id): readonly DeviceFacts[];
  document(documentId: Id): DocumentFacts | null;
  isPurged(documentId: Id): boolean;
  documentOfVersion(versionId: Id): Id | null;
  documentOfRetention(retentionId: Id): Id | null;
  autodoc(autodocId: Id): AutodocFacts | 'emptied' | null;
  comment(commentId: Id): CommentFacts | 'emptied' | null;
}
