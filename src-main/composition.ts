import path from 'node:path';
import { hashCheckpoint, openCheckpoint } from './inference/checkpoint/checkpoint.ts';
import { readGenerationConfig } from './inference/checkpoint/generation-config.ts';
import { preparedSize } from './inference/checkpoint/prepared-size.ts';
import { createInferenceClient } from './inference/client/inference-client.ts';
import type { StartEngineProcess } from './inference/host/process-host.ts';
import { openModelStore } from './inference/model-store/model-store.ts';
import { createFileLogger } from './logging/file-logger.ts';
import type { Logger } from './logging/logger.ts';
import type { Places } from './places.ts';
import type { PasswordCost } from './services/accounts/password-key.ts';
import { createServices } from './services/create-services.ts';
import type { Keychain } from './services/downloads/hub-token.ts';
import type { DraftTiming } from './services/drafting/draft-timing.ts';
import { createLibraryHandle, type LibraryHandle } from './services/library-handle.ts';
import { createModelShelf } from './services/model-shelf.ts';
import type { Services } from './services/services.ts';
import {
  createLibraryShelf,
  createSingleShelf,
  isLibrary,
  lastOpened,
} from './services/team/library-shelf.ts';
import { settleMember } from './services/team/member.ts';
import { openStore } from './store/open-store.ts';
import { createSyncClient } from './sync/client.ts';
import { createLibraryMaker } from './sync/making/maker.ts';
import { createTeamSync } from './sync/team-sync.ts';

export interface ApplicationOptions {
  readonly places: Places;
  /** The folder of what ships with the application: the starter model lies in it. */
  readonly resourcesDirectory: string;
  /** How an engine process is started here: forked, or Electron's utility process. */
  readonly startEngine: StartEngineProcess;
  /** The entry of the thread that shares a library: the bundle, or `sync/worker/main.ts` itself. */
  readonly syncWorker: string;
  readonly appVersion: string;
  /** Has the window hand over its text before another library is opened. */
  readonly askForText?: () => Promise<void>;
  /** Where a token for private models is kept; null, the default, where there is no such place. */
  readonly keychain?: Keychain | null;
  readonly timing?: Partial<DraftTiming>;
  /** What a password costs to try. Default: as much as is wise today. */
  readonly passwordCost?: PasswordCost;
}

/** The application without a face: what the window and the command line share. */
export interface Application {
  readonly services: Services;
  readonly library: LibraryHandle;
  readonly logger: Logger;
  /** Stops the work, ends the engine, closes the library. Once is enough, twice does no harm. */
  dispose(): Promise<void>;
}

const starterName = 'starter';
/** Between two looks at a team file, where a person waits for what comes of it. */
const waitedForSettleMs = 100;

/** Puts the application together. Nothing is opened, started or written before it is used. */
export function composeApplication(options: ApplicationOptions): Application {
  const { places, resourcesDirectory, startEngine, appVersion, timing, passwordCost } = options;
  const logger = createFileLogger(path.join(places.logs, 'autodoc.log'));
  const { libraries } = places;
  const library = createLibraryHandle({
    directory: libraries === null ? places.library : lastOpened(libraries),
    exists: isLibrary,
    open: (directory) => settleMember(openStore({ directory, logger })),
  });
  const client = createInferenceClient({
    startProcess: startEngine,
    logger,
    devicesFile: path.join(places.models, 'devices.json'),
  });
  const models = createModelShelf({
    modelsDirectory: places.models,
    bundled: { name: starterName, directory: path.join(resourcesDirectory, 'models', starterName) },
    client,
    openModelStore: (directory) => openModelStore(directory, logger),
    hashCheckpoint: hashFolder,
    readAdvice: async (directory) => (await readGenerationConfig(directory)).recommendedParameters,
    logger: logger.scope('models'),
  });
  const services = createServices({
    ...{ library, models, modelsDirectory: places.models, client, appVersion, logger },
    hub: {
      environment: process.env,
      keychain: options.keychain ?? null,
      inspectConfig: async (directory) => ({ preparedBytes: await preparedSize(directory) }),
    },
    shelf:
      libraries === null
        ? createSingleShelf(places.library)
        : createLibraryShelf(libraries, logger),
    sync: {
      client: createSyncClient({ worker: options.syncWorker, logger }),
      roundsOf: (rounds) => createTeamSync({ ...rounds, logger, settleMs: waitedForSettleMs }),
      maker: createLibraryMaker(logger),
    },
    openLibrary: (directory) => openStore({ directory, logger, create: false }),
    ...(options.askForText !== undefined && { askForText: options.askForText }),
    ...(timing !== undefined && { timing }),
    ...(passwordCost !== undefined && { passwordCost }),
  });
  return {
    services,
    library,
    logger,
    async dispose() {
      await services.stop();
      await client.dispose();
      library.close();
    },
  };
}

async function hashFolder(directory: string): Promise<string> {
  const checkpoint = await openCheckpoint(directory);
  try {
    return await hashCheckpoint(checkpoint);
  } finally {
    await checkpoint.close();
  }
}
