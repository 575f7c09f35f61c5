import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Bridge } from '../../src-main/contract/bridge.ts';
import { appDirectory, findExecutable, isPackaged } from './executable.ts';
import { MainLog } from './main-log.ts';

export { expect } from '@playwright/test';

export interface LaunchOptions {
  /** Arguments behind the application's folder. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The application's folder in a package, instead of the application under test. */
  readonly packagedApp?: string;
}

interface Fixtures {
  /** A fresh folder for everything that the application keeps. */
  readonly userData: string;
  /** Starts the application on `userData`, also again and again. Whatever still runs at the end is quit. */
  readonly launch: (options?: LaunchOptions) => Promise<ElectronApplication>;
  readonly app: ElectronApplication;
  /** The application's window, loaded. */
  readonly window: Page;
  /** What the main process said on standard error. A test fails when that is more than it allows. */
  readonly mainLog: MainLog;
}

declare global {
  interface Window {
    /** What the preload exposes. */
    readonly autodoc: Bridge;
  }
}

const executable = findExecutable();

export const test = base.extend<Fixtures>({
  // Playwright wants the first argument destructured.
  userData: async ({}, use) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'autodoc-e2e-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },

  mainLog: async ({}, use) => {
    const log = new MainLog();
    await use(log);
    base.expect(log.unexpected, 'standard error of the main process').toEqual([]);
  },

  launch: async ({ userData, mainLog }, use, { annotations }) => {
    annotations.push({ type: 'runtime', description: executable.path });
    const running = new Set<ElectronApplication>();
    await use(async (options = {}) => {
      const { packagedApp = isPackaged ? appDirectory : null } = options;
      const app = await _electron.launch({
        executablePath: executable.path,
        args: [
          `--user-data-dir=${userData}`,
          ...(executable.isStandIn && packagedApp !== null ? ['--stand-in-packaged'] : []),
          packagedApp ?? appDirectory,
          ...(options.args ?? []),
        ],
        env: { ...definedEnvironment(), ...options.env },
        // The theme is the application's own business.
        colorScheme: null,
      });
      running.add(app);
      app.on('close', () => running.delete(app));
      mainLog.watch(app);
      return app;
    });
    for (const app of running) await app.close();
  },

  app: async ({ launch }, use) => {
    await use(await launch());
  },

  window: async ({ app }, use) => {
    await use(await loadedWindow(app));
  },
});

/** The application's window once its page has loaded. */
export async function loadedWindow(app: ElectronApplication): Promise<Page> {
  const window = await app.firstWindow();
  // A window begins with a blank page.
  await window.waitForURL(/\/index\.html$/);
  return window;
}

function definedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
