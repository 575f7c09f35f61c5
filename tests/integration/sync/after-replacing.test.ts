import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger, type Logger } from '../../../src-main/logging/logger.ts';
import { nodeDisk, type Disk } from '../../../src-main/sync/disk.ts';
import { documentNames, keptIn, machineOf, Team } from './shared-folder.ts';

describe('what fails once the new file is in its place', () => {
  /** A machine whose disk fails after the replacement, and what it logs. */
  async function failingAfter(fail: (isReplaced: () => boolean) => Partial<Disk>) {
    const team = new Team();
    const ada = team.machine('ada');
    ada.write('One');
    await ada.round();
    const lines: unknown[] = [];
    const logger: Logger = {
      ...silentLogger,
      warn: (message, facts) => lines.push([message, facts]),
      scope: () => logger,
    };
    const steps: string[] = [];
    const disk = { ...nodeDisk, ...fail(() => steps.includes('flush folder')) };
    const failing = machineOf('ada', ada.store, team.file, {
      ...{ disk, logger, retryMs: 50 },
      onStep: (step) => steps.push(step),
    });
    ada.write('Two');
    return { team, ada, failing, lines };
  }

  it('is no failure where the earlier file cannot be kept', async () => {
    const { team, ada, failing, lines } = await failingAfter(() => ({
      rename(from, to) {
        if (to.includes('generations')) throw Object.assign(new Error(to), { code: 'EPERM' });
        nodeDisk.rename(from, to);
      },
    }));
    const done = { published: true, is_settled: true, problem: null };
    expect(await failing.round()).toMatchObject(done);
    expect(lines).toEqual([['the earlier team file could not be kept', { errno: 'EPERM' }]]);
    expect(keptIn(ada.store, 'generations')).toEqual([]);
    expect(failing.sync.unshared()).toBe(0);
    failing.steps.length = 0;
    expect(await failing.round()).toMatchObject({ taken: 0, published: false, is_settled: true });
    expect(failing.steps).toEqual(['sweep']);
    const cy = team.machine('cy');
    await cy.round();
    expect(documentNames(cy.store)).toEqual(['One', 'Two']);
  });

  it('is no failure where the folder cannot be flushed', async () => {
    const { team, ada, failing, lines } = await failingAfter((isReplaced) => ({
      flush(file) {
        if (isReplaced() && !file.endsWith('generations')) {
          throw Object.assign(new Error(file), { code: 'EIO' });
        }
        nodeDisk.flush(file);
      },
    }));
    const done = { published: true, is_settled: true, problem: null };
    expect(await failing.round()).toMatchObject(done);
    expect(lines).toEqual([['the folder was not flushed', { errno: 'EIO' }]]);
    expect(team.names()).toEqual(['team.db']);
    expect(keptIn(ada.store, 'generations')).toHaveLength(1);
  });

  it('is no failure where the new file cannot be looked at: it is read another time', async () => {
    let isReachable = true;
    const { ada, failing, lines } = await failingAfter(() => ({
      look(file) {
        if (!isReachable && path.basename(file) === 'team.db') {
          isReachable = true;
          throw Object.assign(new Error(file), { code: 'EIO' });
        }
        return nodeDisk.look(file);
      },
      flush(file) {
        isReachable = !file.endsWith('generations');
        nodeDisk.flush(file);
      },
    }));
    const published = { published: true, is_settled: false, problem: null };
    expect(await failing.round()).toMatchObject(published);
    expect(lines).toEqual([['the new team file was not looked at', { errno: 'EIO' }]]);
    failing.steps.length = 0;
    expect(await failing.round()).toMatchObject({ taken: 0, published: false, is_settled: true });
    expect(failing.steps).toContain('take');
    expect(documentNames(ada.store)).toEqual(['One', 'Two']);
  });

  it('passes through where it is no refusal of the disk', async () => {
    const { failing } = await failingAfter((isReplaced) => ({
      flush(file) {
        if (isReplaced()) throw new Error('a bug');
        nodeDisk.flush(file);
      },
    }));
    expect(await failing.round()).toMatchObject({
      ...{ published: false, problem: { code: 'failed' } },
    });
  });
});
