import { app, BrowserWindow, ipcMain, protocol, session, utilityProcess } from 'electron';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/*
 * The smallest application that uses what Autodoc uses. Events are kept in `globalThis.seen`,
 * where the tests look.
 */

const here = import.meta.dirname;
const seen = (globalThis.seen = []);
const note = (event) => {
  seen.push(event);
  if (process.env.SELF_TEST_TRACE !== undefined) process.stdout.write(`${event}\n`);
};

protocol.registerSchemesAsPrivileged([
  { scheme: 'self', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
app.enableSandbox();

for (const event of ['before-quit', 'will-quit', 'quit', 'second-instance']) {
  app.on(event, () => note(event));
}
app.on('window-all-closed', () => {
  note('window-all-closed');
  app.quit();
});

ipcMain.handle('echo', (_event, ...args) => args);
ipcMain.handle('fail', () => {
  throw new RangeError('as asked');
});
ipcMain.handle('sender', ({ sender, senderFrame }) => [
  sender.id,
  senderFrame?.url,
  senderFrame?.origin,
  senderFrame?.parent,
]);
ipcMain.on('said', (event, text) => event.sender.send('heard', text));

function openWindow() {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    show: false,
    webPreferences: { preload: path.join(here, 'preload.cjs'), sandbox: true },
  });
  window.once('ready-to-show', () => window.show());
  window.on('close', () => note('close'));
  window.on('closed', () => note('closed'));
  window.webContents.on('will-frame-navigate', (details) => {
    note(`will-frame-navigate ${details.url}`);
    if (!details.isMainFrame) details.preventDefault();
  });
  window.webContents.on('will-navigate', (details) => {
    note(`will-navigate ${details.url}`);
    details.preventDefault();
  });
  window.webContents.setWindowOpenHandler(({ url }) => {
    note(`open ${url}`);
    return { action: 'deny' };
  });
  void window.loadURL('self://test/page.html');
}

if (app.requestSingleInstanceLock({ from: process.argv.at(-1) })) {
  app.on('second-instance', (_event, _argv, _directory, { from }) => note(`from ${from}`));
  await app.whenReady();
  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide) => {
    decide(permission === 'notifications');
  });
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => {
    return permission !== 'geolocation';
  });
  session.defaultSession.on('will-download', (event, item) => {
    note(`will-download ${item.getURL().slice(0, 5)}`);
    event.preventDefault();
  });
  session.defaultSession.webRequest.onBeforeRequest(({ url }, decide) => {
    decide({ cancel: !url.startsWith('self:') });
  });
  protocol.handle('self', async ({ url }) => {
    const { pathname } = new URL(url);
    if (pathname !== '/page.html') return new Response('none', { status: 404 });
    return new Response(await readFile(path.join(here, 'page.html')), {
      headers: { 'content-type': 'text/html', 'x-asked-for': url },
    });
  });
  const worker = utilityProcess.fork(path.join(here, 'worker.js'), ['argument']);
  worker.on('message', (message) => note(`worker ${JSON.stringify(message)}`));
  worker.on('exit', (code) => note(`worker exit ${code}`));
  worker.postMessage({ bytes: new Uint8Array([1, 2, 3]) });
  globalThis.worker = worker;
  openWindow();
} else {
  app.quit();
}
