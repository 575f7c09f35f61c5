import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Gigabytes that take a minute to write and are the same every time: kept between runs. */
const directory = path.join(import.meta.dirname, '.cache');

/**
 * A folder made once for its key. Another key of the same name takes its place; a folder that
 * was not finished is never used.
 */
export async function cachedFolder(
  name: string,
  key: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = path.join(directory, `${name}.${key}`);
  if (existsSync(folder)) return folder;
  await mkdir(directory, { recursive: true });
  for (const other of await readdir(directory)) {
    if (other.startsWith(`${name}.`)) await rm(path.join(directory, other), { recursive: true });
  }
  const unfinished = `${folder}.unfinished`;
  await mkdir(unfinished);
  await make(unfinished);
  await rename(unfinished, folder);
  return folder;
}

/** A key of what files and folders contain: what they make changes when they do. */
export async function keyOf(places: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const place of places) await addTo(place, hash);
  const enough = 12;
  return hash.digest('hex').slice(0, enough);
}

async function addTo(place: string, hash: ReturnType<typeof createHash>): Promise<void> {
  if (!(await stat(place)).isDirectory()) {
    hash.update(await readFile(place));
    return;
  }
  for (const name of (await readdir(place)).sort()) await addTo(path.join(place, name), hash);
}
