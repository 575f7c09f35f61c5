import { expect, it } from 'vitest';
import { seedsOfPart } from '../../simulator/seeds.ts';
import { runSchedules, tellFailure, tellSummary } from '../../simulator/run-schedules.ts';

/* One half of the schedules: the other half runs beside it, on the other core. */

it('nothing is lost, whatever services, machines and files do', async () => {
  const summary = await runSchedules({ seeds: seedsOfPart(1) });
  console.info(tellSummary(summary));
  expect(summary.failures.map(tellFailure).join('\n\n')).toBe('');
  // Schedules in which nothing happened would prove nothing.
  expect(summary.steps.size).toBeGreaterThan(9);
  for (const count of [summary.gone, ...summary.rows.values()]) expect(count).toBeGreaterThan(0);
}, 7_200_000);
