import type { Id } from '../../contract/domain.ts';
import type { Pieces } from './pieces.ts';
import type { TakingRoom } from './taking-room.ts';

/** Changes that are looked at, or written, at a time. */
const changesAtATime = 200;

/**
 * Empties what the other log has without its value where a purge that counts here says the same.
 * The words of something may have come before what says whose it is: the purge did not find them,
 * and both machines would publish for ever, each to give the other what it lacks. Answers whether
 * there was anything to empty.
 */
export async function emptyAsThere(
  emptiedThere: readonly Id[],
  { projector }: Pick<TakingRoom, 'projector'>,
  pieces: Pieces,
  rest: () => Promise<void>,
): Promise<boolean> {
  const purged: Id[] = [];
  for (let at = 0; at < emptiedThere.length; at += changesAtATime) {
    purged.push(...projector.purging.purgedAmong(emptiedThere.slice(at, at + changesAtATime)));
    await rest();
  }
  const isAny = purged.length > 0;
  while (purged.length > 0) {
    const some = purged.splice(0, changesAtATime);
    const isLast = purged.length === 0;
    pieces.write(isLast, () => {
      projector.emptyPurged(some);
      return isLast;
    });
    if (!isLast) await rest();
  }
  return isAny;
}
