import { may, stranger, type Principal } from '../../access/authorize.ts';
import type { Id, User } from '../../contract/domain.ts';
import { libraryAccounts, userDeviceKey, userDeviceStatus } from '../projection/entities.ts';
import { objectOrEmpty } from '../projection/field-readers.ts';
import { deedOf } from './deeds.ts';
import type { DeviceFacts, LibraryFacts } from './facts.ts';
import type { JudgedChange } from './judged-change.ts';
import { isSignedBy } from './signatures.ts';

/*
 * Whether a change counts. While a library is open, everything does. From the change that
 * switches accounts on, a change must be signed by a machine of its author, and the table of
 * who may do what must allow its author what it does, at the moment in the log where it stands.
 * A change that does not count stays in the log and has no effect, on every machine alike.
 */

/** Why a change has no effect. For people, in the list of refused changes. */
export type Refusal = string;

const unsigned = 'It is not signed by a machine of its author.';
const notEntitled = 'Its author was not entitled to it.';
const lastAdmin = 'The library would have been left without an admin.';
const backdated = 'It came after accounts were switched on, and claims an earlier time.';
export const letsNobodyIn = 'An import lets nobody in: an admin of this library has to.';
const misformed = 'It does not say what it must.';

/** Who somebody may be in a library, and which machines speak for them, is decided in it. */
export function isAdmission({ entity, field }: Pick<JudgedChange, 'entity' | 'field'>): boolean {
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
