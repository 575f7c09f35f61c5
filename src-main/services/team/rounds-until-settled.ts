import { setTimeout as pause } from 'node:timers/promises';
import type { TeamProblem, TeamProblemCode } from '../../contract/team.ts';
import type { TeamSync, TeamSyncOptions } from '../../sync/types.ts';

/** Rounds between a library and its team file, in this process. */
export type RoundsOf = (
  options: Pick<
    TeamSyncOptions,
    'store' | 'file' | 'limits' | 'onProgress' | 'onNotice' | 'signal'
  >,
) => TeamSync;

/**
 * How many rounds in a row may meet with a problem before it is told of. A damaged file is
 * replaced once it has stayed the same for a while; a file that is held, or not all there yet, may
 * be free in a moment; what else is in the way is there to stay.
 */
const patience: Partial<Record<TeamProblemCode, number>> = {
  file_damaged: 6,
  file_not_downloaded: 3,
  file_unreachable: 3,
  failed: 2,
};

/** Somebody else may write faster than it is read; then it is enough to have read that much. */
const maxRounds = 30;
const pauseMs = 400;

export interface Settled {
  readonly rounds: number;
  readonly taken: number;
  readonly published: number;
  /** Why it is not settled; null where it is. */
  readonly problem: TeamProblem | null;
}

/** Imports and publishes until nothing is left to do, or something is in the way. */
export async function roundsUntilSettled(sync: TeamSync, signal: AbortSignal): Promise<Settled> {
  const sum = { rounds: 0, taken: 0, published: 0 };
  let problems = 0;
  for (;;) {
    signal.throwIfAborted();
    const { taken, published, is_settled, problem } = await sync.round();
    signal.throwIfAborted();
    sum.rounds += 1;
    sum.taken += taken;
    if (published) sum.published += 1;
    if (problem === null && is_settled) return { ...sum, problem };
    problems = problem === null ? 0 : problems + 1;
    const isInTheWay = problem !== null && problems >= (patience[problem.code] ?? 1);
    if (isInTheWay || sum.rounds >= maxRounds) return { ...sum, problem: problem ?? unsettled };
    if (problem !== null) await pause(pauseMs, undefined, { signal });
  }
}

const unsettled: TeamProblem = {
  code: 'failed',
  message:
    'The team file changes faster than it is read. What has come is kept here. Try again later.',
};
