import fs from 'node:fs';
import path from 'node:path';
import type { RoundOutcome, TeamSync, TeamSyncOptions } from '../../src-main/sync/types.ts';
import { judgeEnd } from './checks.ts';
import { reproducibly } from './dice.ts';
import { filesIn } from './files.ts';
import { events, eventWeights } from './events.ts';
import { tell, type Happenings } from './rounds.ts';
import { startMs, type Templates } from './templates.ts';
import { World, type Fault } from './world.ts';

/** Within this many rounds on each machine everything must be everywhere. */
export const mostSweeps = 3;
/** A schedule that needs more is stopped: it does not come to an end. */
const lastSweep = 8;

export interface ScheduleOptions {
  readonly seed: number;
  readonly templates: Templates;
  /** Where the schedule may make a folder of its own. */
  readonly folder: string;
  readonly createSync: (options: TeamSyncOptions) => TeamSync;
  /** What goes wrong, where the seed is not to say. */
  readonly faults?: readonly Fault[] | undefined;
}

/** Tables that something has to be in, over many schedules, for these to have tried much. */
export const countedTables = ['documents', 'conflicts', 'refusals', 'purges'] as const;
type CountedTable = (typeof countedTables)[number];

export interface ScheduleReport {
  readonly seed: number;
  readonly machines: number;
  /** Changes that people were told are saved. */
  readonly edits: number;
  /** Of these, what only ever lived on a machine that was set back. */
  readonly gone: number;
  readonly rounds: number;
  /** Power cuts, by the step that they came before. */
  readonly crashes: ReadonlyMap<string, number>;
  /** What stands in one library of them at the end, all others having the same. */
  readonly rows: Readonly<Record<CountedTable, number>>;
  /** Rounds that each machine needed once the faults had ended. */
  readonly sweeps: number;
  /** Empty when everything held. */
  readonly problems: readonly string[];
  readonly trace: readonly string[];
}

/** Plays one schedule: the same for the same seed. */
export async function runSchedule(options: ScheduleOptions): Promise<ScheduleReport> {
  const folder = path.join(options.folder, `schedule-${options.seed}`);
  const trace: string[] = [];
  fs.mkdirSync(folder, { recursive: true });
  try {
    const from = { seed: options.seed, fromMs: startMs };
    return await reproducibly(from, () => play(options, folder, trace));
  } catch (thrown) {
    const told = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return {
      ...{ seed: options.seed, machines: 0, edits: 0, gone: 0, rounds: 0, crashes: new Map() },
      rows: { documents: 0, conflicts: 0, refusals: 0, purges: 0 },
      ...{ sweeps: 0, problems: [`thrown: ${told}`], trace },
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function play(
  { seed, templates, createSync, faults }: ScheduleOptions,
  folder: string,
  trace: string[],
): Promise<ScheduleReport> {
  const world = new World({
    ...{ seed, folder, templates, createSync, faults },
    trace: (line) => trace.push(line),
  });
  const happenings: Happenings = { rounds: 0, crashes: new Map(), problems: [] };
  try {
    await beginTeam(world);
    const count = 25 + world.dice.whole(40);
    for (let at = 0; at < count; at += 1) {
      await events[world.dice.weighted(eventWeights)](world, happenings);
      world.pass(world.dice.whole(60_000));
    }
    const sweeps = await comeToRest(world);
    const { problems, gone } = judgeEnd(world);
    const late = sweeps > mostSweeps ? [`at rest only after ${sweeps} rounds on each machine`] : [];
    return {
      ...{ seed, machines: world.machines.length, edits: world.ledger.size, gone },
      ...{ rounds: happenings.rounds, crashes: happenings.crashes, sweeps, trace },
      rows: countRows(world),
      problems: [...happenings.problems, ...late, ...problems],
    };
  } finally {
    world.close();
  }
}

function countRows({ machines }: World): Record<CountedTable, number> {
  const counts = countedTables.map((table) => {
    const count = machines[0]!.raw.prepare<[], number>(`select count(*) from ${table}`).pluck();
    return [table, count.get() ?? 0];
  });
  return Object.fromEntries(counts) as Record<CountedTable, number>;
}

/** The first machine shares its library; the others, who have a copy of it, look into the file. */
async function beginTeam(world: World): Promise<void> {
  const [first] = world.machines;
  await first!.round();
  world.service.upload(first!);
  for (const machine of world.machines.slice(1)) {
    world.service.download(machine);
    await machine.round();
  }
}

/** Faults have ended. How many rounds each machine needs until none has anything to do. */
async function comeToRest(world: World): Promise<number> {
  world.trace('everything works again');
  for (const machine of world.machines) {
    machine.isOff = false;
    forgetTemporaries(machine.folder);
  }
  deliver(world);
  for (let sweep = 0; sweep < lastSweep; sweep += 1) {
    let isQuiet = true;
    for (const machine of world.dice.shuffled(world.machines)) {
      world.pass(60_000);
      const outcome = (await machine.round()) as RoundOutcome;
      tell(world, machine, outcome);
      isQuiet &&= outcome.taken === 0 && !outcome.published && outcome.is_settled;
      deliver(world);
    }
    if (isQuiet) return sweep;
  }
  return lastSweep;
}

/** Hours have passed: what a killed process left half-written is not being written any more. */
function forgetTemporaries(folder: string): void {
  const hoursAgo = Date.now() / 1000 - 3 * 60 * 60;
  for (const name of filesIn(folder)) {
    if (name.startsWith('.~')) fs.utimesSync(path.join(folder, name), hoursAgo, hoursAgo);
  }
}

/** The service brings everything everywhere. */
function deliver({ service, machines }: World): void {
  for (let isMoving = true; isMoving;) {
    isMoving = false;
    for (const machine of machines) {
      isMoving = service.upload(machine) || isMoving;
      isMoving = service.download(machine) || isMoving;
    }
  }
}
