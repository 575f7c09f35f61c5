import { may, stranger, type Principal } from '../../access/authorize.ts';
import type { Id, User } from '../../contract/domain.ts';
import { isMadeBy } from '../log/maker-ids.ts';
import { userDeviceKey, userDeviceStatus } from '../projection/entities.ts';
import { objectOrEmpty } from '../projection/field-readers.ts';
import { deedOf } from './deeds.ts';
import type { DeviceFacts, LibraryFacts } from './facts.ts';
import { isSwitchOf } from './is-switch.ts';
import type { JudgedChange } from './judged-change.ts';

/*
 * Whether a change counts. While a library is open, everything does. From the change that
 * switches accounts on, a change must be signed by a machine of its author, and the table of
 * who may do what must allow its author what it does, at the moment in the log where it stands.
 * A change that does not count stays in the log and has no effect, on every machine alike.
 */

/** Why a change has no effect. For people, in the list of refused changes. */
export type Refusal = string;

const unsigned = 'It is not signed by a machine of its author.';
export const notEntitled = 'Its author was not entitled to it.';
const lastAdmin = 'The library would have been left without an admin.';
const backdated = 'It came after accounts were switched on, and claims an earlier time.';
const letsNobodyIn = 'An import lets nobody in: an admin of this library has to.';
const misformed = 'It does not say what it must.';
const misplaced = 'Its author could not take this step from where the document was by then.';
const anothersId = 'It calls something its author’s that somebody else made.';
const purged = 'The document was purged.';
/** Also where accounts are on by another change: which one was first is not seen in the log. */
export const otherSwitch = 'Accounts were not switched on here by this change.';

/** Who somebody may be in a library, and which machines speak for them, is decided in it. */
export function isAdmission({ entity, field }: Pick<JudgedChange, 'entity' | 'field'>): boolean {
  return (
    (entity === 'user' && (field === 'user_type' || field === 'user_status')) ||
    (entity === 'user_device' && field === userDeviceStatus)
  );
}

/** Null: it counts. */
export function judge(change: JudgedChange, facts: LibraryFacts): Refusal | null {
  if (isSwitchOf(facts.libraryId(), change)) return judgeSwitch(change, facts);
  if (!facts.accountsAreOn()) return null;
  const reason = judgeAlone(change, facts);
  if (reason === null || !facts.isVouchedFor(change)) return reason;
  return isAdmission(change) ? letsNobodyIn : null;
}

function judgeAlone(change: JudgedChange, facts: LibraryFacts): Refusal | null {
  if (change.entity === 'user_device' && change.field === userDeviceKey) {
    return judgeKey(change, facts);
  }
  const signer = signerOf(change, facts);
  if (signer === null) return facts.isBackdated(change) ? backdated : unsigned;
  const deed = deedOf(change, facts);
  if (deed === null) return null;
  if (deed === 'misformed') return misformed;
  if (deed === 'misplaced') return misplaced;
  const isEntitled =
    deed.isOwnAccount === true ||
    may(principalOf(change.actor_id, signer, facts), deed.operation, deed.subject);
  if (!isEntitled) return notEntitled;
  if (deed.isNew === true && facts.isAnothersId(change.entity_id, change.actor_id)) {
    return anothersId;
  }
  const { document } = deed.subject;
  if (document !== undefined && facts.isPurged(document.id)) return purged;
  return judgeEffect(change, facts);
}

/** Whether it counts as the one change that switches accounts on. */
function judgeSwitch(change: JudgedChange, facts: LibraryFacts): Refusal | null {
  const mayBe =
    !facts.accountsAreOn() && facts.isFreeToSwitch(change.id) && isEntitledToSwitch(change, facts);
  return mayBe ? null : otherSwitch;
}

/** The first signed change: its author's machine and account must be there, and it must be theirs. */
export function isEntitledToSwitch(change: JudgedChange, facts: LibraryFacts): boolean {
  const user = facts.user(change.actor_id);
  if (user?.user_type !== 'admin' || user.user_status !== 'approved') return false;
  return facts
    .devicesOf(change.actor_id)
    .some((device) => device.device_status === 'approved' && isBy(device, change, facts));
}

/** A machine introduces itself: whoever has its private key may say whose it is, and then waits. */
function judgeKey(change: JudgedChange, facts: LibraryFacts): Refusal | null {
  const { user_id, public_key } = objectOrEmpty(change.value());
  if (typeof public_key !== 'string' || typeof user_id !== 'string') return misformed;
  if (!isMadeBy(public_key, change.entity_id) && facts.isMachinesId(change.entity_id)) {
    return anothersId;
  }
  if (facts.device(change.entity_id) !== null) return 'This machine has a key already.';
  if (!facts.isSigned(change, public_key)) return unsigned;
  return user_id === change.actor_id ? null : notEntitled;
}

/** More machines that wait to be approved are not asked whether they signed something. */
const maxWaiting = 32;

/** The machine of its author's that signed a change: those that are approved are asked first. */
function signerOf(change: JudgedChange, facts: LibraryFacts): DeviceFacts | null {
  const devices = facts.devicesOf(change.actor_id);
  const approved = devices.filter(({ device_status }) => device_status === 'approved');
  // Anybody may say that a machine is somebody's: however many do, a change is judged in time.
  const waiting = devices.filter(({ device_status }) => device_status === 'pending');
  const asked = [...approved, ...waiting.slice(0, maxWaiting)];
  return asked.find((device) => isBy(device, change, facts)) ?? null;
}

function isBy({ public_key }: DeviceFacts, change: JudgedChange, facts: LibraryFacts): boolean {
  return facts.isSigned(change, public_key);
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
