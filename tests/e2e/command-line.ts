import { expect } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { appDirectory } from './executable.ts';

export interface SignedIn {
  readonly email: string;
  readonly password: string;
}

/** The command line on the window's first library, in somebody's name where it has accounts. */
export function commandLine(
  userData: string,
  who: SignedIn | null = null,
): (...args: string[]) => unknown {
  return commandLineAt(path.join(userData, 'libraries', 'mine'), userData, who);
}

/** The command line on a library of its own: another machine. */
export function commandLineAt(
  store: string,
  userData: string,
  who: SignedIn | null = null,
): (...args: string[]) => unknown {
  const cli = path.join(appDirectory, 'out/main/cli.js');
  return (...args) => {
    const secret = who === null ? null : openSecret(path.join(userData, 'secret'), who.password);
    const asWhom = who === null ? [] : ['--as', who.email, '--password-fd', '3'];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [cli, ...args, '--store', store, '--json', ...asWhom],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe', secret ?? 'ignore'] },
    );
    if (secret !== null) closeSync(secret);
    expect(status, stderr).toBe(0);
    return JSON.parse(stdout) as unknown;
  };
}

function openSecret(file: string, password: string): number {
  writeFileSync(file, password);
  return openSync(file, 'r');
}
