import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../fixtures/store/temporary-library.ts';
import { documentNames, keptIn, machineOf, Team } from './shared-folder.ts';

/** A team of two, one of whom has written something that is only in a copy named `copy`. */
async function teamWithCopy(copy: string) {
  const team = new Team();
  const [ada, ben] = [team.machine('ada'), team.machine('ben')];
  ada.write('One');
  await ada.round();
  await ben.round();
  const before = fs.readFileSync(team.file);
  ben.write('From Ben');
  await ben.round();
  fs.renameSync(team.file, path.join(team.folder, copy));
  fs.writeFileSync(team.file, before);
  return { team, ada, ben };
}

describe('another version of the team file in the folder', () => {
  it('of a sync service is merged, shared, and put away', async () => {
    const copy = "team (Ben's conflicted copy 2026-11-29).db";
    const { team, ada } = await teamWithCopy(copy);
    expect(await ada.round()).toMatchObject({ taken: 2, published: true, is_settled: true });
    expect(documentNames(ada.store)).toEqual(['From Ben', 'One']);
    expect(team.names()).toEqual(['team.db']);
    expect(keptIn(ada.store, 'trash')).toHaveLength(1);
    expect(ada.notices).toEqual([
      `The conflict copy ${copy} was merged. It is in the library's trash for copies.`,
    ]);
    // Only once what it held is in the team file.
    const putAway = ada.steps.lastIndexOf('put copy away');
    expect(putAway).toBeGreaterThan(ada.steps.lastIndexOf('replace'));
    expect(documentNames(machineOf('cy', (await cyOf(team)).store, team.file).store)).toEqual([
      'From Ben',
      'One',
    ]);
  });

  it('of a person is merged and left where it lies, and not read again', async () => {
    const { team, ada } = await teamWithCopy('Backup of the team.sqlite');
    expect(await ada.round()).toMatchObject({ published: true, is_settled: true });
    expect(documentNames(ada.store)).toEqual(['From Ben', 'One']);
    expect(team.names()).toEqual(['Backup of the team.sqlite', 'team.db']);
    ada.steps.length = 0;
    expect(await ada.round()).toMatchObject({ taken: 0, published: false, is_settled: true });
    expect(ada.steps).toEqual(['sweep']);
    expect(ada.notices).toEqual([]);
  });

  it('is put away by a later round when a crash came in between', async () => {
    const { team, ada } = await teamWithCopy('team (1).db');
    let isArmed = true;
    const crashing = machineOf('ada', ada.store, team.file, {
      onStep(step) {
        if (isArmed && step === 'put copy away') throw new Error('power cut');
      },
    });
    await expect(crashing.round()).rejects.toThrow('power cut');
    isArmed = false;
    expect(await crashing.round()).toMatchObject({ published: false, is_settled: true });
    expect(team.names()).toEqual(['team.db']);
  });

  it('that changes while it is merged is read again', async () => {
    const { team, ada, ben } = await teamWithCopy('team 2.db');
    const copy = path.join(team.folder, 'team 2.db');
    const elsewhere = path.join(team.folder, 'newer.tmp');
    ben.write('Later');
    await machineOf('ben', ben.store, elsewhere).round();
    const newer = fs.readFileSync(elsewhere);
    fs.rmSync(elsewhere);
    const merging = machineOf('ada', ada.store, team.file, {
      onStep(step) {
        if (step === 'write copy') fs.writeFileSync(copy, newer);
      },
    });
    await merging.round();
    expect(fs.readFileSync(copy).equals(newer)).toBe(true);
    expect(documentNames(ada.store)).toEqual(['From Ben', 'One']);
    await ada.round();
    expect(documentNames(ada.store)).toEqual(['From Ben', 'Later', 'One']);
    expect(team.names()).toEqual(['team.db']);
  });

  it('that is damaged is kept aside, merged as far as it goes, and left where it lies', async () => {
    const { team, ada } = await teamWithCopy('team (1).db');
    const copy = path.join(team.folder, 'team (1).db');
    const bytes = fs.readFileSync(copy);
    fs.writeFileSync(copy, bytes.subarray(0, bytes.length - 4_096));
    await ada.round();
    expect(keptIn(ada.store, 'quarantine')).toHaveLength(1);
    expect(ada.notices[0]).toMatch(/^The copy team \(1\)\.db of the team file is damaged/);
    expect(team.names()).toContain('team (1).db');
    await ada.round();
    expect(ada.notices).toHaveLength(1);
  });

  it('of another library is left alone', async () => {
    const { team, ada } = await teamWithCopy('team (1).db');
    const others = new Team();
    const eve = others.machine('eve');
    eve.write('Not ours');
    await eve.round();
    const foreign = path.join(team.folder, 'team (2).db');
    fs.copyFileSync(others.file, foreign);
    const before = fs.readFileSync(foreign);
    expect(await ada.round()).toMatchObject({ is_settled: true });
    expect(documentNames(ada.store)).toEqual(['From Ben', 'One']);
    expect(fs.readFileSync(foreign).equals(before)).toBe(true);
    expect(team.names()).toEqual(['team (2).db', 'team.db']);
  });
});

/** Somebody who joins by the team file as it is now. */
async function cyOf(team: Team) {
  const cy = team.machine('cy');
  await cy.round();
  return cy;
}

describe('other things in the folder', () => {
  it('are none of ours', async () => {
    const team = new Team();
    const ada = team.machine('ada');
    ada.write('One');
    fs.mkdirSync(path.join(team.folder, 'team (1).db'));
    fs.symlinkSync(ada.store.directory, path.join(team.folder, 'link'));
    fs.writeFileSync(path.join(team.folder, 'notes.txt'), 'My notes. '.repeat(100));
    fs.writeFileSync(path.join(team.folder, 'empty.db'), '');
    fs.writeFileSync(path.join(team.folder, '.~team-0123456789abcdef.tmp'), 'somebody’s publish');
    const library = openLibrary();
    library.close();
    fs.copyFileSync(path.join(library.directory, 'state.db'), path.join(team.folder, 'state.db'));
    expect(await ada.round()).toMatchObject({ published: true, is_settled: true, problem: null });
    expect(team.names()).toEqual([
      '.~team-0123456789abcdef.tmp',
      'empty.db',
      'link',
      'notes.txt',
      'state.db',
      'team (1).db',
      'team.db',
    ]);
    ada.steps.length = 0;
    await ada.round();
    expect(ada.steps).toEqual(['sweep']);
  });

  it('that an interrupted publish of ours has left are cleared up after an hour', async () => {
    const team = new Team();
    const ada = team.machine('ada');
    const old = path.join(team.folder, '.~team-0123456789abcdef.tmp');
    fs.writeFileSync(old, 'x');
    await ada.round();
    expect(fs.existsSync(old)).toBe(true);
    fs.utimesSync(old, new Date(), new Date(Date.now() - 2 * 60 * 60_000));
    await ada.round();
    expect(fs.existsSync(old)).toBe(false);
  });
});
