import { spawnSync } from 'node:child_process';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { holderOf, lockFolder, type FolderLock } from '../../../src-main/hub/folder-lock.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

async function taken(directory: string): Promise<FolderLock> {
  const lock = await lockFolder(directory);
  if (typeof lock === 'number') throw new Error(`held by ${lock}`);
  return lock;
}

/** The id of a process that is no more. */
const deadProcess = (): number => spawnSync(process.execPath, ['--version']).pid;

it('is held by one at a time, who is named to the others', async () => {
  const directory = await temporaryFolder();
  const lock = await taken(directory);
  expect(await lockFolder(directory)).toBe(process.pid);
  expect(await holderOf(directory)).toBe(process.pid);
  expect(await readdir(directory)).toEqual(['lock']);
  await lock.release();
  expect(await holderOf(directory)).toBeNull();
  await (await taken(directory)).release();
});

it('is held by one of many who come at once', async () => {
  const directory = await temporaryFolder();
  await writeFile(path.join(directory, 'lock'), `${deadProcess()} gone`);
  const locks = await Promise.all(Array.from({ length: 20 }, () => lockFolder(directory)));
  const held = locks.filter((lock) => typeof lock !== 'number');
  const stillHeld = await Promise.all(held.map((lock) => lock.isHeld()));
  expect(stillHeld.filter(Boolean)).toHaveLength(1);
  for (const lock of held) await lock.release();
});

it('is taken over from a process that is no more', async () => {
  const directory = await temporaryFolder();
  await writeFile(path.join(directory, 'lock'), `${deadProcess()} gone`);
  expect(await holderOf(directory)).toBeNull();
  await (await taken(directory)).release();
});

it('is taken over from a number that says nothing for a minute, and the old holder notices', async () => {
  const directory = await temporaryFolder();
  const asleep = await taken(directory);
  const longAgo = new Date(Date.now() - 61_000);
  await utimes(path.join(directory, 'lock'), longAgo, longAgo);
  const lock = await taken(directory);
  expect(await asleep.isHeld()).toBe(false);
  expect(await lock.isHeld()).toBe(true);
  // What is not ours any more is not released by us.
  await asleep.release();
  expect(await lock.isHeld()).toBe(true);
  await lock.release();
});

it('that is being written this moment belongs to somebody', async () => {
  const directory = await temporaryFolder();
  await writeFile(path.join(directory, 'lock'), '');
  expect(await lockFolder(directory)).toBe(0);
  expect(await readFile(path.join(directory, 'lock'), 'utf8')).toBe('');
});
