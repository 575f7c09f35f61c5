import path from 'node:path';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import type { Principal } from '../../../src-main/access/authorize.ts';
import { createServices } from '../../../src-main/services/create-services.ts';
import type { HubAccess } from '../../../src-main/services/downloads.ts';
import type { DraftTiming } from '../../../src-main/services/drafting/draft-timing.ts';
import {
  createLibraryHandle,
  type LibraryHandle,
} from '../../../src-main/services/library-handle.ts';
import { createModelShelf } from '../../../src-main/services/model-shelf.ts';
import type { Services } from '../../../src-main/services/services.ts';
import {
  createLibraryShelf,
  createSingleShelf,
  isLibrary,
  lastOpened,
  type LibraryFolders,
} from '../../../src-main/services/team/library-shelf.ts';
import { settleMember } from '../../../src-main/services/team/member.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { createSyncClient } from '../../../src-main/sync/client.ts';
import { createLibraryMaker } from '../../../src-main/sync/making/maker.ts';
import { createTeamSync } from '../../../src-main/sync/team-sync.ts';
import { syncWorker } from '../../fixtures/sync-worker.ts';
import { FakeEngine, FakeModelStore } from './fake-engine.ts';

/** A process's worth of the application over a real library, with an engine without a model. */
export interface FakeApplication {
  readonly directory: string;
  readonly services: Services;
  readonly library: LibraryHandle;
  readonly engine: FakeEngine;
  readonly models: FakeModelStore;
  /** The library's owner; starts the library. Of a library with accounts: who is signed in. */
  owner(): Promise<Principal>;
  /** Ends it as an application ends. */
  close(): Promise<void>;
}

export interface FakeApplicationOptions {
  readonly directory: string;
  /** The starter's identity, as its files hash. */
  readonly starterSha256?: () => string;
  readonly hub?: Partial<HubAccess>;
  readonly timing?: Partial<DraftTiming>;
  /** Where it holds several libraries. Default: just the one in `directory`. */
  readonly libraries?: LibraryFolders;
  /** Stands for the window. */
  readonly askForText?: () => Promise<void>;
}

export function composeFakeApplication(options: FakeApplicationOptions): FakeApplication {
  const { directory, starterSha256 = () => 'a'.repeat(64) } = options;
  const modelsDirectory = path.join(directory, 'models');
  const models = new FakeModelStore(modelsDirectory);
  const engine = new FakeEngine(models);
  const { libraries = null } = options;
  const library = createLibraryHandle({
    directory: libraries === null ? directory : lastOpened(libraries),
    exists: isLibrary,
    open: (folder) => settleMember(openStore({ directory: folder, logger: silentLogger })),
  });
  const services = createServices({
    library,
    models: createModelShelf({
      modelsDirectory,
      bundled: { name: 'starter', directory: '/resources/models/starter' },
      client: engine,
      openModelStore: () => models,
      hashCheckpoint: () => Promise.resolve(starterSha256()),
      readAdvice: () => Promise.resolve({}),
      logger: silentLogger,
    }),
    modelsDirectory,
    client: engine,
    hub: {
      environment: {},
      keychain: null,
      inspectConfig: () => Promise.resolve({ preparedBytes: 0 }),
      ...options.hub,
    },
    appVersion: '1.2.3',
    shelf:
      libraries === null
        ? createSingleShelf(directory)
        : createLibraryShelf(libraries, silentLogger),
    sync: {
      client: createSyncClient({
        ...{ worker: syncWorker, logger: silentLogger },
        timing: { pollMs: 200, eventMs: 20, publishMs: 50 },
      }),
      roundsOf: (rounds) => createTeamSync({ ...rounds, logger: silentLogger, settleMs: 20 }),
      maker: createLibraryMaker(silentLogger),
    },
    openLibrary: (folder) => openStore({ directory: folder, logger: silentLogger, create: false }),
    ...(options.askForText !== undefined && { askForText: options.askForText }),
    logger: silentLogger,
    // A password that is tried in no time.
    passwordCost: { N: 16, r: 1, p: 1 },
    timing: { leaseMs: 2_000, tickMs: 20, retryMs: 50, ...options.timing },
  });
  let isOpen = true;
  return {
    ...{ directory, services, library, engine, models },
    async owner() {
      if (services.principal().kind === 'visitor') {
        await services.library.start(services.principal(), { mode: 'just_me', name: 'Ada' });
      }
      return services.principal();
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await services.stop();
      library.close();
    },
  };
}
