import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt } from '../../src-main/launch/build.ts';
import { obtainChromium } from './chromium.ts';
import { findExecutable } from './executable.ts';
import { extractedPackage } from './packaged.ts';

/*
 * `npm run test:e2e`: builds what is missing, finds a browser, runs Playwright.
 *
 *   --packaged   packages the application first and tests what lies in the package
 *
 * Everything else goes to Playwright: `npm run test:e2e -- security --headed`.
 */

const root = path.resolve(import.meta.dirname, '../..');
const packagedSwitch = '--packaged';

process.chdir(root);
await ensureBuilt({ onBuild: (target) => console.log(`Building ${target} …`) });
const environment = { ...process.env };
if (findExecutable().isStandIn) environment.AUTODOC_CHROMIUM = obtainChromium();

const args = process.argv.slice(2);
const isPackaged = args.includes(packagedSwitch);
const folder = isPackaged ? mkdtempSync(path.join(os.tmpdir(), 'autodoc-package-')) : null;
if (folder !== null) {
  environment.AUTODOC_APP_DIR = extractedPackage(folder);
  environment.AUTODOC_PACKAGED = '1';
}
const { status } = spawnSync(
  process.execPath,
  [
    path.join(root, 'node_modules/@playwright/test/cli.js'),
    'test',
    ...args.filter((argument) => argument !== packagedSwitch),
  ],
  { stdio: 'inherit', env: environment },
);
if (folder !== null) rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
