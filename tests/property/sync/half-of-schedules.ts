import { expect } from 'vitest';
import { isSoak, testSeed } from '../../fixtures/scale.ts';
import { runSchedules, tellFailure, tellSummary } from '../../simulator/run-schedules.ts';

const count = isSoak ? 10_000 : 500;
export const halfMs = 7_200_000;

/** One of two halves of the schedules: each has a core to itself. */
export async function expectHalfHolds(half: 1 | 2): Promise<void> {
  const first = testSeed() % 2 ** 30;
  const seeds = Array.from({ length: count / 2 }, (_, at) => first + 2 * at + half);
  const summary = await runSchedules({ seeds });
  console.info(tellSummary(summary));
  expect(summary.failures.map(tellFailure).join('\n\n')).toBe('');
  // Schedules in which nothing happened would prove nothing.
  expect(summary.steps.size).toBeGreaterThan(9);
  for (const amount of [summary.gone, ...summary.rows.values()]) expect(amount).toBeGreaterThan(0);
}
