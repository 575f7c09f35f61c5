import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { outDirectory } from './build-targets.ts';
import { projectRoot } from './project.ts';

/*
 * Electron's package brings no binary: its own install script fetches one at first use. Here
 * that is asked for once, watched, and not asked for again the same day after it failed.
 */

const packageDirectory = path.join(projectRoot, 'node_modules/electron');
const failureFile = path.join(projectRoot, outDirectory, 'electron-fetch.json');

/** A download that has not grown for this long is given up. */
const stallMs = 20_000;
const watchMs = 500;
/** How long a failed download is remembered. */
const rememberMs = 24 * 60 * 60 * 1000;

/** Electron's executable if it is there: the environment's, else the fetched one. Asks nobody. */
export async function installedElectron(): Promise<string | null> {
  const named = process.env.ELECTRON_EXECUTABLE;
  if (named !== undefined && named !== '') return named;
  const executable = await readFile(path.join(packageDirectory, 'path.txt'), 'utf8').catch(
    () => null,
  );
  if (executable === null) return null;
  const directory = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const file = path.join(directory ?? path.join(packageDirectory, 'dist'), executable);
  return existsSync(file) ? file : null;
}

interface FetchFailure {
  readonly version: string;
  readonly failed_on: string;
  readonly reason: string;
}

/** Why the last download failed, if that was today and of this version; null: worth a try. */
export async function rememberedFailure(now = Date.now()): Promise<string | null> {
  const text = await readFile(failureFile, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const failure = JSON.parse(text) as FetchFailure;
    const age = now - Date.parse(failure.failed_on);
    const isCurrent = failure.version === (await electronVersion()) && age >= 0 && age < rememberMs;
    return isCurrent ? failure.reason : null;
  } catch {
    return null;
  }
}

/** Fetches Electron with its own install script. Null when it is there, else the reason it is not. */
export async function fetchElectron(
  onProgress: (megabytes: number) => void,
): Promise<string | null> {
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'autodoc-electron-'));
  try {
    const reason = await runInstallScript(temporary, onProgress);
    await mkdir(path.dirname(failureFile), { recursive: true });
    if (reason === null) await rm(failureFile, { force: true });
    else await remember(reason);
    return reason;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function remember(reason: string): Promise<void> {
  const failure: FetchFailure = {
    version: await electronVersion(),
    failed_on: new Date().toISOString(),
    reason,
  };
  await writeFile(failureFile, `${JSON.stringify(failure, null, 2)}\n`);
}

function runInstallScript(
  temporary: string,
  onProgress: (megabytes: number) => void,
): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(packageDirectory, 'install.js')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        // The download grows in a folder that can be watched.
        TMPDIR: temporary,
        TEMP: temporary,
        TMP: temporary,
        ELECTRON_GET_NO_PROGRESS: '1',
        // Node's fetch heeds HTTPS_PROXY only when told to.
        NODE_USE_ENV_PROXY: '1',
      },
    });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-4_000);
    });
    let bytes = 0;
    let grewAt = Date.now();
    let stalled = false;
    const watch = setInterval(() => {
      void Promise.all([sizeOf(temporary), sizeOf(path.join(packageDirectory, 'dist'))]).then(
        ([downloaded, unpacked]) => {
          if (downloaded + unpacked !== bytes) {
            bytes = downloaded + unpacked;
            grewAt = Date.now();
            onProgress(Math.round(downloaded / 1e6));
          } else if (Date.now() - grewAt > stallMs) {
            stalled = true;
            child.kill('SIGKILL');
          }
        },
      );
    }, watchMs);
    const end = (reason: string | null) => {
      clearInterval(watch);
      resolve(reason);
    };
    child.on('error', (error) => {
      end(error.message);
    });
    child.on('close', (code) => {
      if (stalled) end('the download stood still');
      else end(code === 0 ? null : reasonIn(complaint));
    });
  });
}

/** The most telling line of a failed install script: the innermost cause it names. */
export function reasonIn(complaint: string): string {
  const causes = [...complaint.matchAll(/(?:^|\[cause\]: )(?:\w*Error)(?: \[\w+\])?: (.+)$/gm)];
  const reason = causes.at(-1)?.[1] ?? complaint.trim().split('\n')[0];
  return reason === undefined || reason === '' ? 'the download failed' : reason.trim();
}

async function electronVersion(): Promise<string> {
  const text = await readFile(path.join(packageDirectory, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function sizeOf(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(directory, name)).then(
        (entry) => (entry.isFile() ? entry.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
