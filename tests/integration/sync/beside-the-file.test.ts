import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeDisk, type Disk } from '../../../src-main/sync/disk.ts';
import { keptIn, machineOf, Team } from './shared-folder.ts';

async function teamOfOne() {
  const team = new Team();
  const ada = team.machine('ada');
  ada.write('One');
  await ada.round();
  return { team, ada };
}

describe('what lies beside the team file for SQLite', () => {
  it('tries again while another program holds what was left beside the file', async () => {
    const { team, ada } = await teamOfOne();
    const journal = `${team.file}-journal`;
    fs.writeFileSync(journal, 'half a');
    let refusals = 2;
    const disk: Disk = {
      ...nodeDisk,
      rename(from, to) {
        if (from === journal && refusals-- > 0) {
          // Who holds it writes to it once: what was read is no more.
          if (refusals === 0) fs.appendFileSync(journal, ' transaction');
          throw Object.assign(new Error('held'), { code: 'EBUSY' });
        }
        nodeDisk.rename(from, to);
      },
    };
    const patient = machineOf('ada', ada.store, team.file, { disk, retryMs: 2_000 });
    ada.write('Two');
    expect(await patient.round()).toMatchObject({ published: true, is_settled: true });
    expect(patient.steps.filter((step) => step === 'copy')).toHaveLength(2);
    expect(team.names()).toEqual(['team.db']);
    const [kept = ''] = keptIn(ada.store, 'quarantine');
    const aside = path.join(ada.store.directory, 'team', 'quarantine', kept);
    expect(fs.readFileSync(aside, 'utf8')).toBe('half a transaction');
  });

  it('keeps aside what a team file that is gone has left', async () => {
    const { team, ada } = await teamOfOne();
    fs.rmSync(team.file);
    for (const ending of ['-wal', '-journal', '-shm']) fs.writeFileSync(team.file + ending, 'old');
    const watching = machineOf('ada', ada.store, team.file, {
      settleMs: 20,
      onStep(step) {
        if (step === 'flush') setTimeout(() => fs.appendFileSync(`${team.file}-wal`, 'er'), 5);
      },
    });
    expect(await watching.round()).toMatchObject({ published: false, problem: null });
    expect(fs.existsSync(team.file)).toBe(false);
    expect(await ada.round()).toMatchObject({ published: true, is_settled: true });
    expect(team.names()).toEqual(['team.db']);
    const endings = keptIn(ada.store, 'quarantine').map((name) => name.replace(/.*team\.db/, ''));
    expect(endings.sort()).toEqual(['-journal', '-shm', '-wal']);
  });

  it('begins anew where something comes to lie beside a file that is gone', async () => {
    const { team, ada } = await teamOfOne();
    fs.rmSync(team.file);
    let isLate = false;
    const racing = machineOf('ada', ada.store, team.file, {
      onStep(step) {
        if (step !== 'replace' || isLate) return;
        isLate = true;
        fs.writeFileSync(`${team.file}-wal`, 'old');
      },
    });
    expect(await racing.round()).toMatchObject({ published: true, is_settled: true });
    expect(team.names()).toEqual(['team.db']);
    expect(keptIn(ada.store, 'quarantine')).toEqual([expect.stringMatching(/team\.db-wal$/)]);
  });
});
