import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesUnder, resolveRendererFile } from '../../../src-main/app/renderer-files.ts';

const root = path.resolve('/srv/window');
const resolve = (url: string) => resolveRendererFile(root, new URL(url));

describe('resolveRendererFile', () => {
  it('finds the page and its parts', () => {
    expect(resolve('app://autodoc/')).toBe(path.join(root, 'index.html'));
    expect(resolve('app://autodoc')).toBe(path.join(root, 'index.html'));
    expect(resolve('app://autodoc/assets/main-1a.js?v=1#x')).toBe(
      path.join(root, 'assets/main-1a.js'),
    );
    expect(resolve('app://autodoc/assets/with%20space.css')).toBe(
      path.join(root, 'assets/with space.css'),
    );
  });

  it.each([
    'app://autodoc/..%2f..%2fpackage.js',
    'app://autodoc/%2e%2e/%2e%2e/secret.html',
    'app://autodoc/assets/..%2F..%2F..%2Fsecret.html',
    'app://autodoc/..%5c..%5csecret.html',
    'app://autodoc//etc/..%2f..%2f..%2fetc/secret.html',
    'app://autodoc/%00.html',
    'app://autodoc/%zz.html',
  ])('refuses to leave the folder: %s', (url) => {
    const file = resolve(url);
    // The URL parser resolves plain dots itself; what is left must be refused or lie inside.
    expect(file === null || file.startsWith(root + path.sep)).toBe(true);
  });

  it.each([
    'app://other/index.html',
    'https://autodoc/index.html',
    'file:///srv/window/index.html',
  ])('refuses another origin: %s', (url) => {
    expect(resolve(url)).toBeNull();
  });

  it.each(['app://autodoc/package.json', 'app://autodoc/main.ts', 'app://autodoc/.fingerprint'])(
    'refuses kinds of file that the window has none of: %s',
    (url) => {
      expect(resolve(url)).toBeNull();
    },
  );
});

describe('filesUnder', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'autodoc-window-'));
    await mkdir(path.join(directory, 'window/assets'), { recursive: true });
    await writeFile(path.join(directory, 'window/index.html'), '<h1>Autodoc</h1>');
    await writeFile(path.join(directory, 'window/assets/main.js'), 'export {};');
    await writeFile(path.join(directory, 'secret.html'), 'secret');
  });
  afterAll(() => rm(directory, { recursive: true }));

  const read = (url: string) => filesUnder(path.join(directory, 'window'))(new URL(url));

  it('reads a file with its type', async () => {
    const page = await read('app://autodoc/index.html');
    expect(page?.contentType).toBe('text/html; charset=utf-8');
    expect(new TextDecoder().decode(page?.body)).toBe('<h1>Autodoc</h1>');
    const script = await read('app://autodoc/assets/main.js');
    expect(script?.contentType).toBe('text/javascript; charset=utf-8');
  });

  it('has nothing for what is not there, a folder, or a file outside', async () => {
    expect(await read('app://autodoc/missing.html')).toBeNull();
    expect(await read('app://autodoc/assets/')).toBeNull();
    expect(await read('app://autodoc/..%2fsecret.html')).toBeNull();
  });
});
