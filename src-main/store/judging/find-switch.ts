import type { Id } from '../../contract/domain.ts';
import type { BareChange } from '../log/change-log.ts';
import { isSwitchOf } from './is-switch.ts';
import { isEntitledToSwitch } from './judge.ts';
import type { JudgingRoom } from './judging-room.ts';
import { countedChange, valueReader, type JudgedLog } from './log-changes.ts';
import { ReplayedFacts } from './replayed-facts.ts';
import { readThere, type There } from './switch-value.ts';

/** The change that switches accounts on, and what was there by then. */
export interface FoundSwitch {
  readonly change: BareChange;
  readonly there: There;
}

/** More that come first and are not right are no accident: whoever writes them could write a right one. */
const maxTried = 1_000;

/**
 * The change that switched accounts on in this library, by its log and by what this machine has
 * pinned; null while they are off. Each that claims to be it is looked at together with what it
 * says was there, so that nothing that is put before it afterwards can keep it from counting.
 *
 * The pinned one, once others have it. Else the first of another machine's that is right, and
 * then this machine's own: two machines that switched them on at once so come to the one that
 * was in the team file first.
 */
export function findSwitch(log: JudgedLog, room: JudgingRoom): FoundSwitch | null {
  const pin = room.pinnedSwitch();
  const pinned = pin === null ? null : log.change(pin.change_id);
  // Kept outside the log: what counted once is not asked again whether it was entitled to.
  if (pin?.is_shared === true) return pinned === null ? null : toFound(pinned, log);
  const { switches, people } = readAccounts(log, room.libraryId);
  const others = switches.filter(({ id }) => id !== pin?.change_id);
  for (const change of others.slice(0, maxTried)) {
    const found = toFound(change, log);
    if (isRight(found, people, log, room)) return found;
  }
  return pinned === null ? null : toFound(pinned, log);
}

/** Whether another change than the one that counts says that it switched accounts on, too. */
export function hasRightRival(log: JudgedLog, room: JudgingRoom): boolean {
  const counting = findSwitch(log, room);
  if (counting === null) return false;
  const { switches, people } = readAccounts(log, room.libraryId);
  return switches
    .filter(({ id }) => id !== counting.change.id)
    .slice(0, maxTried)
    .some((change) => isRight(toFound(change, log), people, log, room));
}

interface Accounts {
  readonly switches: readonly BareChange[];
  /** What says who somebody is, and which machines are theirs. */
  readonly people: readonly BareChange[];
}

function readAccounts(log: JudgedLog, libraryId: Id): Accounts {
  const switches: BareChange[] = [];
  const people: BareChange[] = [];
  for (const change of log.inOrder()) {
    if (isSwitchOf(libraryId, change)) switches.push(change);
    if (change.entity === 'user' || change.entity === 'user_device') people.push(change);
  }
  return { switches, people };
}

function isRight(
  { change, there }: FoundSwitch,
  people: readonly BareChange[],
  log: JudgedLog,
  { libraryId, signatures }: JudgingRoom,
): boolean {
  if (change.signature === null) return false;
  const facts = new ReplayedFacts({
    ...{ libraryId, signatures },
    switchedOn: null,
    vouched: new Set(),
    makers: () => ({ users: new Set(), devices: new Set() }),
  });
  for (const one of people) if (there.has(one)) facts.add(countedChange(one, log));
  return isEntitledToSwitch({ ...change, value: valueReader(change, log) }, facts);
}

function toFound(change: BareChange, log: JudgedLog): FoundSwitch {
  return { change, there: readThere(valueReader(change, log)(), change) };
}
