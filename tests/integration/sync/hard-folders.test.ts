import Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeDisk, type Disk } from '../../../src-main/sync/disk.ts';
import { lookAt } from '../../../src-main/sync/entries.ts';
import { documentNames, keptIn, machineOf, Team, type Machine } from './shared-folder.ts';

/* Folders in which files are held, named otherwise, touched, or replaced at the wrong moment. */

const conflictName = 'team (conflicted copy 2026-11-29).db';
const settled = { published: false, is_settled: true, problem: null };

const failing = (code: string) => Object.assign(new Error(code), { code });

/** What only `machine` has written lies in a conflict copy, and the team file is without it. */
async function leaveInConflictCopy(team: Team, machine: Machine, name: string): Promise<string> {
  const before = fs.readFileSync(team.file);
  machine.write(name);
  await machine.round();
  const copy = path.join(team.folder, conflictName);
  fs.renameSync(team.file, copy);
  fs.writeFileSync(team.file, before);
  return copy;
}

async function teamOf(ben: (team: Team) => Partial<Disk> = () => ({})) {
  const team = new Team();
  const ada = team.machine('ada');
  ada.write('One');
  await ada.round();
  return { team, ada, ben: team.machine('ben', { disk: { ...nodeDisk, ...ben(team) } }) };
}

describe('a folder that knows no upper and lower case', () => {
  /** A disk on which a name in the team's folder is found however it is written. */
  const careless = ({ folder }: Team): Partial<Disk> => {
    const found = (file: string): string => {
      if (path.dirname(file) !== folder) return file;
      const names = fs.readdirSync(folder);
      const isSame = (name: string) => name.toLowerCase() === path.basename(file).toLowerCase();
      return path.join(folder, names.find(isSame) ?? path.basename(file));
    };
    return {
      look: (file) => nodeDisk.look(found(file)),
      read: (file, position, length) => nodeDisk.read(found(file), position, length),
      copy: (from, to, options) => nodeDisk.copy(found(from), to, options),
      rename: (from, to) => nodeDisk.rename(found(from), found(to)),
    };
  };

  it('has the team file by whatever name, read once, and what lies beside it', async () => {
    const { team, ben } = await teamOf(careless);
    const real = path.join(team.folder, 'TEAM.db');
    fs.renameSync(team.file, real);
    expect(await ben.round()).toMatchObject({ ...settled, taken: 2 });
    ben.steps.length = 0;
    expect(await ben.round()).toMatchObject({ ...settled, taken: 0 });
    expect(ben.steps).not.toContain('copy');

    fs.writeFileSync(`${real}-wal`, 'stale');
    ben.write('Two');
    expect(await ben.round()).toMatchObject({ published: true });
    expect(team.names()).toEqual(['TEAM.db']);
  });
});

describe('what keeps a round from nothing', () => {
  it('is a conflict copy that was held for a moment', async () => {
    let isHeld = true;
    const { team, ada, ben } = await teamOf(({ folder }) => ({
      read(file, position, length) {
        if (isHeld && file === path.join(folder, conflictName)) throw failing('EBUSY');
        return nodeDisk.read(file, position, length);
      },
    }));
    await ben.round();
    await leaveInConflictCopy(team, ada, 'In the copy');
    await ben.round();
    expect(documentNames(ben.store)).toEqual(['One']);
    isHeld = false;
    await ben.round();
    expect(documentNames(ben.store)).toEqual(['In the copy', 'One']);
  });

  it('is something old that cannot be removed', async () => {
    const stale = `.~team-${'0'.repeat(16)}.tmp`;
    const { team, ben } = await teamOf(({ folder }) => ({
      remove(file) {
        if (file === path.join(folder, stale)) throw failing('EACCES');
        nodeDisk.remove(file);
      },
    }));
    fs.writeFileSync(path.join(team.folder, stale), 'half');
    fs.utimesSync(path.join(team.folder, stale), 1, 1);
    expect(await ben.round()).toMatchObject({ ...settled, taken: 2 });
  });

  it('is what an earlier version of Autodoc did not understand', async () => {
    const { team, ben } = await teamOf();
    const entry = lookAt(nodeDisk, team.folder, 'team.db', new Set());
    for (const outcome of ['newer', 'alien']) {
      ben.store.team.seenFiles.put('team.db', entry!.stamp, outcome);
      const updated = machineOf('ben', ben.store, team.file);
      expect(await updated.round()).toMatchObject(settled);
    }
    expect(documentNames(ben.store)).toEqual(['One']);
  });
});

describe('a team file that a service touched', () => {
  it('is not read to its last value again', async () => {
    const { team, ada } = await teamOf();
    fs.chmodSync(team.file, 0o640);
    expect(await ada.round()).toMatchObject({ ...settled, taken: 0 });
    expect(ada.steps).not.toContain('read all');
  });
});

describe('a library whose own disk has spoilt a change', () => {
  /** As a bit that flips would, which SQLite does not see. */
  function spoil({ store }: Machine, document: string): void {
    const database = new Database(path.join(store.directory, 'replica.db'));
    database
      .prepare(
        `update changes set value = '"spoilt"' where entity_id = ? and field = 'document_name'`,
      )
      .run(document);
    database.close();
  }

  it('shares all else, and comes to rest', async () => {
    const { ada, ben } = await teamOf();
    await ben.round();
    spoil(ada, ada.write('Two'));
    ada.write('Three');
    for (let times = 0; times < 3; times++) for (const one of [ada, ben]) await one.round();
    const published = [];
    for (let times = 0; times < 3; times++) {
      for (const one of [ada, ben]) published.push((await one.round()).published);
    }
    expect(published).not.toContain(true);
    expect(keptIn(ben.store, 'quarantine')).toHaveLength(1);
    expect(documentNames(ben.store)).toEqual(expect.arrayContaining(['One', 'Three']));
  });

  it('does not take the team file for damaged by it', async () => {
    const { team, ada } = await teamOf();
    spoil(ada, ada.write('Two'));
    await ada.round();
    fs.utimesSync(team.file, 1, 1);
    expect(await ada.round()).toMatchObject(settled);
    expect(keptIn(ada.store, 'quarantine')).toEqual([]);
  });
});

describe('a conflict copy that is replaced while it is looked at', () => {
  it('stays, and is merged by the next round', async () => {
    let replace: () => void = () => undefined;
    const { team, ada, ben } = await teamOf(() => ({
      copy(from, to, options) {
        nodeDisk.copy(from, to, options);
        // The look for words that were purged.
        if (path.basename(to).startsWith('merged-')) replace();
      },
    }));
    await ben.round();
    const secret = ada.write('Secret');
    await ada.round();
    const unpurged = fs.readFileSync(team.file);
    ada.store.write({ id: randomUUID() }, (t) => t.purgeDocument(secret));
    await ada.round();

    const carl = team.machine('carl');
    await carl.round();
    const before = fs.readFileSync(team.file);
    carl.write('From Carl');
    await carl.round();
    const whole = fs.readFileSync(team.file);
    fs.writeFileSync(team.file, before);
    const copy = path.join(team.folder, conflictName);
    fs.writeFileSync(copy, unpurged);
    replace = () => {
      replace = () => undefined;
      fs.writeFileSync(copy, whole);
    };
    await ben.round();
    expect(fs.existsSync(copy)).toBe(true);
    await ben.round();
    expect(documentNames(ben.store)).toContain('From Carl');
  });
});
