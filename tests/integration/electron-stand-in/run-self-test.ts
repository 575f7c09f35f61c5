import { _electron, type ElectronApplication } from '@playwright/test';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { obtainChromium } from '../../e2e/chromium.ts';

/* Runs the stand-in's own small application, under Playwright or by itself. */

const standIn = path.resolve(import.meta.dirname, '../../electron-stand-in');
export const selfTest = path.join(standIn, 'self-test');
export const executable = path.join(
  standIn,
  process.platform === 'win32' ? 'electron.cmd' : 'electron',
);

/** A folder for one application's data, removed by `remove`. */
export function makeUserData(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stand-in-self-test-'));
  return {
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

const environment = (): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  AUTODOC_CHROMIUM: obtainChromium(),
});

export function launch(
  userData: string,
  { switches = [], args = [] }: { switches?: string[]; args?: string[] } = {},
): Promise<ElectronApplication> {
  return _electron.launch({
    executablePath: executable,
    args: [`--user-data-dir=${userData}`, ...switches, selfTest, ...args],
    env: environment(),
    colorScheme: null,
  });
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that runs without Playwright. */
export interface Running {
  /** Waits for something on standard output or standard error; answers the match. */
  readonly said: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** Runs the executable without Playwright until it ends; `during` may act on it meanwhile. */
export async function run(
  args: readonly string[],
  during: (running: Running) => Promise<unknown> = () => Promise.resolve(),
  more: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(executable, args, {
    env: { ...environment(), SELF_TEST_TRACE: '1', ...more },
    shell: process.platform === 'win32',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
  const said = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve) => {
      const look = () => {
        const found = pattern.exec(stdout) ?? pattern.exec(stderr);
        if (found !== null) resolve(found);
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      look();
    });
  await Promise.race([ended, during({ said, kill: (signal) => void child.kill(signal) })]);
  return ended;
}

/** A display for the time of one test: the one that is here, or a virtual one, or none. */
export async function openDisplay(): Promise<{ name: string | null; close(): void }> {
  if (process.platform !== 'linux' || process.env.DISPLAY !== undefined) {
    return { name: process.env.DISPLAY ?? '', close: () => undefined };
  }
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1920x1080x24'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const name = await new Promise<string | null>((resolve) => {
    server.once('error', () => resolve(null));
    server.stdout.once('data', (number) => resolve(`:${String(number).trim()}`));
  });
  return { name, close: () => void server.kill() };
}
