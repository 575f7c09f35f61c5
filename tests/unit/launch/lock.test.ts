import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../../src-main/launch/lock.ts';

let directory: string;
let lock: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'autodoc-lock-'));
  lock = path.join(directory, 'lock');
});
afterEach(() => rm(directory, { recursive: true }));

/** The process id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid!;
}

describe('withLock', () => {
  it('lets one in at a time, and the next when the first has left', async () => {
    const order: string[] = [];
    const enter = (name: string) =>
      withLock(lock, async () => {
        order.push(`${name} in`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} out`);
      });
    await Promise.all([enter('a'), enter('a'), enter('a')]);
    expect(order).toEqual(['a in', 'a out', 'a in', 'a out', 'a in', 'a out']);
    expect(existsSync(lock)).toBe(false);
  });

  it('answers what the work answers, and is free again when it fails', async () => {
    expect(await withLock(lock, () => Promise.resolve(7))).toBe(7);
    await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(lock)).toBe(false);
  });

  it('takes over from a process that died', async () => {
    await mkdir(lock);
    await writeFile(path.join(lock, 'pid'), String(await deadPid()));
    expect(await withLock(lock, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('takes over from one that has been silent for long, whoever has its number now', async () => {
    await mkdir(lock);
    await writeFile(path.join(lock, 'pid'), String(process.pid));
    const long = new Date(Date.now() - 3_600_000);
    await utimes(lock, long, long);
    expect(await withLock(lock, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('says why when it cannot lock at all', async () => {
    await expect(
      withLock(path.join(directory, 'missing/lock'), () => Promise.resolve()),
    ).rejects.toThrow('ENOENT');
  });
});
