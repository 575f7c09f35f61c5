import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import type { RoundOutcome } from '../../../src-main/sync/types.ts';
import { defaultWatchTiming, watchTeamFile, type Watching } from '../../../src-main/sync/watch.ts';

const settled: RoundOutcome = { taken: 0, published: false, is_settled: true, problem: null };
const moving: RoundOutcome = { ...settled, is_settled: false };
const hindered: RoundOutcome = {
  ...moving,
  problem: { code: 'file_missing', message: 'It is not there.' },
};

let watching: Watching;
let outcome: RoundOutcome;
let rounds: number[];
let startMs: number;

beforeEach(() => {
  vi.useFakeTimers();
  outcome = settled;
  rounds = [];
  startMs = performance.now();
  watching = watchTeamFile({
    // A folder that is not there: no events, only looks.
    file: path.resolve('nothing/here/team.db'),
    timing: defaultWatchTiming,
    logger: silentLogger,
    round() {
      rounds.push(Math.round(performance.now() - startMs));
      return Promise.resolve(outcome);
    },
  });
});

afterEach(async () => {
  await watching.stop();
  vi.useRealTimers();
});

describe('watching a team file', () => {
  it('looks at once, and every now and then where nothing is told', async () => {
    await vi.advanceTimersByTimeAsync(31_000);
    expect(rounds).toEqual([0, 15_000, 30_000]);
  });

  it('publishes what is written at most every few seconds', async () => {
    await vi.advanceTimersByTimeAsync(1_000);
    for (let count = 0; count < 60; count++) {
      watching.wrote();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(rounds).toEqual([0, 4_000, 7_000]);
  });

  it('looks again soon where a file is being written to, and later each time', async () => {
    outcome = moving;
    await vi.advanceTimersByTimeAsync(40_000);
    expect(rounds).toEqual([0, 1_000, 3_000, 7_000, 15_000, 30_000]);
    outcome = settled;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(rounds.slice(6)).toEqual([45_000, 60_000]);
  });

  it('asks less and less often while something is in the way, and at once when it is told to', async () => {
    outcome = hindered;
    await vi.advanceTimersByTimeAsync(300_000);
    expect(rounds).toEqual([0, 2_000, 6_000, 14_000, 30_000, 62_000, 126_000, 246_000]);
    outcome = settled;
    expect(await watching.now()).toBe(settled);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(rounds.slice(8)).toEqual([300_000, 315_000]);
  });

  it('begins no round once it is stopped', async () => {
    await vi.advanceTimersByTimeAsync(100);
    watching.wrote();
    await watching.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(rounds).toEqual([0]);
  });
});
