import { spawn, type ChildProcessByStdio } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Id } from '../../../src-main/contract/domain.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { openTeamFile } from '../../../src-main/store/team-file/open-team-file.ts';
import { createTeamSync } from '../../../src-main/sync/team-sync.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';
import { derivedRowsOf } from '../../fixtures/store/replicas.ts';
import { temporaryDirectory } from '../../fixtures/store/temporary-library.ts';
import type { Orders, Told } from './killed-sync.ts';

const child = path.resolve('tests/integration/sync/killed-sync.ts');
/** Loading takes longer than a life: the next ones load while one lives. */
const waiting = 2;

const steps = [
  'sweep',
  'copy',
  'take',
  'between pieces',
  'write copy',
  'copy beside',
  'flush',
  'put sidecar aside',
  'copy former',
  'replace',
  'flush folder',
  'keep generation',
  'remember',
  'put copy away',
  'quarantine',
];

type Child = ChildProcessByStdio<Writable, Readable, null>;

function startWaiting(): Child {
  return spawn(process.execPath, [child], { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** Lets a process live for a while; what it was told is safe. */
function liveUntilKilled(life: Child, orders: Orders, delayMs: number): Promise<Told[]> {
  return new Promise((resolve, reject) => {
    const told: Told[] = [];
    let timer: NodeJS.Timeout | null = null;
    createInterface({ input: life.stdout }).on('line', (line) => {
      // The moment is counted from the first edit. A step that never comes is no reason to live on.
      const limitMs = orders.step === null ? delayMs : 600;
      timer ??= setTimeout(() => life.kill('SIGKILL'), limitMs);
      told.push(JSON.parse(line) as Told);
    });
    life.on('error', reject);
    life.on('close', (_code, signal) => {
      if (timer !== null) clearTimeout(timer);
      if (signal === 'SIGKILL') resolve(told);
      else reject(new Error(`It ended by itself: ${JSON.stringify(orders)}`));
    });
    life.stdin.write(`${JSON.stringify(orders)}\n`);
  });
}

/** The versions in a team file, which must be whole; null where there is none. */
function versionsIn(file: string, libraryId: Id, place: string, what: string): Set<Id> | null {
  if (!fs.existsSync(file)) return null;
  const copy = path.join(place, 'looked-at.db');
  fs.copyFileSync(file, copy);
  const found = openTeamFile({ file: copy, libraryId, logger: silentLogger });
  expect(found.kind, what).toBe('sound');
  if (found.kind !== 'sound') return null;
  const ids = new Set([...found.source.ids()].map(({ id }) => id));
  found.close();
  fs.rmSync(copy);
  return ids;
}

describe('a process killed while it shares', () => {
  it('has lost nothing, and leaves no bad team file', { timeout: 3_600_000 }, async () => {
    const seed = testSeed();
    const random = seededNumbers(seed);
    const kills = largeCount(1_000);
    const place = temporaryDirectory();
    const names = ['ada', 'ben', 'cy'];
    const acknowledged: Id[] = [];
    const queue: Child[] = [];
    onTestFinished(() => queue.forEach((life) => life.kill('SIGKILL')));
    const next = () => {
      while (queue.length <= waiting) queue.push(startWaiting());
      return queue.shift() ?? startWaiting();
    };

    let damaged: Buffer | null = null;
    let team = await newTeam(place, names, 0);
    for (let kill = 0; kill < kills; kill++) {
      const what = `AUTODOC_SEED=${seed}, kill ${kill}`;
      // Every life copies all of the team file several times: young teams let more die.
      if (kill % 40 === 39) {
        await expectAllEverywhere(team, acknowledged, what);
        acknowledged.length = 0;
        team = await newTeam(place, names, kill);
      }
      if (!isDamaged(team.file, damaged)) damaged = disturb(team.file, random);
      const directory = team.directories[Math.floor(random() * names.length)] ?? '';
      const step = random() < 0.7 ? (steps[Math.floor(random() * steps.length)] ?? null) : null;
      const orders: Orders = {
        ...{ directory, file: team.file, name: `${path.basename(directory)} ${kill}`, step },
        times: 1 + Math.floor(random() * 3),
      };
      const told = await liveUntilKilled(next(), orders, random() * 120);
      const last = told.findLastIndex((each) => 'published' in each);
      const versions = (some: readonly Told[]) =>
        some.flatMap((each) => ('version' in each ? [each.version] : []));
      acknowledged.push(...versions(told));
      // Until somebody lives long enough to replace it, what an accident left stays.
      if (!isDamaged(team.file, damaged)) {
        const published = versionsIn(team.file, team.libraryId, place, what);
        // What was told to be shared is.
        for (const id of versions(told.slice(0, last + 1))) {
          expect(published?.has(id), what).toBe(true);
        }
      }
    }
    await expectAllEverywhere(team, acknowledged, `AUTODOC_SEED=${seed}`);
  });
});

interface KilledTeam {
  readonly folder: string;
  readonly file: string;
  readonly libraryId: Id;
  readonly directories: readonly string[];
}

async function newTeam(place: string, names: readonly string[], at: number): Promise<KilledTeam> {
  const folder = path.join(place, `team ${at}`);
  fs.mkdirSync(folder);
  const file = path.join(folder, 'team.db');
  const directories = names.map((name) => path.join(place, `${name} ${at}`));
  let libraryId: Id | null = null;
  for (const directory of directories) {
    const store = openStore({
      ...{ directory, logger: silentLogger },
      ...(libraryId !== null && { libraryId }),
    });
    libraryId ??= store.libraryId;
    await createTeamSync({ store, file, settleMs: 0, logger: silentLogger }).round();
    store.close();
  }
  return { folder, file, libraryId: libraryId ?? '', directories };
}

/** What a sync service or an accident leaves in the folder now and then; the file where it is damaged. */
function disturb(file: string, random: () => number): Buffer | null {
  const what = random();
  const bytes = fs.readFileSync(file);
  const folder = path.dirname(file);
  if (what < 0.15) fs.writeFileSync(path.join(folder, 'team (1).db'), bytes);
  else if (what < 0.25) fs.writeFileSync(`${file}-journal`, 'left over');
  else if (what < 0.35) {
    const part = bytes.subarray(0, Math.floor(bytes.length * random()));
    fs.writeFileSync(file, part);
    return part;
  }
  return null;
}

function isDamaged(file: string, damaged: Buffer | null): boolean {
  return damaged !== null && fs.readFileSync(file).equals(damaged);
}

/** After a few rounds each everybody has everything that was ever acknowledged. */
async function expectAllEverywhere(
  { folder, file, directories }: KilledTeam,
  acknowledged: readonly Id[],
  what: string,
): Promise<void> {
  const stores = directories.map((directory) => openStore({ directory, logger: silentLogger }));
  try {
    for (let round = 0; round < 3; round++) {
      for (const store of stores) {
        await createTeamSync({ store, file, settleMs: 0, logger: silentLogger }).round();
      }
    }
    for (const store of stores) {
      expect(store.verify().problems, what).toEqual([]);
      for (const id of acknowledged) expect(store.versions.get(id), what).not.toBeNull();
      expect(derivedRowsOf(store), what).toEqual(derivedRowsOf(stores[0] ?? store));
      const left = path.join(store.directory, 'team', 'tmp');
      expect(fs.readdirSync(left), what).toEqual([]);
    }
    expect(fs.readdirSync(folder), what).toEqual(['team.db']);
  } finally {
    for (const store of stores) store.close();
  }
}
