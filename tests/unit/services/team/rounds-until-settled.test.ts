import { expect, it } from 'vitest';
import type { TeamProblem } from '../../../../src-main/contract/team.ts';
import { roundsUntilSettled } from '../../../../src-main/services/team/rounds-until-settled.ts';
import type { RoundOutcome, TeamSync } from '../../../../src-main/sync/types.ts';

const nothing: RoundOutcome = { taken: 0, published: false, is_settled: false, problem: null };
const settled: RoundOutcome = { ...nothing, is_settled: true };
const going = new AbortController().signal;

/** Each outcome once, the last one again and again. */
function playing(...outcomes: readonly RoundOutcome[]): TeamSync & { rounds: number } {
  const sync = {
    rounds: 0,
    round: () => Promise.resolve(outcomes[Math.min(sync.rounds++, outcomes.length - 1)]!),
    sharedOn: () => null,
    unshared: () => 0,
  };
  return sync;
}

const problem = (code: TeamProblem['code']): RoundOutcome => ({
  ...nothing,
  problem: { code, message: 'What happened.' },
});

it('goes on until nothing is left to do, and adds up', async () => {
  const sync = playing(
    { ...nothing, taken: 3 },
    { ...nothing, taken: 2, published: true },
    { ...settled, published: true },
  );
  expect(await roundsUntilSettled(sync, going)).toEqual({
    ...{ rounds: 3, taken: 5, published: 2, problem: null },
  });
});

it('waits for a damaged file to be replaced', async () => {
  const sync = playing(problem('file_damaged'), problem('file_damaged'), {
    ...settled,
    published: true,
  });
  expect(await roundsUntilSettled(sync, going)).toMatchObject({ rounds: 3, problem: null });
});

it.each(['file_foreign', 'file_newer', 'file_missing', 'disk_full', 'rival_accounts'] as const)(
  'ends at once where %s is in the way',
  async (code) => {
    const sync = playing(problem(code));
    expect(await roundsUntilSettled(sync, going)).toMatchObject({ rounds: 1, problem: { code } });
  },
);

it.each(['file_damaged', 'file_unreachable', 'file_not_downloaded', 'failed'] as const)(
  'does not wait for ever where %s stays',
  async (code) => {
    const sync = playing(problem(code));
    expect(await roundsUntilSettled(sync, going)).toMatchObject({ problem: { code } });
    expect(sync.rounds).toBeLessThan(10);
  },
);

it('gives up where others write faster than it reads', async () => {
  const sync = playing({ ...nothing, taken: 1 });
  const ended = await roundsUntilSettled(sync, going);
  expect(ended).toMatchObject({ taken: ended.rounds, problem: { code: 'failed' } });
});

it('stops when it is told to', async () => {
  const stop = new AbortController();
  const sync: TeamSync = {
    ...playing(nothing),
    round() {
      stop.abort(new Error('Stopped.'));
      return Promise.resolve(settled);
    },
  };
  await expect(roundsUntilSettled(sync, stop.signal)).rejects.toThrow('Stopped.');
});
