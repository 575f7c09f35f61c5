import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../../src-main/launch/build.ts';
import type { TargetName } from '../../../src-main/launch/build-targets.ts';

let root: string;
/** What was built, in order. */
let built: TargetName[];

const put = async (name: string, content: string) => {
  const file = path.join(root, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
};
const bundle = (target: TargetName) =>
  readFile(path.join(root, 'out', target, 'bundle.js'), 'utf8');

/** A build that leaves its source in a bundle. */
const build = async (target: TargetName, directory: string) => {
  built.push(target);
  await mkdir(directory, { recursive: true });
  const source = target === 'renderer' ? 'src-renderer/main.ts' : 'src-main/preload.ts';
  await writeFile(path.join(directory, 'bundle.js'), await readFile(path.join(root, source)));
};

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'autodoc-build-'));
  built = [];
  await put('src-main/preload.ts', 'preload 1');
  await put('src-main/store/open.ts', 'store');
  await put('src-main/contract/channels.ts', 'contract');
  await put('src-renderer/main.ts', 'renderer 1');
  await put('package-lock.json', '{}');
});
afterEach(() => rm(root, { recursive: true }));

describe('ensureBuilt', () => {
  it('builds everything once, and then nothing', async () => {
    expect(await ensureBuilt({ root, build })).toEqual(['main', 'preload', 'renderer']);
    expect(await bundle('renderer')).toBe('renderer 1');
    expect(await ensureBuilt({ root, build })).toEqual([]);
    expect(built).toEqual(['main', 'preload', 'renderer']);
  });

  it.each<[string, string, TargetName[]]>([
    ['a window’s file changed', 'src-renderer/main.ts', ['renderer']],
    ['a window’s file is new', 'src-renderer/ui/new.css', ['renderer']],
    ['a service changed', 'src-main/store/open.ts', ['main']],
    ['the contract changed', 'src-main/contract/channels.ts', ['main', 'preload', 'renderer']],
    ['a library changed', 'package-lock.json', ['main', 'preload', 'renderer']],
    ['a configuration is new', 'vite.preload.config.ts', ['preload']],
  ])('builds what is stale: %s', async (_what, file, expected) => {
    await ensureBuilt({ root, build });
    await put(file, 'changed');
    expect(await ensureBuilt({ root, build })).toEqual(expected);
  });

  it('does not mind times, only contents', async () => {
    await ensureBuilt({ root, build });
    const long = new Date('2001-01-01');
    await utimes(path.join(root, 'src-renderer/main.ts'), long, long);
    expect(await ensureBuilt({ root, build })).toEqual([]);
  });

  it('notices a file that is gone', async () => {
    await ensureBuilt({ root, build });
    await rm(path.join(root, 'src-main/store/open.ts'));
    expect(await ensureBuilt({ root, build })).toEqual(['main']);
  });

  it('builds only the targets it is asked for, or again when told to', async () => {
    expect(await ensureBuilt({ root, build, targets: ['main'] })).toEqual(['main']);
    expect(await ensureBuilt({ root, build, targets: ['main'], force: true })).toEqual(['main']);
    expect(built).toEqual(['main', 'main']);
  });

  it('keeps the old build when a new one fails', async () => {
    await ensureBuilt({ root, build });
    await put('src-renderer/main.ts', 'broken');
    const failing = () => Promise.reject(new Error('does not compile'));
    await expect(ensureBuilt({ root, build: failing })).rejects.toThrow('does not compile');
    expect(await bundle('renderer')).toBe('renderer 1');
    expect(await ensureBuilt({ root, build })).toEqual(['renderer']);
    expect(await bundle('renderer')).toBe('broken');
    expect((await readdir(path.join(root, 'out'))).toSorted()).toEqual([
      'main',
      'preload',
      'renderer',
    ]);
  });

  it('builds once when two ask at the same time', async () => {
    const results = await Promise.all([ensureBuilt({ root, build }), ensureBuilt({ root, build })]);
    expect(results.flat().toSorted()).toEqual(['main', 'preload', 'renderer']);
    expect(built).toHaveLength(3);
  });
});
