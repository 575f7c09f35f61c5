import path from 'node:path';
import { createRequire } from 'node:module';
import { AppError } from './contract/errors.ts';
import { runCli } from './cli/run-cli.ts';
import { composeApplication } from './composition.ts';
import { forkHost } from './inference/host/fork-host.ts';
import { applicationHome, placesAt, placesOfStore } from './places.ts';

/*
 * The command line's entry. It runs from the sources and from the bundle; which of the two
 * decides where its siblings lie.
 */

const here = import.meta.dirname;
const isBundle = import.meta.filename.endsWith('.js');
const root = path.join(here, isBundle ? '../..' : '..');
const workerEntry = path.join(here, isBundle ? 'inference-worker.js' : 'inference/worker/main.ts');
const syncWorker = path.join(here, isBundle ? 'sync-worker.js' : 'sync/worker/main.ts');
const { version } = createRequire(import.meta.url)(path.join(root, 'package.json')) as {
  readonly version: string;
};

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: a second Ctrl+C ends the process at once, which the store survives.
  process.once(signal, () => stop.abort(new AppError('cancelled', 'Stopped.')));
}

const exitCode = await runCli(process.argv.slice(2), {
  terminal: process,
  columns: process.stderr.columns,
  version,
  signal: stop.signal,
  compose: (store) =>
    composeApplication({
      places: store === null ? placesAt(applicationHome()) : placesOfStore(store),
      resourcesDirectory: path.join(root, 'resources'),
      startEngine: forkHost(workerEntry),
      syncWorker,
      appVersion: version,
    }),
});
// Whatever still holds the process open, an unread standard input first of all, is done with.
process.exit(exitCode);
