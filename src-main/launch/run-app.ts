import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { projectRoot, say } from './project.ts';
import { sandboxObstacle } from './surroundings.ts';

/** How a program ended: with a status, or without ever running. */
export type Ending = { readonly status: number } | { readonly failure: string };

/** The status of a program that cannot start: the dynamic linker's, and the stand-in's. */
const notRunnable = 127;

/** Starts the built application in Electron, with its own log messages off. */
export function spawnElectron(electron: string, args: readonly string[]): ChildProcess {
  const obstacle = sandboxObstacle(electron);
  if (obstacle !== null) {
    say(`Electron runs without its operating system sandbox here, because ${obstacle}.`);
  }
  const switches = ['--log-level=3', ...(obstacle === null ? [] : ['--no-sandbox'])];
  return spawn(electron, [...switches, projectRoot, ...args], { stdio: 'inherit' });
}

/** Starts the built application in an installed Chromium, through the stand-in for Electron. */
export function spawnStandIn(args: readonly string[]): ChildProcess {
  const isWindows = process.platform === 'win32';
  const executable = path.join(
    projectRoot,
    'tests/electron-stand-in',
    isWindows ? 'electron.cmd' : 'electron',
  );
  return spawn(executable, ['--stand-in-window', projectRoot, ...args], {
    stdio: 'inherit',
    // Windows runs a .cmd only through its shell.
    shell: isWindows,
  });
}

/** Waits for a program to end and passes signals on: it ends in order, and then so do we. */
export function ended(child: ChildProcess): Promise<Ending> {
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  // The terminal sends Ctrl+C to the child itself.
  const wait = () => undefined;
  process.on('SIGTERM', pass);
  process.on('SIGINT', wait);
  return new Promise<Ending>((resolve) => {
    child.on('error', (error) => {
      resolve({ failure: error.message });
    });
    child.on('close', (status) => {
      resolve(
        status === notRunnable
          ? { failure: 'a system library or a usable display is missing' }
          : { status: status ?? 1 },
      );
    });
  }).finally(() => {
    process.off('SIGTERM', pass);
    process.off('SIGINT', wait);
  });
}
