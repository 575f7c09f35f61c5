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

/** Runs the executable without Playwright until it ends; `during` may act on it meanwhile. */
export async function run(
  args: readonly string[],
  during: (
    said: (line: string) => Promise<void>,
    kill: (signal: NodeJS.Signals) => void,
  ) => Promise<void> = () => Promise.resolve(),
): Promise<Ended> {
  const child = spawn(executable, args, {
    env: { ...environment(), SELF_TEST_TRACE: '1' },
    shell: process.platform === 'win32',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
  const said = (line: string): Promise<void> =>
    new Promise((resolve) => {
      const look = () => {
        if (stdout.split('\n').includes(line)) resolve();
      };
      child.stdout.on('data', look);
      look();
    });
  await Promise.race([ended, during(said, (signal) => child.kill(signal))]);
  return ended;
}
