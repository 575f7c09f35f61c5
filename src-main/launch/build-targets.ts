import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export const targetNames = ['main', 'preload', 'renderer'] as const;
export type TargetName = (typeof targetNames)[number];

/** Where the builds go, under the project's root. */
export const outDirectory = 'out';

/** What a target is made from, relative to the root. Folders count with everything in them. */
const inputs: Readonly<Record<TargetName, readonly string[]>> = {
  main: ['src-main', 'migrations', 'vite.main.config.ts'],
  preload: ['src-main/preload.ts', 'src-main/contract', 'vite.preload.config.ts'],
  renderer: ['src-renderer', 'src-main/contract', 'svelte.config.js', 'vite.renderer.config.ts'],
};
/** Versions of the tools and libraries that go into every target. */
const sharedInputs = ['package.json', 'package-lock.json', 'tsconfig.base.json'];

/**
 * SHA-256 over the names and contents of a target's inputs, hex: two equal fingerprints build
 * the same. Contents rather than times: a checkout changes times and a copy keeps them.
 */
export async function fingerprint(root: string, target: TargetName): Promise<string> {
  const files = [...inputs[target], ...sharedInputs].map((input) => filesBelow(root, input));
  const names = [...new Set((await Promise.all(files)).flat())].sort();
  const contents = await Promise.all(names.map((name) => readFile(path.join(root, name))));
  const hash = createHash('sha256');
  names.forEach((name, index) => {
    const content = contents[index]!;
    hash.update(`${name}\0${content.byteLength}\0`).update(content);
  });
  return hash.digest('hex');
}

/** Paths relative to the root with forward slashes; nothing for what is not there. */
async function filesBelow(root: string, relative: string): Promise<string[]> {
  let entries;
  try {
    entries = await readdir(path.join(root, relative), { withFileTypes: true, recursive: true });
  } catch (error) {
    if (isMissing(error)) return [];
    if (isNotDirectory(error)) return [relative];
    throw error;
  }
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .map((name) => name.replaceAll(path.sep, '/'));
}

const isMissing = (error: unknown) => codeOf(error) === 'ENOENT';
const isNotDirectory = (error: unknown) => codeOf(error) === 'ENOTDIR';

/** The system's code of a failed file operation, e.g. `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}
