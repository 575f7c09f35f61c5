import { existsSync } from 'node:fs';
import path from 'node:path';

/** The environment variable that names a browser of Chromium's family outright. */
export const chromiumVariable = 'AUTODOC_CHROMIUM';

const namesOnThePath = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
  'chrome',
];

const macApplications = ['Chromium', 'Google Chrome', 'Microsoft Edge', 'Brave Browser'];

const windowsPrograms = [
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
  ['Chromium', 'Application', 'chrome.exe'],
];

/** Chromium, Chrome or Edge on this machine, or null. A browser that the environment names must exist. */
export function findChromium(environment = process.env): string | null {
  const named = environment[chromiumVariable];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Error(`${chromiumVariable} names ${named}, and there is no such file.`);
  }
  return candidates(environment).find((file) => existsSync(file)) ?? null;
}

function candidates(environment: NodeJS.ProcessEnv): string[] {
  if (process.platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .flatMap((variable) => environment[variable] ?? [])
      .flatMap((folder) => windowsPrograms.map((program) => path.join(folder, ...program)));
  }
  if (process.platform === 'darwin') {
    return ['/Applications', path.join(environment.HOME ?? '/', 'Applications')].flatMap((folder) =>
      macApplications.map((name) => path.join(folder, `${name}.app`, 'Contents/MacOS', name)),
    );
  }
  return (environment.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .flatMap((folder) => namesOnThePath.map((name) => path.join(folder, name)));
}
