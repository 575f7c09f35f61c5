import { setImmediate } from 'node:timers/promises';
import { keepCollisions } from './collisions.ts';
import { readComing } from './coming-changes.ts';
import { emptyAsThere } from './empty-as-there.ts';
import { judgeAnew } from './judge-anew.ts';
import { differencesTo, entityKey, type Rejudged } from './judgements.ts';
import {
  findLacking,
  inOrderOfTaking,
  toLacking,
  type Lacking,
  type LackingEntity,
} from './lacking.ts';
import { PieceTaking } from './piece-taking.ts';
import { endOf, isUnderRules, Pieces } from './pieces.ts';
import { throwIfStopped } from './stopping.ts';
import { createChangeSource } from '../team-file/change-source.ts';
import type { TakingRoom } from './taking-room.ts';
import type { ChangeSource, TakenFromSource, TakeOptions } from './types.ts';
import { unionOf } from './union-log.ts';

/** Others wait for about as long. */
const defaultPieceMs = 5;

interface Breathing {
  readonly breathe: () => Promise<void>;
}

/** Takes what another log has and this one lacks: see `TeamStore.take`. */
export async function takeChanges(
  source: ChangeSource,
  room: TakingRoom,
  { signal, onProgress, breathe, pieceMs = defaultPieceMs }: TakeOptions & Breathing,
): Promise<TakenFromSource> {
  if (source.libraryId !== room.libraryId) throw new Error('The log of another library');
  const rest = async (): Promise<void> => {
    await breathe();
    throwIfStopped(signal);
  };
  const start = endOf(room);
  const ours = createChangeSource(room.replica, room.libraryId);
  const lacking = await findLacking({ log: room.log, ours }, source, async () => {
    await setImmediate();
    throwIfStopped(signal);
  });
  const { collided, prevailing } = keepCollisions(lacking.collisions, source, room);
  for (const row of prevailing) lacking.changes.set(row.id, toLacking(row, false));
  const was_own_unknown = leaveIdOfCopy(lacking, room);
  const counts = { taken: 0, filled: 0, damaged: lacking.damaged };
  const pieces = new Pieces(room);
  const plan = planFor(lacking, source, room, pieces);
  if (plan.entities.length > 0) {
    const coming = readComing(plan.entities, source, room.replica);
    const taking = new PieceTaking(coming, plan.rejudged, room, pieceMs);
    for (let isLast = false; !isLast;) {
      const damaged = coming.readAhead();
      counts.damaged += damaged;
      // It was judged as if it had come.
      if (damaged > 0) pieces.isDisturbed = true;
      isLast = pieces.write(coming.isAllRead(), () => taking.take(counts));
      onProgress?.(counts.taken, lacking.changes.size);
      if (!isLast) await rest();
    }
  }
  await judgeAnew(room, pieces, rest);
  // By purges that are known to count.
  if (await emptyAsThere(lacking.emptiedThere, room, pieces, rest)) {
    await judgeAnew(room, pieces, rest);
  }
  const mark = room.log.end();
  // What somebody wrote meanwhile, or a purge emptied, was not compared.
  const isAsCompared =
    !pieces.hasEmptied &&
    (mark?.position ?? 0) === start + counts.taken &&
    lacking.isAhead !== null;
  const standing = isAsCompared ? { mark, is_ahead: lacking.isAhead } : null;
  return { ...counts, collided, was_own_unknown, standing };
}

interface Plan {
  readonly entities: readonly LackingEntity[];
  /** What is judged otherwise than it was, by entity. Taken out once it is applied. */
  readonly rejudged: Map<string, Rejudged>;
}

/**
 * With accounts on, what counts once all of it has come is known before any of it is written:
 * what does not count has no effect for a moment.
 */
function planFor(lacking: Lacking, source: ChangeSource, room: TakingRoom, pieces: Pieces): Plan {
  const entities = inOrderOfTaking(lacking.changes, source);
  const isJudged =
    entities.length > 0 &&
    (isUnderRules(room.replica) || entities.some(({ entity }) => entity === 'library'));
  if (!isJudged) return { entities, rejudged: new Map() };
  const rejudged = room.replica.read(() => {
    pieces.isJudgedNow();
    const union = unionOf(room.log, source, lacking.changes);
    return differencesTo(room.projector.judgeAll(union), room.replica);
  });
  const coming = new Set(entities.map(({ entity, entityId }) => entityKey(entity, entityId)));
  const purges: LackingEntity[] = [];
  const others: LackingEntity[] = [];
  for (const [key, { entity, entityId }] of rejudged) {
    if (coming.has(key)) continue;
    (entity === 'purge' ? purges : others).push({ entity, entityId, changes: [] });
  }
  // Whether a purge counts decides on the words of what comes.
  return { entities: [...purges, ...entities, ...others], rejudged };
}

/**
 * A change of this very replica that it does not know was written by a copy of it, or before it
 * was set back. Two must not count on under one id.
 */
function leaveIdOfCopy({ changes }: Lacking, { replicaIds }: TakingRoom): boolean {
  const current = replicaIds.current();
  for (const { replica_id, isHere } of changes.values()) {
    if (replica_id !== current || isHere) continue;
    replicaIds.leave(current);
    return true;
  }
  return false;
}
