import type { Id } from '../../contract/domain.ts';
import { differencesTo, type Rejudged } from './judgements.ts';
import { endOf, type Pieces } from './pieces.ts';
import type { TakingRoom } from './taking-room.ts';
import { createUnfinishedMark } from './unfinished-mark.ts';

type JudgedRoom = Pick<TakingRoom, 'projector' | 'replica'>;

/** So often somebody may write between judging and applying before everybody has to wait. */
const maxTries = 3;
/** Entities whose rows are made anew in one transaction. */
const entitiesAtATime = 20;

/**
 * Judges the whole log as it is by now, and makes the rows anew of whatever is judged otherwise
 * than it was: for when somebody wrote while changes were taken.
 */
export async function judgeAnew(
  room: TakingRoom,
  pieces: Pieces,
  rest: () => Promise<void>,
): Promise<void> {
  for (let tries = 1; pieces.isDisturbed; tries++) {
    if (tries > maxTries) {
      room.replica.write(() => {
        applyAll(room);
      });
      return;
    }
    const differences = room.replica.read(() => {
      pieces.isJudgedNow();
      return [...differencesTo(room.projector.judgeAll(), room.replica).values()];
    });
    for (let isLast = false; !isLast;) {
      const some = differences.splice(0, entitiesAtATime);
      isLast = pieces.write(differences.length === 0, () => {
        apply(room, some);
        return differences.length === 0;
      });
      if (!isLast) await rest();
    }
  }
}

/**
 * After somebody was killed half-way through taking, or while another process is half-way: then
 * that one finds out that it has to judge anew. Inside no transaction.
 */
export function mendJudgements(room: TakingRoom): void {
  const { replica, projector } = room;
  const mark = createUnfinishedMark(replica);
  for (let tries = 1; mark.setBy() !== null; tries++) {
    if (tries > maxTries) {
      replica.write(() => {
        applyAll(room);
      });
      return;
    }
    const { end, differences } = replica.read(() => ({
      end: endOf(room),
      differences: [...differencesTo(projector.judgeAll(), replica).values()],
    }));
    replica.write(() => {
      if (endOf(room) !== end) return;
      apply(room, differences);
      if (projector.purging.takeEmptied() === 0) mark.remove();
    });
  }
}

/** Inside a transaction only. */
export function applyAll(room: JudgedRoom): void {
  const { projector, replica } = room;
  do {
    apply(room, [...differencesTo(projector.judgeAll(), replica).values()]);
    // Something may have been judged by words that were purged.
  } while (projector.purging.takeEmptied() > 0);
  createUnfinishedMark(replica).remove();
}

function apply({ projector }: JudgedRoom, differences: readonly Rejudged[]): void {
  const stale: Id[] = [];
  for (const { entity, entityId, refused, cleared } of differences) {
    const arrival = { entity, entityId, changes: [], refused, cleared };
    const old = { areOldOnesRejudged: true, areOldOnesFilled: false };
    stale.push(...projector.take({ ...arrival, ...old }));
  }
  projector.summarize(stale);
}
