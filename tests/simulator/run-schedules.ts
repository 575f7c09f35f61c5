import fs from 'node:fs';
import path from 'node:path';
import { createTeamSync } from '../../src-main/sync/team-sync.ts';
import type { TeamSync, TeamSyncOptions } from '../../src-main/sync/types.ts';
import { workspace } from './files.ts';
import type { Fault } from './world.ts';
import { runSchedule, type ScheduleReport } from './schedule.ts';
import { makeTemplates } from './templates.ts';

/** What many schedules came to. */
export interface Summary {
  schedules: number;
  edits: number;
  gone: number;
  rounds: number;
  crashes: number;
  /** Power cuts, by the step that they came before. */
  readonly steps: Map<string, number>;
  /** How many schedules came to rest after so many rounds on each machine. */
  readonly sweeps: Map<number, number>;
  /** Rows at the end, one library of each schedule. */
  readonly rows: Map<string, number>;
  readonly failures: ScheduleReport[];
}

export interface RunOptions {
  readonly seeds: Iterable<number>;
  readonly faults?: readonly Fault[];
  readonly createSync?: (options: TeamSyncOptions) => TeamSync;
  /** Ends after so many schedules in which something did not hold. Default: 3. */
  readonly mostFailures?: number;
  readonly onReport?: (report: ScheduleReport, soFar: Summary) => void;
}

export async function runSchedules(options: RunOptions): Promise<Summary> {
  const { seeds, faults, createSync = createTeamSync, mostFailures = 3, onReport } = options;
  const folder = fs.mkdtempSync(path.join(workspace, 'autodoc-simulator-'));
  const summary: Summary = {
    ...{ schedules: 0, edits: 0, gone: 0, rounds: 0, crashes: 0 },
    ...{ steps: new Map(), sweeps: new Map(), rows: new Map(), failures: [] },
  };
  try {
    const templates = await makeTemplates(path.join(folder, 'templates'));
    for (const seed of seeds) {
      const report = await runSchedule({ seed, templates, folder, createSync, faults });
      add(summary, report);
      onReport?.(report, summary);
      if (summary.failures.length >= mostFailures) break;
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return summary;
}

/** What somebody needs who wants to see a schedule fail again. */
export function tellFailure({ seed, problems, trace }: ScheduleReport): string {
  return [
    `Schedule ${seed} did not hold. Play it again: node tests/simulator/run.ts --seed ${seed} --verbose`,
    ...problems,
    ...trace.slice(0, 1),
    '…',
    ...trace.slice(-25),
  ].join('\n');
}

export function tellSummary(summary: Summary): string {
  const { schedules, edits, gone, rounds, crashes, sweeps, failures } = summary;
  const rest = [...sweeps]
    .sort(([one], [other]) => one - other)
    .map(([count, times]) => `${times} after ${count}`);
  const at = [...summary.rows].map(([table, count]) => `${count} ${table}`).join(', ');
  return (
    `${schedules} schedules, ${edits} changes acknowledged, ${gone} gone with machines that were set back, ` +
    `${rounds} rounds, ${crashes} power cuts; at the end ${at}; at rest (rounds on each machine): ${rest.join(', ')}; ` +
    `${failures.length} failed`
  );
}

function add(summary: Summary, report: ScheduleReport): void {
  summary.schedules += 1;
  summary.edits += report.edits;
  summary.gone += report.gone;
  summary.rounds += report.rounds;
  for (const [step, count] of report.crashes) {
    summary.crashes += count;
    summary.steps.set(step, (summary.steps.get(step) ?? 0) + count);
  }
  for (const [table, count] of Object.entries(report.rows)) {
    summary.rows.set(table, (summary.rows.get(table) ?? 0) + count);
  }
  summary.sweeps.set(report.sweeps, (summary.sweeps.get(report.sweeps) ?? 0) + 1);
  if (report.problems.length > 0) summary.failures.push(report);
}
