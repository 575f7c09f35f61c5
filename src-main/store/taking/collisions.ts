import type { Id } from '../../contract/domain.ts';
import type { ChangesTable } from '../database/schema.ts';
import { isSwitchOf } from '../judging/is-switch.ts';
import { isSignedBy } from '../judging/signatures.ts';
import type { DecodedChange } from '../log/change-log.ts';
import { isSoundRow, isSoundValue } from './sound-change.ts';
import type { TakingRoom } from './taking-room.ts';
import type { ChangeSource } from './types.ts';

/*
 * Two changes of one id, or two signatures of one change: no Autodoc writes them, so one is forged
 * or damaged. Both are kept, one of them aside. Which of them was first no log can prove, so the
 * one that is here stays, unless it has no effect and the other is signed by a machine of its
 * author's: or whoever copies ids would keep honest work from those who hear of the copy first.
 * Of the same change with a signature that does not hold nothing is kept: it says nothing new. No
 * hash covers a signature, so a torn file may have one.
 */

/** Keeps collisions aside. Answers how many are new, and which take the place of those here. */
export function keepCollisions(
  rows: readonly ChangesTable[],
  source: ChangeSource,
  room: TakingRoom,
): { readonly collided: number; readonly prevailing: readonly ChangesTable[] } {
  if (rows.length === 0) return { collided: 0, prevailing: [] };
  return room.replica.write(() => {
    const prevailing = rows.filter((row) => doesPrevail(row, room));
    for (const { id } of prevailing) giveUp(id, room);
    const kept = rows.filter((row) => !prevailing.includes(row) && !saysNothing(row, room));
    const answers = kept.map((row) => room.log.take(decoded(row, source)));
    return { collided: answers.filter((answer) => answer === 'collided').length, prevailing };
  });
}

/** Whether the other machine needs what is here: what is there is damaged, or has no effect. */
export function doesOursPrevail(theirs: ChangesTable | null, id: Id, room: TakingRoom): boolean {
  if (theirs?.id !== id || !isSoundRow(theirs)) return true;
  return (
    room.projector.facts.accountsAreOn() &&
    !isRefused(id, room) &&
    isSigned(room.log.change(id)!, room) &&
    !isSigned(theirs, room)
  );
}

function doesPrevail(theirs: ChangesTable, room: TakingRoom): boolean {
  const mayBeRefused = room.projector.facts.accountsAreOn() || isSwitchOf(room.libraryId, theirs);
  return (
    mayBeRefused &&
    isRefused(theirs.id, room) &&
    !isSigned(room.log.change(theirs.id)!, room) &&
    isSigned(theirs, room)
  );
}

function isRefused(id: Id, { replica }: TakingRoom): boolean {
  const refusals = replica.query.selectFrom('refusals').select('id').where('id', '=', id);
  return replica.first(refusals) !== undefined;
}

/** What is here, with another signature than it has here, which does not hold. */
function saysNothing(theirs: ChangesTable, room: TakingRoom): boolean {
  const isSame = Buffer.compare(room.log.change(theirs.id)!.sha256, theirs.sha256) === 0;
  return isSame && !isSigned(theirs, room);
}

/** By a machine that somebody has approved, even if it speaks for nobody by now. */
function isSigned({ actor_id, sha256, signature }: ChangesTable, { projector }: TakingRoom) {
  return projector.facts
    .devicesOf(actor_id)
    .some(
      ({ device_status, public_key }) =>
        device_status !== 'pending' &&
        isSignedBy(public_key, sha256, signature, projector.room.signatures),
    );
}

/** Takes a change without effect out of the log and keeps it aside. */
function giveUp(id: Id, { log, projector }: TakingRoom): void {
  const { entity, entity_id: entityId } = log.change(id)!;
  log.giveUp(id);
  const arrival = { entity, entityId, changes: [], refused: new Map<Id, string>() };
  projector.take({ ...arrival, cleared: [id], areOldOnesRejudged: true, areOldOnesFilled: false });
}

function decoded(row: ChangesTable, source: ChangeSource): DecodedChange {
  const { base_id: _baseId, ...change } = row;
  const text = row.value === null ? null : source.value(row.id);
  return { ...change, value: text !== null && isSoundValue(text, row) ? text : null };
}
