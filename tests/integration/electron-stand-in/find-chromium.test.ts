import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from '../../electron-stand-in/chromium/find-chromium.ts';

describe.skipIf(process.platform !== 'linux')('findChromium', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'find-chromium-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function install(directory: string, name: string): string {
    const file = path.join(folder, directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '');
    return file;
  }
  const pathOf = (...directories: string[]) =>
    directories.map((directory) => path.join(folder, directory)).join(path.delimiter);

  it('finds none where there is none', () => {
    expect(findChromium({ PATH: pathOf('a', 'b') })).toBeNull();
    expect(findChromium({})).toBeNull();
  });

  it('takes the first folder of the PATH that has one', () => {
    const edge = install('a', 'microsoft-edge');
    install('b', 'chromium');
    expect(findChromium({ PATH: pathOf('none', 'a', 'b') })).toBe(edge);
  });

  it('prefers what the environment names, and does not fall back from it', () => {
    const chrome = install('elsewhere', 'my-chrome');
    install('a', 'chromium');
    const environment = { PATH: pathOf('a'), AUTODOC_CHROMIUM: chrome };
    expect(findChromium(environment)).toBe(chrome);
    rmSync(chrome);
    expect(() => findChromium(environment)).toThrow('AUTODOC_CHROMIUM names');
  });

  it('looks at no folder that is named relative to somewhere', () => {
    expect(findChromium({ PATH: `.${path.delimiter}bin` })).toBeNull();
  });
});
