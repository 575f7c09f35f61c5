import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { launch } from '../launch.ts';
import { loud, LoudEmitter } from '../loud.ts';
import { endChromium, startChromium } from './browser.ts';
import { watchDownloads } from './downloads.ts';
import { onLastWindowClosed, openWindows } from './open-windows.ts';
import { watchTargets } from './page-targets.ts';
import { becomeReady, isReady } from './readiness.ts';
import { theSession } from './session.ts';
import { SingleInstance } from './single-instance.ts';
import { webContents } from './web-contents.ts';
import { forceSandbox, isSandboxForced } from './web-preferences.ts';

const events = [
  'ready',
  'before-quit',
  'will-quit',
  'quit',
  'window-all-closed',
  'second-instance',
  'web-contents-created',
  'browser-window-created',
  'render-process-gone',
  'child-process-gone',
  // macOS alone emits this one.
  'activate',
];

class App extends LoudEmitter {
  readonly isPackaged = launch.isPackaged;
  readonly name = launch.appName;
  readonly commandLine = loud('app.commandLine', {
    hasSwitch: (name: string) =>
      launch.switches.has(name) || (name === 'enable-sandbox' && isSandboxForced()),
    getSwitchValue: (name: string) => launch.switches.get(name) ?? '',
  });
  readonly #paths = new Map(Object.entries(standardPaths()));
  #ready: Promise<void> | null = null;
  #singleInstance: SingleInstance | null = null;
  #isQuitting = false;

  constructor() {
    super(events);
    onLastWindowClosed(() => this.#lastWindowClosed());
    this.on('newListener', (event: string) => {
      if (event === 'ready') void this.whenReady();
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => this.quit());
    }
  }

  whenReady(): Promise<void> {
    this.#ready ??= this.#start();
    return this.#ready;
  }

  isReady(): boolean {
    return isReady();
  }

  getName(): string {
    return this.name;
  }

  getVersion(): string {
    return launch.appVersion;
  }

  getAppPath(): string {
    return launch.appDirectory;
  }

  getPath(name: string): string {
    const found = this.#paths.get(name);
    if (found === undefined) throw new Error(`Failed to get '${name}' path`);
    return found;
  }

  setPath(name: string, directory: string): void {
    if (!this.#paths.has(name)) throw new Error(`Failed to set '${name}' path`);
    this.#paths.set(name, directory);
  }

  getLocale(): string {
    return 'en-US';
  }

  /** Puts every renderer into the sandbox, whatever its window asks for. */
  enableSandbox(): void {
    if (isReady()) throw new Error('app.enableSandbox() can only be called before app is ready');
    forceSandbox();
  }

  /** Windows alone has such ids. */
  setAppUserModelId(): void {
    // Nothing to do elsewhere.
  }

  requestSingleInstanceLock(additionalData: unknown = {}): boolean {
    mkdirSync(this.getPath('userData'), { recursive: true });
    this.#singleInstance ??= new SingleInstance(this.getPath('userData'));
    return this.#singleInstance.request(
      { argv: process.argv, workingDirectory: process.cwd(), additionalData },
      ({ argv, workingDirectory, additionalData: theirs }) =>
        this.emit('second-instance', {}, argv, workingDirectory, theirs),
    );
  }

  hasSingleInstanceLock(): boolean {
    return this.#singleInstance?.isHeld ?? false;
  }

  releaseSingleInstanceLock(): void {
    this.#singleInstance?.release();
  }

  /** Asks everybody, closes every window, and goes. Whoever prevents it keeps the application. */
  quit(): void {
    if (this.#isQuitting || !this.emitPreventable('before-quit')) return;
    this.#isQuitting = true;
    for (const window of openWindows()) {
      window.close();
      if (!window.isDestroyed()) {
        this.#isQuitting = false;
        return;
      }
    }
    if (!this.emitPreventable('will-quit')) {
      this.#isQuitting = false;
      return;
    }
    void this.#end(0);
  }

  /** Goes without asking anybody. */
  exit(exitCode = 0): void {
    this.#isQuitting = true;
    openWindows().forEach((window) => window.destroy());
    void this.#end(exitCode);
  }

  async #start(): Promise<void> {
    const chromium = startChromium();
    watchTargets();
    // A person who closes the last window ends Chromium with it.
    void chromium.closed.then(() => openWindows().forEach((window) => window.destroy()));
    const version = await chromium.started;
    Object.defineProperty(process.versions, 'chrome', { value: version, enumerable: true });
    await watchDownloads((url, frameId) =>
      theSession.mayDownload(url, webContents.fromDevToolsTargetId(frameId)),
    );
    becomeReady();
    this.emit('ready', {}, {});
  }

  #lastWindowClosed(): void {
    if (this.#isQuitting) return;
    if (this.listenerCount('window-all-closed') === 0) this.quit();
    else this.emit('window-all-closed');
  }

  async #end(exitCode: number): Promise<void> {
    this.emit('quit', {}, exitCode);
    this.#singleInstance?.release();
    await endChromium();
    process.exit(exitCode);
  }
}

function applicationData(home: string): string {
  if (process.platform === 'win32') {
    return process.env.APPDATA ?? path.join(home, 'AppData', 'Roaming');
  }
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Application Support');
  return process.env.XDG_CONFIG_HOME ?? path.join(home, '.config');
}

function standardPaths(): Record<string, string> {
  const home = os.homedir();
  const appData = applicationData(home);
  const userData = launch.switches.get('user-data-dir') ?? path.join(appData, launch.appName);
  return {
    home,
    appData,
    userData,
    sessionData: userData,
    temp: os.tmpdir(),
    exe: process.execPath,
    logs: path.join(userData, 'logs'),
    documents: path.join(home, 'Documents'),
    downloads: path.join(home, 'Downloads'),
    desktop: path.join(home, 'Desktop'),
  };
}

export const app = new App();
