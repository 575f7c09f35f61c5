import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeDisk, type Disk } from '../../../src-main/sync/disk.ts';
import { listGenerations } from '../../../src-main/sync/kept-files.ts';
import {
  openLibrary,
  ownerId,
  temporaryDirectory,
} from '../../fixtures/store/temporary-library.ts';
import { documentNames, keptIn, machineOf, Team, type Machine } from './shared-folder.ts';

async function teamOfTwo(options = {}) {
  const team = new Team();
  const [ada, ben] = [team.machine('ada', options), team.machine('ben', options)];
  ada.write('One');
  await ada.round();
  await ben.round();
  return { team, ada, ben };
}

/** Does something once, when a round comes to a step. */
function once(step: string, work: () => void) {
  let isDone = false;
  return {
    onStep(name: string) {
      if (name !== step || isDone) return;
      isDone = true;
      work();
    },
  };
}

describe('publishing', () => {
  it('begins anew where the team file was replaced meanwhile', async () => {
    const { team, ada, ben } = await teamOfTwo();
    ben.write('From Ben');
    await ben.round();
    const theirs = fs.readFileSync(team.file);
    const racing = machineOf(
      'ada',
      ada.store,
      team.file,
      once('replace', () => {
        fs.writeFileSync(path.join(team.folder, 'arriving'), theirs);
        fs.renameSync(path.join(team.folder, 'arriving'), team.file);
      }),
    );
    await racing.round();
    ada.write('From Ada');
    const outcome = await racing.round();
    expect(outcome).toMatchObject({ published: true, is_settled: true });
    await ben.round();
    expect(documentNames(ben.store)).toEqual(['From Ada', 'From Ben', 'One']);
    expect(team.names()).toEqual(['team.db']);
  });

  it('happens whenever the team file lacks something, whoever took it away', async () => {
    const { team, ada, ben } = await teamOfTwo();
    const old = fs.readFileSync(team.file);
    ben.write('From Ben');
    await ben.round();
    await ada.round();
    fs.writeFileSync(team.file, old);
    expect(await ada.round()).toMatchObject({ taken: 0, published: true });
    fs.rmSync(team.file);
    expect(await ben.round()).toMatchObject({ published: true, is_settled: true });
    const cy = team.machine('cy');
    await cy.round();
    expect(documentNames(cy.store)).toEqual(['From Ben', 'One']);
  });

  it('never decides by the time of a file', async () => {
    const { team, ada, ben } = await teamOfTwo();
    ben.write('From Ben');
    await ben.round();
    fs.utimesSync(team.file, new Date(0), new Date(0));
    expect((await ada.round()).taken).toBeGreaterThan(0);
    expect(documentNames(ada.store)).toEqual(['From Ben', 'One']);
  });

  it('tries again while another program holds the file', async () => {
    let refusals = 3;
    const disk: Disk = {
      ...nodeDisk,
      rename(from, to) {
        if (from.endsWith('.tmp') && to.endsWith('team.db') && refusals-- > 0) {
          throw Object.assign(new Error('held'), { code: 'EBUSY' });
        }
        nodeDisk.rename(from, to);
      },
    };
    const team = new Team();
    const ada = team.machine('ada', { disk, retryMs: 2_000 });
    ada.write('One');
    expect(await ada.round()).toMatchObject({ published: true });
    refusals = Infinity;
    ada.write('Two');
    const impatient = machineOf('ada', ada.store, team.file, { disk, retryMs: 50 });
    expect(await impatient.round()).toMatchObject({
      ...{ published: false, problem: { code: 'file_unreachable' } },
    });
    expect(team.names()).toEqual(['team.db']);
    expect(impatient.sync.unshared()).toBeGreaterThan(0);
  });

  it('follows a link to a file, and replaces that one', async () => {
    const { team, ada, ben } = await teamOfTwo();
    const link = path.join(temporaryDirectory(), 'link.db');
    fs.symlinkSync(team.file, link);
    const linked = machineOf('ada', ada.store, link);
    ada.write('By the link');
    expect(await linked.round()).toMatchObject({ published: true, is_settled: true });
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
    expect(fs.lstatSync(team.file).isFile()).toBe(true);
    await ben.round();
    expect(documentNames(ben.store)).toEqual(['By the link', 'One']);
  });

  it.skipIf(process.platform === 'win32')('keeps who may read and write the file', async () => {
    const { team, ada } = await teamOfTwo();
    fs.chmodSync(team.file, 0o664);
    ada.write('Two');
    await ada.round();
    expect(fs.statSync(team.file).mode & 0o777).toBe(0o664);
  });

  it('waits while somebody works with the file, and keeps what was left beside it aside', async () => {
    const { team, ada } = await teamOfTwo();
    const journal = `${team.file}-journal`;
    fs.writeFileSync(journal, 'half a');
    const watching = machineOf('ada', ada.store, team.file, {
      settleMs: 20,
      onStep(step) {
        if (step === 'flush') setTimeout(() => fs.appendFileSync(journal, ' transaction'), 5);
      },
    });
    ada.write('Two');
    expect(await watching.round()).toMatchObject({ published: false, is_settled: false });
    expect(fs.existsSync(journal)).toBe(true);
    expect(await ada.round()).toMatchObject({ published: true, is_settled: true });
    expect(team.names()).toEqual(['team.db']);
    expect(keptIn(ada.store, 'quarantine')).toEqual([expect.stringMatching(/team\.db-journal$/)]);
  });
});

describe('earlier team files', () => {
  function clock(startMs: number) {
    let nowMs = startMs;
    return { now: () => nowMs, pass: (ms: number) => (nowMs += ms) };
  }

  it('are kept, one in ten minutes, within their limits', async () => {
    const time = clock(Date.UTC(2026, 10, 29, 10));
    const limits = { count: 2, megabytes: 100 };
    const { team, ada } = await teamOfTwo({ now: time.now, limits: () => limits });
    const sizes: number[] = [];
    const change = async (who: Machine, name: string) => {
      sizes.push(fs.statSync(team.file).size);
      who.write(name, name.repeat(1_000));
      expect(await who.round()).toMatchObject({ published: true });
    };
    await change(ada, 'Two');
    expect(listGenerations(ada.store.directory)).toMatchObject([
      { kept_on: '2026-11-29T10:00:00.000Z', bytes: sizes[0] },
    ]);
    time.pass(60_000);
    await change(ada, 'Three');
    expect(listGenerations(ada.store.directory)).toHaveLength(1);
    for (const name of ['Four', 'Five']) {
      time.pass(10 * 60_000);
      await change(ada, name);
    }
    expect(listGenerations(ada.store.directory).map(({ kept_on }) => kept_on)).toEqual([
      '2026-11-29T10:21:00.000Z',
      '2026-11-29T10:11:00.000Z',
    ]);
    limits.count = 0;
    time.pass(10 * 60_000);
    await change(ada, 'Six');
    expect(listGenerations(ada.store.directory)).toHaveLength(2);
  });

  it('are not kept with words that were purged, nor are merged copies', async () => {
    const { team, ada, ben } = await teamOfTwo();
    const secret = ada.write('Secret', 'Words to be forgotten');
    await ada.round();
    await ben.round();
    const [kept = ''] = keptIn(ada.store, 'generations');
    fs.rmSync(path.join(ada.store.directory, 'team', 'generations', kept));
    fs.copyFileSync(team.file, path.join(team.folder, 'team (1).db'));
    ada.store.write({ id: ownerId }, (t) => t.purgeDocument(secret));
    expect(await ada.round()).toMatchObject({ published: true, is_settled: true });
    expect(keptIn(ada.store, 'generations')).toEqual([]);
    expect(keptIn(ada.store, 'trash')).toEqual([]);
    expect(team.names()).toEqual(['team.db']);
    expect(fs.readFileSync(team.file).includes('Words to be forgotten')).toBe(false);
    expect(ada.notices.at(-1)).toContain('purged');
    await ben.round();
    expect(documentNames(ben.store)).toEqual(['One']);
  });

  it('are the private copy that was read, moved and not copied again', async () => {
    const { ada, ben } = await teamOfTwo();
    ben.write('From Ben');
    await ben.round();
    ada.write('From Ada');
    ada.steps.length = 0;
    await ada.round();
    expect(ada.steps).toContain('keep generation');
    expect(ada.steps).not.toContain('copy former');
    expect(keptIn(ada.store, 'generations')).toHaveLength(1);
  });
});

describe('what a round remembers', () => {
  it('is forgotten when an older copy of the library is put back', async () => {
    const { team, ada, ben } = await teamOfTwo();
    ada.store.close();
    const replica = path.join(ada.store.directory, 'replica.db');
    const old = fs.readFileSync(replica);
    const again = openLibrary({ directory: ada.store.directory });
    ben.write('From Ben');
    await ben.round();
    await machineOf('ada', again, team.file).round();
    again.write({ id: ownerId }, (t) =>
      t.createDocument({ document_name: 'From Ada', document_body: '' }),
    );
    await machineOf('ada', again, team.file).round();
    again.close();
    // The library alone: what this machine remembers of the team file is newer than it.
    fs.writeFileSync(replica, old);
    const restored = openLibrary({ directory: ada.store.directory });
    expect(documentNames(restored)).toEqual(['One']);
    restored.write({ id: ownerId }, (t) =>
      t.createDocument({ document_name: 'After', document_body: '' }),
    );
    expect(await machineOf('ada', restored, team.file).round()).toMatchObject({ published: true });
    expect(documentNames(restored)).toEqual(['After', 'From Ada', 'From Ben', 'One']);
    await ben.round();
    expect(documentNames(ben.store)).toEqual(['After', 'From Ada', 'From Ben', 'One']);
  });

  it('is of one team file: another place is looked at anew', async () => {
    const { team, ada } = await teamOfTwo();
    const moved = path.join(temporaryDirectory(), 'team.db');
    const elsewhere = machineOf('ada', ada.store, moved);
    expect(elsewhere.sync.sharedOn()).toBeNull();
    expect(await elsewhere.round()).toMatchObject({ published: true, is_settled: true });
    expect(fs.readFileSync(moved).subarray(0, 15).toString()).toBe('SQLite format 3');
    const back = machineOf('ada', ada.store, team.file);
    expect(await back.round()).toMatchObject({ published: false, is_settled: true });
  });
});
