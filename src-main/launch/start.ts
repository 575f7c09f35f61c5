import { findChromium } from '../../tests/electron-stand-in/chromium/find-chromium.ts';
import { ensureBuilt } from './build.ts';
import { fetchElectron, installedElectron, rememberedFailure } from './electron-binary.ts';
import { projectRoot, requireDependencies, say } from './project.ts';
import { ended, spawnElectron, spawnStandIn } from './run-app.ts';
import { draftSample } from './sample.ts';
import { hasDisplay } from './surroundings.ts';

/*
 * `npm start`: builds what is missing and opens the application. In Electron where its binary
 * is or can be had, else in an installed Chromium through the stand-in, else without a window.
 *
 *   --fetch-electron   try Electron's download again, although it failed today
 *
 * Everything else goes to the application.
 */

const retrySwitch = '--fetch-electron';

async function start(args: readonly string[], isRetry: boolean): Promise<number> {
  if (!hasDisplay()) {
    say('No display here, so no window: drafting a sample on the command line instead.');
    return draftSample();
  }
  const electron = await obtainElectron(isRetry);
  if (electron !== null) {
    const ending = await ended(spawnElectron(electron, args));
    if ('status' in ending) return ending.status;
    say(`Electron does not run here (${ending.failure}).`);
  }
  if (findChromium() !== null) {
    const ending = await ended(spawnStandIn(args));
    if ('status' in ending) return ending.status;
    say(`The stand-in for Electron does not run here (${ending.failure}).`);
  }
  say(
    'No window is possible: there is no Electron, Chromium, Chrome or Edge here. ' +
      'Drafting a sample on the command line instead.',
  );
  return draftSample();
}

/** Electron's executable, fetched if need be; null, with one line of why, where it cannot be had. */
async function obtainElectron(isRetry: boolean): Promise<string | null> {
  const installed = await installedElectron();
  if (installed !== null) return installed;
  const remembered = isRetry ? null : await rememberedFailure();
  if (remembered !== null) {
    say(
      `Electron could not be fetched today (${remembered}); opening in Chromium instead. ` +
        `To try again: npm start -- ${retrySwitch}`,
    );
    return null;
  }
  const reason = await fetchElectron(showProgress);
  if (reason === null) return installedElectron();
  say(`Electron could not be fetched (${reason}); opening in Chromium instead.`);
  return null;
}

function showProgress(megabytes: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\rFetching Electron … ${megabytes} MB `);
}

requireDependencies();
process.chdir(projectRoot);
await ensureBuilt({
  onBuild: (target) => {
    say(`Building ${target} …`);
  },
});
const args = process.argv.slice(2);
process.exitCode = await start(
  args.filter((argument) => argument !== retrySwitch),
  args.includes(retrySwitch),
);
