import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Id } from '../contract/domain.ts';
import { toErrorEnvelope } from '../contract/errors.ts';
import type { InferenceClient } from '../inference/client/types.ts';
import type { Logger } from '../logging/logger.ts';
import type { LibraryStore } from '../store/types.ts';
import type { SyncClient } from '../sync/client-types.ts';
import type { LibraryMaker } from '../sync/making/maker.ts';
import { authorize, theLibrary } from '../access/authorize.ts';
import { createAccountsService } from './accounts/accounts.ts';
import { defaultPasswordCost, type PasswordCost } from './accounts/password-key.ts';
import { Session } from './accounts/session.ts';
import { createUsersService } from './accounts/users.ts';
import { createAuditService } from './audit.ts';
import { createAutodocsService } from './autodocs.ts';
import { createCommentsService } from './comments.ts';
import { createConflictsService } from './conflicts.ts';
import { createContextService } from './context.ts';
import { createDevicesService } from './devices.ts';
import { createDocumentsService } from './documents.ts';
import { createDownloadsService, type HubAccess } from './downloads.ts';
import { createDraftQueue } from './drafting/draft-queue.ts';
import { createDraftRunner } from './drafting/draft-runner.ts';
import { defaultTiming, type DraftTiming } from './drafting/draft-timing.ts';
import { createEngineBoard } from './drafting/engine-board.ts';
import { createEventBus } from './event-bus.ts';
import { createJobs } from './jobs.ts';
import { createExchangeService } from './exchange/exchange-service.ts';
import { createLibrariesService } from './libraries.ts';
import { createLibraryService } from './library.ts';
import { leaseHolder } from './lease.ts';
import type { LibraryHandle } from './library-handle.ts';
import type { ModelShelf } from './model-shelf.ts';
import { createModelsService } from './models.ts';
import { createNoticesService } from './notices.ts';
import { createRetentionsService } from './retentions.ts';
import { createSaving } from './saving.ts';
import type { Services } from './services.ts';
import { createSettingsReader, createSettingsService } from './settings.ts';
import type { LibraryShelf } from './team/library-shelf.ts';
import { createLibrarySwitch } from './team/library-switch.ts';
import type { RoundsOf } from './team/rounds-until-settled.ts';
import { createSharing } from './team/sharing.ts';
import { createTeamService } from './team/team-service.ts';
import { createTextsService } from './texts.ts';
import { createVersionsService } from './versions.ts';
import { watchOtherWriters } from './watching.ts';

export interface ServicesOptions {
  readonly library: LibraryHandle;
  readonly models: ModelShelf;
  readonly modelsDirectory: string;
  readonly client: InferenceClient;
  readonly hub: HubAccess;
  readonly appVersion: string;
  readonly logger: Logger;
  readonly timing?: Partial<DraftTiming>;
  /** What a password costs to try. Default: as much as is wise today. */
  readonly passwordCost?: PasswordCost;
  readonly shelf: LibraryShelf;
  readonly sync: SyncParts;
  /** Opens a library that is none of this application's, to be closed again. */
  readonly openLibrary: (directory: string) => LibraryStore;
  /**
   * Has the window hand over its text before another library is opened. Throws where it holds
   * some that could not be kept. Default: there is no window.
   */
  readonly askForText?: () => Promise<void>;
}

/** How the library is shared with others. */
export interface SyncParts {
  /** What shares it while the application runs. */
  readonly client: SyncClient;
  /** Rounds in this process, for whoever waits for them. */
  readonly roundsOf: RoundsOf;
  /** Makes libraries in this process. */
  readonly maker: LibraryMaker;
}

/** Puts the services together over one library, one shelf of models and one engine. */
export function createServices(options: ServicesOptions): Services {
  const { library, models, modelsDirectory, client, appVersion, shelf, sync } = options;
  const logger = options.logger.scope('services');
  const timing = { ...defaultTiming, ...options.timing };
  const holder = leaseHolder(process.pid, randomUUID());
  const events = createEventBus();
  const jobs = createJobs(events, logger);
  const {
    downloads,
    hub,
    stop: pauseDownloads,
  } = createDownloadsService({
    ...{ hub: options.hub, models, appVersion, events, logger },
    directory: path.join(modelsDirectory, '.downloads'),
  });
  const board = createEngineBoard({ client, library, events });
  const settings = createSettingsReader(library, logger);
  const session = new Session(library);
  const runner = createDraftRunner({
    ...{ library, models, client, settings, board, events, logger, holder, timing },
    authorFor: (userId) => session.authorFor(userId),
    principal: () => session.principal(),
  });
  const queue = createDraftQueue({
    ...{ settings, models, board, events, logger },
    onQueued: () => runner.wake(),
  });
  const saving = createSaving({ library, queue, events });
  const documents = createDocumentsService({
    ...{ library, saving, queue, events },
    eraseTraces: (directory) => sync.client.eraseTraces(directory),
  });
  const accounts = createAccountsService({
    ...{ library, session, events, logger },
    cost: options.passwordCost ?? defaultPasswordCost,
    keepTexts: (principal) => documents.keepJournals(principal),
    // Drafts of theirs may have waited for them.
    onSignedIn: () => runner.wake(),
  });
  const autodocs = createAutodocsService({ library, queue, runner, models, client, settings });
  const drafting = {
    start: () => runner.start(),
    ended: (autodocId: Id, signal?: AbortSignal) => runner.ended(autodocId, signal),
  };
  const notices = createNoticesService({
    ...{ library, events, logger },
    principal: () => session.principal(),
  });
  const devices = createDevicesService({ client, logger });
  const libraryService = createLibraryService({
    ...{ library, events, appVersion, modelsDirectory, session, accounts },
  });
  const sharing = createSharing({
    ...{ library, client: sync.client, roundsOf: sync.roundsOf, events, logger },
  });
  const libraries = createLibrarySwitch({
    ...{ library, shelf, session, events, logger },
    askForText: options.askForText ?? (() => Promise.resolve()),
    keepTexts: (principal) => documents.keepJournals(principal),
    rest: restFromLibrary,
    begin() {
      begin();
      announceLibrary();
    },
  });
  let stopWatching: (() => void) | null = null;
  let stopTelling: (() => void) | null = null;
  let announced = '';

  /** What another process set: told only when it is something new. */
  function announceSettings(): void {
    const now = JSON.stringify(settings.current());
    if (now !== announced) events.emit('settings:changed', settings.current());
    announced = now;
  }

  /** What the window shows of a library, of the one that has just been opened. */
  function announceLibrary(): void {
    announceSettings();
    events.emit('accounts:changed', session.status());
    board.show({});
  }

  function begin(): void {
    // A library that does not open says so here, before anything runs.
    library.store();
    if (stopWatching !== null) return;
    runner.start();
    devices.start();
    stopTelling = notices.watch();
    stopWatching = watchOtherWriters(
      () => library.store(),
      { everyMs: timing.tickMs, logger },
      () => {
        events.emit('store:changed', { documents: [], everything: true });
        // It may have been about whoever is signed in: their account, their machine.
        events.emit('accounts:changed', session.status());
        announceSettings();
        // The queue may have grown or been worked off.
        board.show({});
        runner.wake();
      },
    );
    sharing.begin();
    models.list().then(
      () => events.emit('models:changed', null),
      (error: unknown) => logger.error('no models', { code: toErrorEnvelope(error).code }),
    );
  }

  async function restFromLibrary(): Promise<void> {
    stopWatching?.();
    stopWatching = null;
    stopTelling?.();
    stopTelling = null;
    await Promise.all([runner.stop(), jobs.endWorkOnLibrary()]);
    await sharing.rest();
  }

  return {
    library: libraryService,
    accounts,
    users: createUsersService({ library, session, events }),
    audit: createAuditService({ library }),
    documents,
    versions: createVersionsService({ library, saving }),
    retentions: createRetentionsService({ library, events }),
    comments: createCommentsService({ library, events }),
    conflicts: createConflictsService({ library }),
    notices: notices.room,
    autodocs,
    exchange: createExchangeService({ library, queue, events, jobs, autodocs, drafting }),
    context: createContextService({ client, models, settings }),
    models: createModelsService({ models, jobs, library, events, logger, holder }),
    jobs: jobs.room,
    downloads,
    hub,
    settings: createSettingsService({ library, reader: settings, models, events }),
    devices: devices.room,
    libraries: createLibrariesService({ library, shelf, libraries }),
    team: createTeamService({
      ...{ library, shelf, libraries, sharing, jobs },
      ...{ ...sync, openLibrary: options.openLibrary },
      async startLibrary(principal, name) {
        await libraryService.start(principal, { mode: 'just_me', name });
        return session.principal();
      },
    }),
    engine: {
      status(principal) {
        authorize(principal, 'library:read', theLibrary);
        return board.status();
      },
    },

    texts: createTextsService({ client, models }),
    drafting: {
      start: () => runner.start(),
      ended(principal, autodocId, signal) {
        authorize(principal, 'document:list', theLibrary);
        return runner.ended(autodocId, signal);
      },
    },
    maintenance: {
      verify(principal) {
        authorize(principal, 'library:maintain', theLibrary);
        return library.store().verify();
      },
      rebuild(principal) {
        authorize(principal, 'library:maintain', theLibrary);
        return library.store().rebuild();
      },
    },

    events,
    principal: () => session.principal(),
    start: begin,
    async stop() {
      devices.stop();
      await Promise.all([restFromLibrary(), pauseDownloads()]);
      await sync.client.dispose();
    },
  };
}
