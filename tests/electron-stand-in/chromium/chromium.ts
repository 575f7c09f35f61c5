import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { DevToolsConnection, type DevToolsSession } from './devtools.ts';
import { chromiumVariable, findChromium } from './find-chromium.ts';

export interface ChromiumOptions {
  /** Show windows to a person; without it the pages are drawn where nobody sees them. */
  readonly isWindowed: boolean;
  /** What the window is called until its page has loaded. */
  readonly title: string;
  /** The port for outside debuggers (Playwright), 0 for any; undefined opens none. */
  readonly remoteDebuggingPort: string | undefined;
}

/** By convention the status of a program that could not be run: no display, a library missing. */
const notRunnable = 127;

const profilePrefix = 'electron-stand-in-';

/** Everything that would make a page differ between machines, or talk to the network, is off. */
const quietSwitches = [
  '--disable-background-networking',
  '--disable-back-forward-cache',
  '--disable-breakpad',
  '--disable-client-side-phishing-detection',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable',
  '--disable-sync',
  '--force-color-profile=srgb',
  '--mute-audio',
  '--no-default-browser-check',
  '--no-first-run',
  '--no-pings',
  '--password-store=basic',
  '--use-mock-keychain',
];

/** A running Chromium: what Electron has inside itself. */
export class Chromium {
  readonly connection: DevToolsConnection;
  readonly isWindowed: boolean;
  /** Settles once the browser answers; its value is Chromium's version. */
  readonly started: Promise<string>;
  /** Settles when the browser has ended because its last window was closed. */
  readonly closed: Promise<void>;
  readonly #process: ChildProcess;
  readonly #profile: string;
  #hasStarted = false;
  #isClosing = false;

  constructor(options: ChromiumOptions) {
    this.isWindowed = options.isWindowed;
    removeAbandonedProfiles();
    this.#profile = mkdtempSync(path.join(os.tmpdir(), `${profilePrefix}${process.pid}-`));
    this.#process = spawn(chromiumExecutable(), this.#switches(options), {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    });
    const [, , stderr, toBrowser, fromBrowser] = this.#process.stdio;
    relayDebuggingAddress(stderr!);
    this.connection = new DevToolsConnection(toBrowser as Writable, fromBrowser as Readable);
    this.closed = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => {
        if (code === 0 || this.#isClosing) {
          resolve();
          return;
        }
        process.stderr.write(`Chromium ended unexpectedly (${code ?? signal ?? 'killed'}).\n`);
        process.exit(this.#hasStarted ? 1 : notRunnable);
      });
    });
    process.once('exit', () => this.#clearAway());
    this.started = this.#start();
  }

  get browser(): DevToolsSession {
    return this.connection.browser;
  }

  /** Closes every window and ends the browser. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const patience = setTimeout(() => this.#process.kill('SIGKILL'), 2_000);
    this.browser.send('Browser.close').catch(() => undefined);
    await this.closed;
    clearTimeout(patience);
  }

  #switches({ isWindowed, title, remoteDebuggingPort }: ChromiumOptions): string[] {
    return [
      ...quietSwitches,
      ...(isWindowed
        ? [`--app=data:text/html,<title>${encodeURIComponent(title)}</title>`]
        : ['--headless', '--hide-scrollbars', '--disable-gpu', '--no-startup-window']),
      // Chromium's sandbox refuses to run as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox', '--test-type'] : []),
      `--user-data-dir=${this.#profile}`,
      '--remote-debugging-pipe',
      ...(remoteDebuggingPort === undefined
        ? []
        : [`--remote-debugging-port=${remoteDebuggingPort}`]),
    ];
  }

  async #start(): Promise<string> {
    const { product } = await this.browser.send('Browser.getVersion');
    // Pages wait until their web contents have set them up: no script of theirs runs before.
    await this.browser.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
      filter: [{ type: 'page' }],
    });
    this.#hasStarted = true;
    return product.split('/')[1] ?? product;
  }

  #clearAway(): void {
    this.#isClosing = true;
    this.#process.kill('SIGKILL');
    removeProfile(this.#profile);
  }
}

function chromiumExecutable(): string {
  const executable = findChromium();
  if (executable !== null) return executable;
  process.stderr.write(
    'The stand-in for Electron needs Chromium, Chrome or Edge. Install one of them, ' +
      `or set ${chromiumVariable} to the program.\n`,
  );
  process.exit(notRunnable);
}

/** Playwright waits for this line of Chromium's on the application's standard error. */
function relayDebuggingAddress(stderr: Readable): void {
  createInterface(stderr).on('line', (line) => {
    const isWanted =
      line.startsWith('DevTools listening on ') || process.env.STAND_IN_DEBUG !== undefined;
    if (isWanted) process.stderr.write(`${line}\n`);
  });
}

/** A killed process could not remove its profile: the next one does. */
function removeAbandonedProfiles(): void {
  for (const name of readdirSync(os.tmpdir())) {
    if (!name.startsWith(profilePrefix)) continue;
    const owner = Number.parseInt(name.slice(profilePrefix.length), 10);
    if (!isRunning(owner)) removeProfile(path.join(os.tmpdir(), name));
  }
}

function removeProfile(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    // Another user's, or a process of the browser still writes there: a later start tries again.
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
