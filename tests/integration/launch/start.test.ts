import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../../src-main/launch/project.ts';

/* `npm start` as a person calls it, in surroundings that are made for it. */

const isWindows = process.platform === 'win32';
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'autodoc-start-'));
});
afterEach(() => rm(directory, { recursive: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(environment: Record<string, string>, ...args: string[]): Promise<Ended> {
  const launcher = ['src-main/launch/run.cjs', 'src-main/launch/start.ts', ...args];
  const child = spawn(process.execPath, launcher, {
    cwd: projectRoot,
    env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** An executable that says how it was called and ends with a status. */
async function fakeElectron(status: number): Promise<string> {
  const file = path.join(directory, 'electron');
  await writeFile(file, `#!/bin/sh\nfor each in "$@"; do echo "$each"; done\nexit ${status}\n`);
  await chmod(file, 0o755);
  return file;
}

describe.skipIf(isWindows || process.platform === 'darwin')('npm start', () => {
  it('does the main job without a display: a document and its draft', async () => {
    const { status, stdout, stderr } = await start({});
    expect(stderr).toContain('No display here');
    expect(stdout).toContain('How do I mow my lawn?');
    expect(stdout).toMatch(
      /The draft \(model starter, \d+ tokens, [\d.]+ s, cpu, (fp32|int\w+)\)\n {2}│ \S/,
    );
    expect(stdout).toContain('npm run --silent autodoc -- ');
    expect(status).toBe(0);
  });

  it('opens Electron where there is one, with what the caller asked for', async () => {
    const { status, stdout, stderr } = await start(
      { DISPLAY: ':0', ELECTRON_EXECUTABLE: await fakeElectron(7) },
      '--user-data-dir=/tmp/x',
    );
    const called = stdout.trim().split('\n');
    expect(called).toContain(projectRoot);
    expect(called.at(-1)).toBe('--user-data-dir=/tmp/x');
    expect(called.includes('--no-sandbox')).toBe(
      stderr.includes('without its operating system sandbox'),
    );
    expect(status).toBe(7);
  });

  it('says so and goes on where Electron does not run and no browser is', async () => {
    const { status, stdout, stderr } = await start({
      DISPLAY: ':0',
      ELECTRON_EXECUTABLE: await fakeElectron(127),
      PATH: directory,
    });
    expect(stderr).toContain('Electron does not run here');
    expect(stderr).toContain('No window is possible');
    expect(stdout).toContain('The draft (');
    expect(status).toBe(0);
  });
});
