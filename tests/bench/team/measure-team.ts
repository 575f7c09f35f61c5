import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { machineWith, teamLibrary, type TeamLibrary, type TeamSize } from './libraries.ts';
import { openMainProcess } from './main-process.ts';
import { measureGrowth, measureMerge } from './measure-costs.ts';
import { startMember } from './member.ts';
import { toTeamRow, type Meanwhile, type TeamRow } from './rows.ts';

interface TeamCourse {
  readonly isQuick: boolean;
  readonly say: (line: string) => void;
}

const open50: TeamSize = { megabytes: 50, areAccountsOn: false };
const open200: TeamSize = { megabytes: 200, areAccountsOn: false };
const signed50: TeamSize = { megabytes: 50, areAccountsOn: true };
const newDocuments = 20;
const quietMs = 2_000;
const idleRounds = 200;

/** What the team file costs: this machine's time, the file's growth, the main process's patience. */
export async function measureTeam({ isQuick, say }: TeamCourse): Promise<TeamRow[]> {
  const rounds = isQuick ? 3 : 7;
  const rows: TeamRow[] = [];
  for (const size of isQuick ? [open50] : [open50, open200]) {
    const library = await teamLibrary(size, say);
    say(`Sharing a team file of ${size.megabytes} MB`);
    rows.push(...(await inFolder((folder) => measureRounds(library, size, rounds, folder))));
  }
  for (const size of isQuick ? [open50] : [open200, signed50]) {
    const library = await teamLibrary(size, say);
    say(`Joining a team with ${library.changes} changes`);
    rows.push(await inFolder((folder) => measureJoin(library, size, folder)));
  }
  say('Writing in a text, and merging');
  return [...rows, ...measureGrowth(), ...measureMerge(isQuick ? 5 : 20)];
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'autodoc-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Two machines: one publishes, the other imports. First nobody else does anything, for the times;
 * then somebody writes in the main process meanwhile, for what becomes of that.
 */
async function measureRounds(
  library: TeamLibrary,
  { megabytes }: TeamSize,
  rounds: number,
  folder: string,
): Promise<TeamRow[]> {
  const file = path.join(folder, 'shared', 'Team.db');
  await mkdir(path.dirname(file));
  const directories = await Promise.all(
    ['one', 'other'].map((name) => machineWith(library, path.join(folder, name))),
  );
  const [one, other] = [startMember(), startMember()];
  try {
    for (const [index, member] of [one, other].entries()) {
      await member.ask({ kind: 'open', directory: directories[index]!, file });
      await member.round({});
    }
    const ms: Record<'publish' | 'import' | 'copy', number[]> = {
      publish: [],
      import: [],
      copy: [],
    };
    for (let round = 0; round < rounds; round += 1) {
      await one.ask({ kind: 'write', documents: newDocuments });
      ms.publish.push(await one.round({ published: true }));
      ms.import.push(await other.round({ published: false, taken: newDocuments }));
      const to = path.join(folder, 'plain.db');
      ms.copy.push(...(await one.ask({ kind: 'copy', from: file, to })));
    }
    const stats = await other.ask({ kind: 'stat', file, count: idleRounds });
    const idle = await other.ask({ kind: 'rounds', count: idleRounds });
    const plain = { name: 'copy', values: ms.copy } as const;
    const size = `${megabytes} MB`;
    const inMicroseconds = (all: readonly number[]) => all.map((value) => value * 1_000);
    return [
      toTeamRow({
        ...{ what: 'the main process by itself', unit: 's', values: [quietMs / 1_000] },
        meanwhile: await meanwhile(directories[0]!, () => delay(quietMs)),
      }),
      toTeamRow({
        ...{ what: `publish ${size}`, unit: 'ms', values: ms.publish, plain },
        meanwhile: await meanwhile(directories[0]!, () => one.round({ published: true })),
      }),
      toTeamRow({
        ...{ what: `import ${size}`, unit: 'ms', values: ms.import, plain },
        meanwhile: await meanwhile(directories[1]!, () => other.round({ taken: 1 })),
      }),
      toTeamRow({
        ...{ what: `nothing new, ${size}`, unit: 'µs', values: inMicroseconds(idle) },
        plain: { name: 'stat', values: inMicroseconds(stats) },
      }),
    ];
  } finally {
    await Promise.all([one, other].map((member) => member.close()));
  }
}

/** The main process has its own library open meanwhile: there is none of the team's yet. */
async function measureJoin(
  library: TeamLibrary,
  { areAccountsOn }: TeamSize,
  folder: string,
): Promise<TeamRow> {
  const file = path.join(folder, 'shared', 'Team.db');
  await mkdir(path.dirname(file));
  const [founder, joiner] = [startMember(), startMember()];
  try {
    const directory = await machineWith(library, path.join(folder, 'founder'));
    await founder.ask({ kind: 'open', directory, file });
    await founder.round({ published: true });
    const copy = await founder.ask({ kind: 'copy', from: file, to: path.join(folder, 'plain.db') });
    let joinMs: readonly number[] = [];
    const waited = await meanwhile(path.join(folder, 'mine'), async () => {
      joinMs = await joiner.ask({ kind: 'join', directory: path.join(folder, 'joiner'), file });
    });
    const inSeconds = (ms: number) => ms / 1_000;
    const accounts = areAccountsOn ? ', accounts on' : '';
    return toTeamRow({
      what: `first join, ${Math.round(library.changes / 1_000)},000 changes${accounts}`,
      ...{ unit: 's', values: joinMs.map(inSeconds) },
      plain: { name: 'copy', values: copy.map(inSeconds) },
      meanwhile: waited,
    });
  } finally {
    await Promise.all([founder, joiner].map((member) => member.close()));
  }
}

async function meanwhile(directory: string, work: () => Promise<unknown>): Promise<Meanwhile> {
  const main = openMainProcess(directory);
  try {
    return await main.whileWriting(work);
  } finally {
    main.close();
  }
}
