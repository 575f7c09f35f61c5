import os from 'node:os';
import { defaultGenerationLimits } from '../contract/team.ts';
import { toErrorEnvelope } from '../contract/errors.ts';
import { stackOf } from '../logging/stack-of.ts';
import { errnoOf, nodeDisk } from './disk.ts';
import { createMemory } from './memory.ts';
import { pause, requireGoing } from './patience.ts';
import { withPrivateFolder } from './private-folder.ts';
import { problemOf, SharingProblem } from './problems.ts';
import { Crash, type Round } from './round.ts';
import { runRound } from './run-round.ts';
import type { RoundOutcome, SyncProgress, TeamSync, TeamSyncOptions } from './types.ts';

const defaultSettleMs = 250;
const defaultRetryMs = 5_000;
/** Between two pieces of an import: whoever else writes takes a turn. */
const breathMs = 3;

/** Import and publish between a library that is open and its team file. */
export function createTeamSync(options: TeamSyncOptions): TeamSync {
  const { store, file, now = Date.now, disk = nodeDisk } = options;
  const logger = options.logger.scope('sync');
  const memory = createMemory(store, file);
  let sharedMs: number | null = null;
  let last: Promise<unknown> = Promise.resolve();

  function step(name: string): void {
    requireGoing(options.signal);
    try {
      options.onStep?.(name);
    } catch (thrown) {
      throw new Crash(name, { cause: thrown });
    }
  }

  async function breathe(): Promise<void> {
    step('between pieces');
    await (options.breathe?.() ?? pause(breathMs, options.signal));
  }

  async function oneRound(): Promise<RoundOutcome> {
    const told: { taken: number; doing: SyncProgress['state'] } = { taken: 0, doing: 'checking' };
    let numbers = 0;
    try {
      const outcome = await withPrivateFolder(disk, store.directory, (folder) => {
        const round: Round = {
          ...{ store, disk, memory, now, folder, step, breathe, logger },
          settleMs: options.settleMs ?? defaultSettleMs,
          retryMs: options.retryMs ?? defaultRetryMs,
          limits: options.limits ?? (() => defaultGenerationLimits),
          hostName: options.hostName ?? os.hostname(),
          signal: options.signal,
          nextNumber: () => (numbers += 1),
          report(progress) {
            told.doing = progress.state;
            options.onProgress?.(progress);
          },
          notice: (message) => options.onNotice?.(message),
        };
        return runRound(round, file, told);
      });
      if (outcome.is_settled) sharedMs = now();
      return outcome;
    } catch (thrown) {
      if (thrown instanceof Crash) throw thrown.cause;
      const problem = problemOf(thrown, file, told.doing === 'publishing');
      if (!(thrown instanceof SharingProblem)) {
        logger.warn('a round ended early', {
          ...{ doing: told.doing, code: errnoOf(thrown) ?? toErrorEnvelope(thrown).code },
          ...(problem?.code === 'failed' && { stack: stackOf(thrown) }),
        });
      }
      return { taken: told.taken, published: false, is_settled: false, problem };
    }
  }

  return {
    async round() {
      const turn = last.then(oneRound);
      last = turn.catch(() => undefined);
      return turn;
    },
    sharedOn: () =>
      sharedMs === null ? (memory.shared()?.on ?? null) : new Date(sharedMs).toISOString(),
    unshared: () => store.team.unsharedSince(memory.shared()?.mark ?? null),
  };
}
