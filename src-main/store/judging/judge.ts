import {
  aComment,
  aDocument,
  allUsers,
  aUser,
  aUserDevice,
  may,
  stranger,
  theLibrary,
  type Principal,
  type Subject,
} from '../../access/authorize.ts';
import { retainedState, stepTargets, unretainedState, type Operation } from '../../access/rules.ts';
import type { Id, User } from '../../contract/domain.ts';
import { registrableTypes } from '../../contract/people.ts';
import { documentSteps } from '../../contract/work.ts';
import type { JsonValue } from '../log/change.ts';
import { objectOrEmpty, textOr } from '../projection/field-readers.ts';
import {
  autodocOutcome,
  autodocRequest,
  commentBody,
  commentContent,
  commentRemoval,
  commentResolution,
  documentFields,
  importedChanges,
  libraryAccounts,
  replicaName,
  retentionEnd,
  retentionTerms,
  revisionTie,
  userDeviceKey,
  userDeviceStatus,
  userFields,
} from '../projection/entities.ts';
import type { DeviceFacts, LibraryFacts } from './facts.ts';
import { isSignedBy } from './signatures.ts';

/*
 * Whether a change counts. While a library is open, everything does. From the change that
 * switches accounts on, a change must be signed by a machine of its author, and the table of
 * who may do what must allow its author what it does, at the moment in the log where it stands.
 * A change that does not count stays in the log and has no effect, on every machine alike.
 */

export interface JudgedChange {
  readonly actor_id: Id;
  readonly replica_id: Id;
  readonly seq: number;
  readonly entity: string;
  readonly entity_id: Id;
  readonly field: string;
  readonly sha256: Uint8Array;
  readonly signature: Uint8Array | null;
  /** What it sets; undefined where that is not known here. Decoded when asked for. */
  readonly value: () => JsonValue | undefined;
}

/** Why a change has no effect. For people, in the list of refused changes. */
export type Refusal = string;

const unsigned = 'It is not signed by a machine of its author.';
const notEntitled = 'Its author was not entitled to it.';
const lastAdmin = 'The library would have been left without an admin.';
const backdated = 'It came after accounts were switched on, and claims an earlier time.';
const letsNobodyIn = 'An import lets nobody in: an admin of this library has to.';
const misformed = 'It does not say what it must.';

/** Who somebody may be in a library, and which machines speak for them, is decided in it. */
function isAdmission({ entity, field }: JudgedChange): boolean {
  return (
    (entity === 'user' && (field === 'user_type' || field === 'user_status')) ||
    (entity === 'user_device' && field === userDeviceStatus)
  );
}

/** Null: it counts. */
export function judge(change: JudgedChange, facts: LibraryFacts): Refusal | null {
  const reason = judgeAlone(change, facts);
  if (reason === null || !facts.isVouchedFor(change)) return reason;
  return isAdmission(change) ? letsNobodyIn : null;
}

function judgeAlone(change: JudgedChange, facts: LibraryFacts): Refusal | null {
  const isSwitch = isSwitchOf(facts.libraryId(), change);
  if (!facts.accountsAreOn()) {
    if (isSwitch) return judgeSwitch(change, facts);
    return facts.wasThereBefore(change) ? null : backdated;
  }
  if (isSwitch) return 'Accounts were on already.';
  if (change.entity === 'user_device' && change.field === userDeviceKey) {
    return judgeKey(change, facts);
  }
  const signer = signerOf(change, facts);
  if (signer === null) return unsigned;
  const deed = deedOf(change, facts);
  if (deed === null) return null;
  if (deed === 'misformed') return misformed;
  const isEntitled =
    deed.isOwnAccount === true ||
    may(principalOf(change.actor_id, signer, facts), deed.operation, deed.subject);
  return isEntitled ? judgeEffect(change, facts) : notEntitled;
}

function isSwitchOf(libraryId: Id, { entity, entity_id, field }: JudgedChange): boolean {
  return entity === 'library' && entity_id === libraryId && field === libraryAccounts;
}

/** The first signed change: its author's machine and account must be there, and it must be theirs. */
function judgeSwitch(change: JudgedChange, facts: LibraryFacts): Refusal | null {
  const user = facts.user(change.actor_id);
  if (user?.user_type !== 'admin' || user.user_status !== 'approved') return notEntitled;
  const isSigned = facts
    .devicesOf(change.actor_id)
    .some(
      ({ device_status, public_key }) =>
        device_status === 'approved' && isSignedBy(public_key, change.sha256, change.signature),
    );
  return isSigned ? null : unsigned;
}

/** A machine introduces itself: whoever has its private key may say whose it is, and then waits. */
function judgeKey(change: JudgedChange, facts: LibraryFacts): Refusal | null {
  const { user_id, public_key } = objectOrEmpty(change.value());
  if (typeof public_key !== 'string' || typeof user_id !== 'string') return misformed;
  if (facts.device(change.entity_id) !== null) return 'This machine has a key already.';
  if (!isSignedBy(public_key, change.sha256, change.signature)) return unsigned;
  return user_id === change.actor_id ? null : notEntitled;
}

/** The machine of its author's that signed a change. */
function signerOf(change: JudgedChange, facts: LibraryFacts): DeviceFacts | null {
  const signer = facts
    .devicesOf(change.actor_id)
    .find(
      ({ device_status, public_key }) =>
        device_status !== 'revoked' && isSignedBy(public_key, change.sha256, change.signature),
    );
  return signer ?? null;
}

/** A machine that nobody has approved speaks for nobody. */
function principalOf(userId: Id, signer: DeviceFacts, facts: LibraryFacts): Principal {
  const user = facts.user(userId);
  if (user === null || signer.device_status !== 'approved') return stranger;
  return { kind: 'user', user: { ...user, id: userId } as User };
}

/** What no entitlement allows. */
function judgeEffect(change: JudgedChange, facts: LibraryFacts): Refusal | null {
  const { entity, entity_id, field } = change;
  if (!isAdmission(change)) return null;
  const userId = entity === 'user' ? entity_id : (facts.device(entity_id)?.user_id ?? '');
  const user = facts.user(userId);
  const isLastAdmin =
    user?.user_type === 'admin' && user.user_status === 'approved' && !facts.hasOtherAdmin(userId);
  if (!isLastAdmin) return null;
  if (entity === 'user_device') {
    const machines = facts.devicesOf(userId).filter((one) => one.device_status === 'approved');
    const isLeft = machines.some(({ id }) => id !== entity_id);
    return isLeft || change.value() === 'approved' ? null : lastAdmin;
  }
  return change.value() === (field === 'user_type' ? 'admin' : 'approved') ? null : lastAdmin;
}

/** What a change does, in the words of the table. */
interface Deed {
  readonly operation: Operation;
  readonly subject: Subject;
  /** Who has no account yet may write their own. */
  readonly isOwnAccount?: boolean;
}

/** Null for what has no effect in this version, whoever wrote it. */
function deedOf(change: JudgedChange, facts: LibraryFacts): Deed | 'misformed' | null {
  const { entity } = change;
  // A log may name kinds that every object has something under.
  return Object.hasOwn(deeds, entity) ? deeds[entity]!(change, facts) : null;
}

type DeedOf = (change: JudgedChange, facts: LibraryFacts) => Deed | 'misformed' | null;

const deeds: Readonly<Record<string, DeedOf>> = {
  user(change, facts) {
    const { actor_id, entity_id, field } = change;
    if (!(userFields as readonly string[]).includes(field)) return null;
    if (field === 'user_type' || field === 'user_status') {
      const isOwnAccount = actor_id === entity_id && isRegistration(change, facts);
      return { operation: 'user:manage', subject: allUsers, isOwnAccount };
    }
    const isOwnAccount = actor_id === entity_id && isWaiting(entity_id, facts);
    return { operation: 'accounts:update', subject: aUser(entity_id), isOwnAccount };
  },

  user_device({ entity_id, field, ...change }, facts) {
    if (field !== userDeviceStatus) return null;
    const device = facts.device(entity_id);
    if (device === null) return 'misformed';
    const operation = change.value() === 'approved' ? 'user_device:approve' : 'user_device:revoke';
    return { operation, subject: aUserDevice(entity_id, device.user_id) };
  },

  import({ field }) {
    return field === importedChanges ? { operation: 'library:import', subject: theLibrary } : null;
  },

  replica({ replica_id, entity_id, field }) {
    if (field !== replicaName) return null;
    // A machine names itself and no other.
    return replica_id === entity_id
      ? { operation: 'document:list', subject: theLibrary }
      : 'misformed';
  },

  document(change, facts) {
    const { entity_id, field } = change;
    if (!(documentFields as readonly string[]).includes(field)) return null;
    const document = facts.document(entity_id);
    if (document === null) return { operation: 'document:create', subject: theLibrary };
    const subject = aDocument(document);
    if (field === 'document_state') return stateDeed(change, subject, facts);
    const operation =
      field === 'document_body'
        ? 'document:write'
        : field === 'trashed_on'
          ? 'document:trash'
          : 'document:describe';
    return { operation, subject };
  },

  retention(change, facts) {
    if (change.field !== retentionTerms && change.field !== retentionEnd) return null;
    const terms = objectOrEmpty(change.value());
    const documentId =
      change.field === retentionTerms
        ? textOr(terms.document_id, null)
        : facts.documentOfRetention(change.entity_id);
    const document = documentId === null ? null : facts.document(documentId);
    if (document === null) return 'misformed';
    if (change.field === retentionTerms) {
      if (facts.documentOfRetention(change.entity_id) !== null) return 'misformed';
      if (terms.sponsor_id !== document.created_by) return 'misformed';
    }
    return { operation: 'document:retain', subject: aDocument(document) };
  },

  autodoc(change, facts) {
    if (change.field === autodocRequest) {
      const { version_id } = objectOrEmpty(change.value());
      const document = documentOf(
        typeof version_id === 'string' ? facts.documentOfVersion(version_id) : null,
        facts,
      );
      const isNew = facts.autodoc(change.entity_id) === null;
      return document === null || !isNew
        ? 'misformed'
        : { operation: 'autodoc:draft', subject: document };
    }
    if (change.field !== autodocOutcome) return null;
    const autodoc = facts.autodoc(change.entity_id);
    const document = documentOf(autodoc?.document_id ?? null, facts);
    if (autodoc === null || document === null) return 'misformed';
    // Who asked for it hands in what came of it; others may only call it off.
    if (autodoc.created_by === change.actor_id) {
      return { operation: 'document:list', subject: theLibrary };
    }
    return objectOrEmpty(change.value()).autodoc_state === 'cancelled'
      ? { operation: 'autodoc:cancel', subject: document }
      : 'misformed';
  },

  revision(change, facts) {
    if (change.field !== revisionTie) return null;
    const { document_id, autodoc_id } = objectOrEmpty(change.value());
    const autodoc = typeof autodoc_id === 'string' ? facts.autodoc(autodoc_id) : null;
    const isTheirs = autodoc?.created_by === change.actor_id && autodoc.document_id === document_id;
    return isTheirs ? { operation: 'document:list', subject: theLibrary } : 'misformed';
  },

  comment(change, facts) {
    const comment = facts.comment(change.entity_id);
    if (change.field === commentContent) {
      const { document_id } = objectOrEmpty(change.value());
      const document = documentOf(typeof document_id === 'string' ? document_id : null, facts);
      return document === null || comment !== null
        ? 'misformed'
        : { operation: 'comment:write', subject: document };
    }
    if (![commentBody, commentResolution, commentRemoval].includes(change.field)) return null;
    if (comment === null) return 'misformed';
    if (change.field !== commentResolution) {
      return {
        operation: 'comment:manage',
        subject: aComment(change.entity_id, comment.created_by),
      };
    }
    const document = documentOf(comment.document_id, facts);
    return document === null ? 'misformed' : { operation: 'comment:write', subject: document };
  },
};

/** A state is reached by a step that leads there and may be taken from where the document is. */
function stateDeed(
  change: JudgedChange,
  subject: Subject,
  facts: LibraryFacts,
): Deed | 'misformed' {
  const target = change.value();
  if (target === subject.document?.document_state) {
    return { operation: 'document:read', subject };
  }
  const author = facts.user(change.actor_id);
  const principal: Principal =
    author === null ? stranger : { kind: 'user', user: { ...author, id: change.actor_id } as User };
  const step = documentSteps.find(
    (one) => stepTargets[one] === target && may(principal, `document:${one}`, subject),
  );
  if (step !== undefined) return { operation: `document:${step}`, subject };
  return target === retainedState || target === unretainedState
    ? { operation: 'document:retain', subject }
    : 'misformed';
}

function documentOf(documentId: Id | null, facts: LibraryFacts): Subject | null {
  const document = documentId === null ? null : facts.document(documentId);
  return document === null ? null : aDocument(document);
}

/** Not approved yet: an account that its owner may still write, as what anybody may register as. */
function isWaiting(userId: Id, facts: LibraryFacts): boolean {
  const user = facts.user(userId);
  return user === null || user.user_status === 'pending';
}

function isRegistration(change: JudgedChange, facts: LibraryFacts): boolean {
  if (!isWaiting(change.entity_id, facts)) return false;
  const value = change.value();
  return change.field === 'user_status'
    ? value === 'pending'
    : registrableTypes.some((type) => type === value);
}
