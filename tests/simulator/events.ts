import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import type { RoundOutcome } from '../../src-main/sync/types.ts';
import { sha256 } from '../../src-main/store/log/change.ts';
import { flipBit, putPart, putWhole, readOrNull } from './files.ts';
import { teamFileName, type Machine } from './machine.ts';
import { roundAt, serve, type Happenings } from './rounds.ts';
import { workAt } from './work.ts';
import type { World } from './world.ts';

/*
 * What happens in a schedule, one thing at a time.
 */

type Event = (world: World, happenings: Happenings) => Promise<void> | void;

const minuteMs = 60_000;

export const events = {
  work(world) {
    const machine = anyMachine(world);
    const count = 1 + world.dice.whole(4);
    for (let at = 0; at < count; at += 1) {
      world.pass(world.dice.whole(minuteMs));
      workAt(machine, world);
    }
  },

  service(world) {
    serve(world, anyMachine(world));
  },

  async round(world, happenings) {
    await roundAt(world, anyMachine(world), happenings);
  },

  time(world) {
    const { dice } = world;
    world.pass(dice.between(0, dice.pick([minuteMs, 60 * minuteMs, 48 * 60 * minuteMs])));
  },

  power(world) {
    if (!world.has('machines that are off')) return;
    const machine = world.dice.pick(world.machines);
    if (!machine.isOff && world.running.length < 3) return;
    machine.isOff = !machine.isOff;
    machine.close();
    world.trace(`${machine.machine} is ${machine.isOff ? 'off' : 'on again'}`);
  },

  backup(world) {
    if (world.has('older libraries')) anyMachine(world).backUp();
  },

  'set back'(world) {
    if (!world.has('older libraries')) return;
    const backedUp = world.running.filter(({ hasBackup }) => hasBackup);
    if (backedUp.length === 0) return;
    const machine = world.dice.pick(backedUp);
    const how = world.dice.weighted({ library: 2, replica: 2, 'state lost': 1 });
    const gone = new Set(machine.setBack(how));
    const others = world.machines.filter((other) => other !== machine).map((one) => one.ids());
    for (const ids of others) for (const id of ids) gone.delete(id);
    world.ledger.mayBeGone(gone);
    world.trace(`${machine.machine} is set back (${how}); ${gone.size} changes were nowhere else`);
  },

  clone(world) {
    if (!world.has('clones')) return;
    const machine = anyMachine(world);
    const copy = world.clone(machine);
    if (copy !== null) world.trace(`${copy.machine} is a copy of ${machine.machine}`);
  },

  async join(world) {
    const machine = await world.join();
    if (machine === null) return;
    world.trace(`${machine.machine} joins`);
    await machine.round();
  },

  'flip a bit'(world) {
    if (!world.has('flipped bits')) return;
    const { dice, service } = world;
    const machine = anyMachine(world);
    const bytes = contentOf(machine.teamFile);
    if (bytes === null) return;
    const flipped = flipBit(bytes, dice.whole(bytes.length), dice.whole(8));
    if (dice.chance(0.3)) {
      if (service.spoil(teamFileName, (whole) => flipAt(whole, dice.number(), dice.whole(8)))) {
        world.trace('a bit of the server’s file flips');
      }
      return;
    }
    putPart(machine.teamFile, flipped, machine.now());
    const isUnseen = dice.chance(0.5);
    if (isUnseen) {
      service.overlook(machine, teamFileName);
      world.spoilt.add(machine);
    }
    world.trace(`${machine.machine}: a bit of its file flips${isUnseen ? ', unseen' : ''}`);
  },

  'cut the file'(world) {
    if (!world.has('cut files')) return;
    const { dice, service } = world;
    const machine = anyMachine(world);
    const bytes = contentOf(machine.teamFile);
    if (bytes === null) return;
    const length = dice.chance(0.2) ? 0 : dice.whole(bytes.length + 1);
    putPart(machine.teamFile, bytes.subarray(0, length), machine.now());
    const isUnseen = dice.chance(0.7);
    if (isUnseen) service.overlook(machine, teamFileName);
    world.trace(`${machine.machine}: its file is cut at ${length} of ${bytes.length}`);
  },

  sidecar(world) {
    if (!world.has('stale sidecars')) return;
    const { dice } = world;
    const machine = anyMachine(world);
    const suffix = dice.pick(['-wal', '-journal', '-shm']);
    const real = readOrNull(path.join(machine.library, 'replica.db-wal'));
    const bytes = dice.chance(0.6) && real !== null ? real : Buffer.alloc(4_096, dice.whole(256));
    putPart(machine.teamFile + suffix, bytes, machine.now());
    world.trace(`${machine.machine}: a stale ${suffix} beside its file`);
  },

  'delete the file'(world) {
    if (!world.has('deletions')) return;
    const machine = anyMachine(world);
    fs.rmSync(machine.teamFile, { force: true });
    world.trace(`${machine.machine}: the file is deleted`);
  },

  'older server file'(world) {
    if (!world.has('older server files')) return;
    if (world.service.setBack(teamFileName, (count) => world.dice.whole(count))) {
      world.trace('the server’s file is set back');
    }
  },

  'own backup'(world) {
    const machine = anyMachine(world);
    const name = world.dice.pick(['Backup of Team.db', 'Team backup.db', 'Team (Sue).db']);
    if (world.untouchable.has(name) || !isWhole(machine.teamFile)) return;
    const bytes = fs.readFileSync(machine.teamFile);
    world.untouchable.set(name, bytes);
    putWhole(path.join(machine.folder, name), bytes, machine.now());
    world.trace(`${machine.machine}: somebody keeps a copy of the file`);
  },

  'newer tables'(world) {
    if (!world.has('newer versions')) return;
    const machine = anyMachine(world);
    if (!isWhole(machine.teamFile)) return;
    changeFile(machine, (database) => {
      database.exec(
        'create table if not exists holograms (id text primary key); pragma user_version = 99',
      );
    });
    world.trace(`${machine.machine}: a newer version wrote the file`);
  },

  async 'unreadable format'(world, happenings) {
    if (!world.has('newer versions')) return;
    const machine = anyMachine(world);
    if (!isWhole(machine.teamFile)) return;
    await refuses(world, machine, happenings, 'file_newer', () =>
      changeFile(machine, (database) => {
        const value = database
          .prepare<[], string>(`select value from meta where key = 'identity'`)
          .pluck()
          .get()!;
        const { library_id } = JSON.parse(value) as { library_id: string };
        const signed = ['autodoc-identity-1', library_id, 2, 2];
        const hash = sha256(JSON.stringify(signed)).toString('hex');
        const identity = { library_id, format: 2, min_reader: 2, sha256: hash };
        database
          .prepare(`update meta set value = ? where key = 'identity'`)
          .run(JSON.stringify(identity));
      }),
    );
  },

  async 'foreign file'(world, happenings) {
    if (!world.has('other files in its place')) return;
    const machine = anyMachine(world);
    await refuses(world, machine, happenings, 'file_foreign', () => {
      putWhole(machine.teamFile, fs.readFileSync(world.templates.foreignFile), machine.now());
    });
  },
} as const satisfies Record<string, Event>;

export const eventWeights: Readonly<Record<keyof typeof events, number>> = {
  work: 30,
  service: 26,
  round: 24,
  time: 6,
  power: 4,
  backup: 4,
  'set back': 2.5,
  clone: 1,
  join: 0.7,
  'flip a bit': 3,
  'cut the file': 2,
  sidecar: 2,
  'delete the file': 1.5,
  'older server file': 2,
  'own backup': 0.7,
  'newer tables': 1,
  'unreadable format': 1,
  'foreign file': 1,
};

/** Puts something else in the team file's place for a round, which must leave it to the byte. */
async function refuses(
  world: World,
  machine: Machine,
  happenings: Happenings,
  code: string,
  put: () => void,
): Promise<void> {
  const before = readOrNull(machine.teamFile);
  put();
  const other = readOrNull(machine.teamFile)!;
  for (let at = 0; at < 3; at += 1) {
    const outcome = (await machine.round()) as RoundOutcome;
    if (outcome.problem?.code !== code) {
      const found = outcome.problem?.code ?? 'nothing';
      happenings.problems.push(`${machine.machine}: ${found} is said of a file that is ${code}`);
    }
    if (readOrNull(machine.teamFile)?.equals(other) !== true) {
      happenings.problems.push(`${machine.machine}: a file that is ${code} was written over`);
    }
  }
  world.trace(`${machine.machine}: for a while there is a file that is ${code}`);
  if (before === null) fs.rmSync(machine.teamFile);
  else putWhole(machine.teamFile, before, machine.now());
}

function anyMachine(world: World): Machine {
  return world.dice.pick(world.running);
}

/** What is in a file; null where nothing is, and where nothing is down yet. */
function contentOf(file: string): Buffer | null {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return found === undefined || found.blocks === 0 ? null : fs.readFileSync(file);
}

function flipAt(bytes: Buffer, where: number, bit: number): Buffer {
  return bytes.length === 0 ? bytes : flipBit(bytes, Math.floor(where * bytes.length), bit);
}

/** A database that can be opened and holds what its pages say. */
function isWhole(file: string): boolean {
  const bytes = readOrNull(file);
  if (bytes === null || bytes.length === 0) return false;
  try {
    const database = new Database(bytes, { readonly: true });
    try {
      return database.pragma('integrity_check(1)', { simple: true }) === 'ok';
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}

/** What another program makes of the team file: elsewhere, then put in its place. */
function changeFile(machine: Machine, change: (database: Database.Database) => void): void {
  const copy = path.join(path.dirname(machine.folder), 'changed.db');
  fs.copyFileSync(machine.teamFile, copy);
  const database = new Database(copy);
  try {
    database.pragma('journal_mode = delete');
    change(database);
  } finally {
    database.close();
  }
  putWhole(machine.teamFile, fs.readFileSync(copy), machine.now());
  fs.rmSync(copy);
}
