import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const electronPackage = path.join(root, 'node_modules/electron');

export interface Executable {
  readonly path: string;
  readonly isStandIn: boolean;
}

/**
 * What runs the application: `ELECTRON_EXECUTABLE`, else an Electron that was downloaded, else
 * the stand-in, which `REQUIRE_REAL_ELECTRON=1` forbids. The package `electron` is never
 * imported here: that would try to download it.
 */
export function findExecutable(): Executable {
  const named = process.env.ELECTRON_EXECUTABLE ?? '';
  const real = named === '' ? downloadedElectron() : named;
  if (real !== null) return { path: real, isStandIn: false };
  if (process.env.REQUIRE_REAL_ELECTRON === '1') {
    throw new Error(
      'REQUIRE_REAL_ELECTRON is set, but there is no Electron here: run "npx install-electron", ' +
        'or set ELECTRON_EXECUTABLE.',
    );
  }
  const name = process.platform === 'win32' ? 'electron.cmd' : 'electron';
  return { path: path.join(root, 'tests/electron-stand-in', name), isStandIn: true };
}

function downloadedElectron(): string | null {
  const pathFile = path.join(electronPackage, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const executable = path.join(electronPackage, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(executable) ? executable : null;
}

/** The application under test: these sources' bundles, or those that `AUTODOC_APP_DIR` names. */
export const appDirectory = path.resolve(process.env.AUTODOC_APP_DIR ?? root);

/** Whether they come from a package, as `run.ts --packaged` says: resources lie beside them then. */
export const isPackaged = process.env.AUTODOC_PACKAGED === '1';
