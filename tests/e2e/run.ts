import { spawnSync } from 'node:child_process';
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
const args = process.argv.slice(2);
await ensureBuilt({ onBuild: (target) => console.log(`Building ${target} …`) });

const environment = { ...process.env };
if (findExecutable().isStandIn) environment.AUTODOC_CHROMIUM = obtainChromium();
if (args.includes(packagedSwitch)) environment.AUTODOC_APP_DIR = extractedPackage(root);

const playwright = path.join(root, 'node_modules/@playwright/test/cli.js');
const { status } = spawnSync(
  process.execPath,
  [playwright, 'test', ...args.filter((argument) => argument !== packagedSwitch)],
  { stdio: 'inherit', env: environment },
);
process.exitCode = status ?? 1;
