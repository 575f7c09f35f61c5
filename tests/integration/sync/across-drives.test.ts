import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeDisk, type Disk } from '../../../src-main/sync/disk.ts';
import { documentNames, keptIn, Team } from './shared-folder.ts';

function refusal(code: string): Error {
  return Object.assign(new Error('refused'), { code });
}

/** The team's folder lies on another drive than the library: nothing moves between the two. */
function acrossDrives(team: Team, disk: Partial<Disk> = {}): Disk {
  return {
    ...{ ...nodeDisk, ...disk },
    rename(from, to) {
      const isInFolder = (file: string) => path.dirname(file) === team.folder;
      if (isInFolder(from) !== isInFolder(to)) throw refusal('EXDEV');
      nodeDisk.rename(from, to);
    },
  };
}

/** A team whose file lies on another drive, with a conflict copy beside it that brings nothing. */
async function teamWithCopy(disk: (copy: string) => Partial<Disk> = () => ({})) {
  const team = new Team();
  const copy = path.join(team.folder, 'team (1).db');
  const ada = team.machine('ada', { disk: acrossDrives(team, disk(copy)) });
  ada.write('One');
  await ada.round();
  fs.copyFileSync(team.file, copy);
  return { team, ada, copy };
}

describe('a merged copy on another drive', () => {
  it('is copied into the trash and removed', async () => {
    const { team, ada, copy } = await teamWithCopy();
    const bytes = fs.readFileSync(copy);
    expect(await ada.round()).toMatchObject({ is_settled: true, problem: null });
    const [kept = '', ...more] = keptIn(ada.store, 'trash');
    expect(more).toEqual([]);
    const trash = path.join(ada.store.directory, 'team', 'trash');
    expect(fs.readFileSync(path.join(trash, kept)).equals(bytes)).toBe(true);
    expect(team.names()).toEqual(['team.db']);
  });

  it('stays where it cannot be removed, and only there', async () => {
    let isHeld = true;
    const { team, ada, copy } = await teamWithCopy((copy) => ({
      remove(file) {
        if (isHeld && file === copy) throw refusal('EPERM');
        nodeDisk.remove(file);
      },
    }));
    for (let count = 0; count < 3; count += 1) {
      expect(await ada.round()).toMatchObject({ is_settled: true, problem: null });
      expect(keptIn(ada.store, 'trash')).toEqual([]);
    }
    expect(fs.existsSync(copy)).toBe(true);
    expect(ada.notices).toEqual([]);
    isHeld = false;
    await ada.round();
    expect(keptIn(ada.store, 'trash')).toHaveLength(1);
    expect(team.names()).toEqual(['team.db']);
    expect(ada.notices).toHaveLength(1);
  });

  it('that is written to meanwhile stays, and is read again', async () => {
    let isWrittenTo = false;
    const { team, ada, copy } = await teamWithCopy((copy) => ({
      copy(from, to, options) {
        nodeDisk.copy(from, to, options);
        if (from !== copy || !to.includes('trash') || isWrittenTo) return;
        isWrittenTo = true;
        fs.utimesSync(copy, new Date(0), new Date(0));
      },
    }));
    await ada.round();
    expect(isWrittenTo).toBe(true);
    expect(keptIn(ada.store, 'trash')).toEqual([]);
    expect(fs.existsSync(copy)).toBe(true);
    expect(ada.notices).toEqual([]);
    ada.steps.length = 0;
    await ada.round();
    expect(ada.steps).toContain('take');
    expect(keptIn(ada.store, 'trash')).toHaveLength(1);
    expect(team.names()).toEqual(['team.db']);
  });

  it('is kept where its removal fails and it is gone all the same', async () => {
    const { team, ada } = await teamWithCopy((copy) => ({
      remove(file) {
        const isThere = fs.existsSync(file);
        nodeDisk.remove(file);
        if (file === copy && isThere) throw refusal('EIO');
      },
    }));
    await ada.round();
    expect(keptIn(ada.store, 'trash')).toHaveLength(1);
    expect(team.names()).toEqual(['team.db']);
  });

  it('leaves nothing behind where the copy does not come to its end', async () => {
    const { ada, copy } = await teamWithCopy(() => ({
      copy(from, to, options) {
        nodeDisk.copy(from, to, options);
        if (to.includes('trash')) throw refusal('EIO');
      },
    }));
    for (let count = 0; count < 2; count += 1) await ada.round();
    expect(keptIn(ada.store, 'trash')).toEqual([]);
    expect(fs.existsSync(copy)).toBe(true);
  });
});

describe('what lies beside a team file on another drive', () => {
  it('is not copied again and again while it cannot be removed', async () => {
    const team = new Team();
    const journal = `${team.file}-journal`;
    let isHeld = true;
    const disk = acrossDrives(team, {
      remove(file) {
        if (isHeld && file === journal) throw refusal('EBUSY');
        nodeDisk.remove(file);
      },
    });
    const ada = team.machine('ada', { disk, retryMs: 50 });
    ada.write('One');
    await ada.round();
    fs.writeFileSync(journal, 'half a transaction');
    ada.write('Two');
    for (let count = 0; count < 3; count += 1) {
      expect(await ada.round()).toMatchObject({ problem: { code: 'file_unreachable' } });
      expect(keptIn(ada.store, 'quarantine')).toEqual([]);
    }
    isHeld = false;
    expect(await ada.round()).toMatchObject({ published: true, problem: null });
    expect(keptIn(ada.store, 'quarantine')).toHaveLength(1);
    expect(team.names()).toEqual(['team.db']);
  });

  it('is read again where it is written to while it is copied', async () => {
    const team = new Team();
    const journal = `${team.file}-journal`;
    let isWrittenTo = false;
    const disk = acrossDrives(team, {
      copy(from, to, options) {
        nodeDisk.copy(from, to, options);
        if (from !== journal || !to.includes('quarantine') || isWrittenTo) return;
        isWrittenTo = true;
        fs.appendFileSync(journal, ' transaction');
      },
    });
    const ada = team.machine('ada', { disk });
    ada.write('One');
    await ada.round();
    fs.writeFileSync(journal, 'half a');
    ada.write('Two');
    expect(await ada.round()).toMatchObject({ published: true, problem: null });
    const [kept = '', ...more] = keptIn(ada.store, 'quarantine');
    expect(more).toEqual([]);
    const aside = path.join(ada.store.directory, 'team', 'quarantine', kept);
    expect(fs.readFileSync(aside, 'utf8')).toBe('half a transaction');
  });
});

describe('what is kept beyond the limits', () => {
  it('keeps no damaged file from being put aside once, where it cannot be removed', async () => {
    const team = new Team();
    const disk: Disk = {
      ...nodeDisk,
      remove(file) {
        if (file.includes('quarantine')) throw refusal('EPERM');
        nodeDisk.remove(file);
      },
    };
    const ada = team.machine('ada', { disk });
    ada.write('One');
    await ada.round();
    const quarantine = path.join(ada.store.directory, 'team', 'quarantine');
    fs.mkdirSync(quarantine, { recursive: true });
    for (let count = 10; count < 60; count += 1) {
      fs.writeFileSync(path.join(quarantine, `20260101T0000${count}-000Z-team.db`), 'old');
    }
    fs.truncateSync(team.file, fs.statSync(team.file).size - 4_096);
    expect(await ada.round()).toMatchObject({ problem: { code: 'file_damaged' } });
    expect(await ada.round()).toMatchObject({ published: true, problem: null });
    expect(keptIn(ada.store, 'quarantine')).toHaveLength(51);
    expect(documentNames(ada.store)).toEqual(['One']);
  });
});
