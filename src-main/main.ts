/// <reference types="vite/types/importMeta.d.ts" />
import path from 'node:path';
import {
  app,
  Menu,
  nativeTheme,
  protocol,
  safeStorage,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { rendererResponder } from './app/app-protocol.ts';
import type { DevelopmentSources } from './app/content-security-policy.ts';
import { watchForCrashes } from './app/crashes.ts';
import { developmentServer, developmentSources } from './app/development-server.ts';
import { chooseFileToRead, chooseFileToWrite } from './app/file-dialogs.ts';
import { chooseModelFolder, showFolder } from './app/folders.ts';
import { Keychain } from './app/keychain.ts';
import { MainWindow } from './app/main-window.ts';
import { menuTemplate } from './app/menu.ts';
import { openWindow } from './app/open-window.ts';
import { appOrigin, appScheme } from './app/origin.ts';
import { quitInOrder } from './app/quit.ts';
import { filesUnder, type RendererSource } from './app/renderer-files.ts';
import { hardenSession } from './app/security.ts';
import { createSystemNotices } from './app/system-notices.ts';
import { mayCloseUnsaved } from './app/unsaved-text.ts';
import { authorize, theLibrary } from './access/authorize.ts';
import { composeApplication } from './composition.ts';
import { toErrorEnvelope } from './contract/errors.ts';
import { utilityProcessHost } from './inference/host/utility-process-host.ts';
import { broadcastTo } from './ipc/broadcast.ts';
import { exchangeHandlers, type FileDialogs } from './ipc/exchange-handlers.ts';
import { forwardEvents } from './ipc/forward-events.ts';
import type { Handlers } from './ipc/handlers.ts';
import { registerHandlers, registerLinks } from './ipc/register-handlers.ts';
import { serviceHandlers } from './ipc/service-handlers.ts';
import { teamHandlers } from './ipc/team-handlers.ts';
import { stackOf } from './logging/stack-of.ts';
import { placesAt } from './places.ts';

/*
 * Electron's entry: the one place that puts the application together. What must be said
 * before Electron is ready comes first, then everything is made and connected in `start`.
 */

/** Where the window's place is kept, among this machine's values. */
const windowStateKey = 'window';
/** The bundles lie side by side: `out/main`, `out/preload`, `out/renderer`. */
const bundles = path.resolve(import.meta.dirname, '..');

protocol.registerSchemesAsPrivileged([
  { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
app.enableSandbox();

if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();

async function start(): Promise<void> {
  const places = placesAt(app.getPath('userData'));
  const application = composeApplication({
    places,
    resourcesDirectory: app.isPackaged
      ? process.resourcesPath
      : path.join(app.getAppPath(), 'resources'),
    startEngine: utilityProcessHost(
      utilityProcess,
      path.join(import.meta.dirname, 'inference-worker.js'),
    ),
    syncWorker: path.join(import.meta.dirname, 'sync-worker.js'),
    appVersion: app.getVersion(),
    askForText: () => mainWindow.handOverText(),
    keychain: new Keychain(safeStorage, path.join(app.getPath('userData'), 'hub-token')),
  });
  const { services, library, logger } = application;
  watchForCrashes(logger, places.logs);

  const { source, development } = windowSource();
  hardenSession(session.defaultSession, process.platform, development);
  protocol.handle(appScheme, rendererResponder(source, development));

  const broadcast = broadcastTo(() => mainWindow.contents);
  const mainWindow = new MainWindow({
    open: () =>
      openWindow({
        preloadPath: path.join(bundles, 'preload/preload.cjs'),
        memory: {
          read: () => library.opened()?.values.get(windowStateKey),
          write: (state) => library.opened()?.values.set(windowStateKey, state),
        },
        hasDeveloperTools: !app.isPackaged,
        logger,
      }),
    askForLastWords: () => broadcast('window:closing', null),
    mayCloseUnsaved,
    logger,
  });

  const page = {
    origin: appOrigin,
    isOwnWindow: (id: number) => mainWindow.contents.some((contents) => contents.id === id),
  };
  const dialogs: FileDialogs = {
    toWrite: (question) => chooseFileToWrite(mainWindow.current, question),
    toRead: (question) => chooseFileToRead(mainWindow.current, question),
  };
  const answers = serviceHandlers(services, {
    ...exchangeHandlers(services, dialogs),
    ...teamHandlers(services, dialogs),
    'models:choose-folder': () => {
      authorize(services.principal(), 'model:manage', theLibrary);
      return chooseModelFolder(mainWindow.current);
    },
    'folders:show': async ({ folder }) => {
      if (folder !== 'team') {
        return showFolder({ store: library.directory, models: places.models }[folder]);
      }
      const { file } = await services.team.status(services.principal(), undefined);
      // Of a library that is not shared: its own.
      return showFolder(file === null ? library.directory : path.dirname(file));
    },
    'window:ready-to-close': () => {
      mainWindow.readyToClose();
      return null;
    },
    'window:hold-open': ({ reason }) => {
      mainWindow.holdOpen(reason);
      return null;
    },
  });
  const handlers: Handlers = {
    ...answers,
    // The window's first question, and its question again after a library did not open.
    'library:status': (payload) => {
      services.start();
      return answers['library:status'](payload);
    },
  };
  registerHandlers({ handlers, page, logger });
  registerLinks({ page, logger }, (url) => shell.openExternal(url));
  forwardEvents(services.events, broadcast, () => services.principal().kind !== 'stranger');
  services.events.on(
    'notices:changed',
    createSystemNotices({
      isInFront: () => mainWindow.current?.isFocused() ?? false,
      onOpen: (documentId) => {
        mainWindow.show();
        broadcast('document:wanted', { document_id: documentId });
      },
    }),
  );

  services.events.on('settings:changed', ({ theme }) => {
    nativeTheme.themeSource = theme;
  });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate({
        platform: process.platform,
        appName: app.getName(),
        hasDeveloperTools: !app.isPackaged,
        send: (command) => broadcast('menu:command', { command }),
      }),
    ),
  );
  quitInOrder(async () => {
    try {
      const who = services.principal();
      if (who.kind === 'owner' || who.kind === 'user') await services.documents.keepJournals(who);
    } finally {
      await application.dispose();
    }
  }, logger);
  app.on('second-instance', () => mainWindow.show());
  app.on('activate', () => mainWindow.show());

  try {
    services.start();
    nativeTheme.themeSource = (await services.settings.get(services.principal(), undefined)).theme;
  } catch (error) {
    // The window asks for the library's status first, and shows why.
    logger.error('the library does not open', {
      code: toErrorEnvelope(error).code,
      stack: stackOf(error),
    });
  }
  mainWindow.show();
}

/** Where the window's files come from. A production build knows its own files and nothing else. */
function windowSource(): { source: RendererSource; development?: DevelopmentSources } {
  if (import.meta.env.MODE === 'development' && process.env.AUTODOC_DEV_SERVER !== undefined) {
    const serverUrl = process.env.AUTODOC_DEV_SERVER;
    return { source: developmentServer(serverUrl), development: developmentSources(serverUrl) };
  }
  return { source: filesUnder(path.join(bundles, 'renderer')) };
}
