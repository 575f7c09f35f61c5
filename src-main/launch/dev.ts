import type { ChildProcess } from 'node:child_process';
import { build, createServer, type Rolldown } from 'vite';
import { fetchElectron, installedElectron } from './electron-binary.ts';
import { projectRoot, requireDependencies, say } from './project.ts';
import { spawnElectron, spawnStandIn } from './run-app.ts';

/*
 * `npm run dev`: the window from Vite's server with hot reload, the main process and the
 * preload rebuilt, and the application started again, whenever they change.
 */

const host = '127.0.0.1';
const port = 5173;

requireDependencies();
process.chdir(projectRoot);

const server = await createServer({
  configFile: 'vite.renderer.config.ts',
  // The page's own address is app://, so the socket's has to be said.
  server: { host, port, strictPort: true, hmr: { protocol: 'ws', host, clientPort: port } },
});
await server.listen();
process.env.AUTODOC_DEV_SERVER = `http://${host}:${port}`;

const electron = (await installedElectron()) ?? (await fetchedElectron());
let running: ChildProcess | null = null;
let restarting = false;

async function fetchedElectron(): Promise<string | null> {
  const reason = await fetchElectron(() => undefined);
  if (reason !== null) say(`Electron could not be fetched (${reason}); opening in Chromium.`);
  return installedElectron();
}

function startApp(): void {
  const args = process.argv.slice(2);
  const child = electron === null ? spawnStandIn(args) : spawnElectron(electron, args);
  running = child;
  child.on('close', (status) => {
    if (restarting) {
      restarting = false;
      startApp();
    } else {
      // A person closed the window.
      process.exit(status ?? 0);
    }
  });
}

/** Builds once and again at each change. Resolves after the first build. */
async function watch(configFile: string): Promise<void> {
  const watcher = (await build({
    configFile,
    mode: 'development',
    logLevel: 'warn',
    build: { watch: {}, minify: false },
  })) as Rolldown.RolldownWatcher;
  await new Promise<void>((resolve) => {
    watcher.on('event', (event) => {
      if (event.code !== 'END') return;
      resolve();
      if (running !== null) {
        restarting = true;
        running.kill();
      }
    });
  });
}

await Promise.all([watch('vite.main.config.ts'), watch('vite.preload.config.ts')]);
startApp();
