import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ChannelPayload, Download, HubStatus } from '../contract/channels.ts';
import type { Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import type { ModelCard } from '../contract/models.ts';
import { systemClock, type Clock } from '../hub/clock.ts';
import { readRecord, toDiskFailure } from '../hub/download-record.ts';
import { parseEndpoint, type Endpoint } from '../hub/endpoint.ts';
import { freeBytesOn, type FetchOptions } from '../hub/fetch-repository.ts';
import { holderOf, lockFolder } from '../hub/folder-lock.ts';
import { defaultTimeouts, type Timeouts } from '../hub/http-get.ts';
import { createHubClient } from '../hub/hub-client.ts';
import { ownName, parseReference, type RepositoryReference } from '../hub/repository-name.ts';
import { defaultRetryPolicy, type RetryPolicy } from '../hub/retries.ts';
import type { Logger } from '../logging/logger.ts';
import { aModel, authorize, theSettings } from '../access/authorize.ts';
import { createHubToken, type Keychain } from './downloads/hub-token.ts';
import { inOtherHands, restingDownload, Transfer } from './downloads/transfer.ts';
import type { EventBus } from './event-bus.ts';
import type { ModelShelf } from './model-shelf.ts';
import type { DownloadsService, Room } from './services.ts';

/** The hub as this process reaches it. */
export interface HubAccess {
  /** Where `HF_ENDPOINT`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` stand. */
  readonly environment: NodeJS.ProcessEnv;
  /** Null where this process has none. */
  readonly keychain: Keychain | null;
  readonly inspectConfig: FetchOptions['inspectConfig'];
  readonly freeBytes?: FetchOptions['freeBytes'];
  readonly clock?: Clock;
  readonly timeouts?: Timeouts;
  readonly retryPolicy?: RetryPolicy;
  readonly pieceBytes?: number;
}

export interface DownloadsServiceOptions {
  readonly hub: HubAccess;
  readonly models: ModelShelf;
  /** The folder of all downloads; on the models' disk. */
  readonly directory: string;
  readonly appVersion: string;
  readonly events: EventBus;
  readonly logger: Logger;
}

/** How much is fetched again where something was damaged or a process was killed. */
const defaultPieceBytes = 16 * 2 ** 20;

/** Models by name from a hub. Nothing here opens a connection before a person asks for it. */
export function createDownloadsService(options: DownloadsServiceOptions): {
  readonly downloads: DownloadsService;
  readonly hub: Room<'hub'>;
  /** Pauses what is being fetched. */
  readonly stop: () => Promise<void>;
} {
  const { hub, models, directory, appVersion, events } = options;
  const logger = options.logger.scope('downloads');
  const token = createHubToken(hub.keychain, logger);
  const running = new Map<Id, Transfer>();

  const endpoint = (): Endpoint => parseEndpoint(hub.environment.HF_ENDPOINT);
  const folderOf = (id: Id): string => path.join(directory, id);

  async function begin(
    { repository, revision, name }: ChannelPayload<'downloads:start'>,
    accessToken: string | null,
  ): Promise<Transfer> {
    const at = endpoint();
    const reference = parseReference(repository, revision, at);
    const id = downloadId(at, reference);
    const known = running.get(id);
    if (known?.isOver === false) return known;
    await known?.ended.catch(() => undefined);
    const kept = await readRecord(folderOf(id));
    const modelName = name ?? kept?.name ?? ownName(reference.repository);
    await requireFree(modelName);
    // From here to the entry nothing waits, so that a download begins once.
    const transfer =
      running.get(id) ??
      new Transfer({
        ...{ id, directory: folderOf(id), reference, name: modelName, models, logger },
        inspectConfig: hub.inspectConfig,
        freeBytes: hub.freeBytes ?? freeBytesOn,
        retryPolicy: hub.retryPolicy ?? defaultRetryPolicy,
        pieceBytes: hub.pieceBytes ?? defaultPieceBytes,
        clock: hub.clock ?? systemClock,
        client: createHubClient({
          ...{ endpoint: at, token: accessToken, environment: hub.environment, appVersion },
          timeouts: hub.timeouts ?? defaultTimeouts,
        }),
        onChange: (download) => events.emit('download:changed', download),
      });
    running.set(id, transfer);
    transfer.ended.then(
      () => {
        running.delete(id);
        events.emit('models:changed', null);
      },
      () => running.delete(id),
    );
    await transfer.begun;
    return transfer;
  }

  /** Before gigabytes are fetched: would there be a place for the model? */
  async function requireFree(name: string): Promise<void> {
    const isTaken =
      name.toLowerCase() === models.bundledName ||
      (await models.store.get(name).then(
        () => true,
        (error: unknown) => {
          if (error instanceof AppError && error.code === 'model_not_found') return false;
          if (error instanceof AppError && error.code === 'model_invalid') return true;
          throw error;
        },
      ));
    if (!isTaken) return;
    throw new AppError(
      'already_exists',
      `There is a model named "${name}" already, and it is kept. Nothing was fetched. Choose ` +
        'another name, or remove that model first.',
      { details: { model: name } },
    );
  }

  async function list(): Promise<readonly Download[]> {
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
    const downloads = await Promise.all(
      entries
        .filter((entry) => entry.isDirectory())
        .map(async ({ name: id }) => {
          const transfer = running.get(id);
          if (transfer !== undefined) return transfer.download;
          const record = await readRecord(folderOf(id));
          return record?.id === id ? restingDownload(record, await holderOf(folderOf(id))) : [];
        }),
    );
    return downloads.flat().sort((one, other) => (one.repository < other.repository ? -1 : 1));
  }

  async function discard(id: Id): Promise<void> {
    await running.get(id)?.pause();
    const folder = folderOf(id);
    const record = await readRecord(folder);
    try {
      const lock = await lockFolder(folder).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      });
      if (lock === null) return;
      if (typeof lock === 'number') throw inOtherHands(record?.repository ?? 'this model', lock);
      await rm(folder, { recursive: true, force: true }).finally(() => lock.release());
    } catch (error) {
      throw toDiskFailure(error, folder);
    }
  }

  async function status(): Promise<HubStatus> {
    return {
      endpoint: endpoint().url,
      has_token: (await token.current(endpoint().origin)) !== null,
      can_keep_token: await token.canKeep(),
    };
  }

  return {
    downloads: {
      list(principal) {
        authorize(principal, 'model:read', aModel(null));
        return list();
      },
      async start(principal, payload) {
        authorize(principal, 'model:manage', aModel(payload.name));
        return (await begin(payload, await token.current(endpoint().origin))).download;
      },
      async pause(principal, { download_id }) {
        authorize(principal, 'model:manage', aModel(null));
        // A download that has ended meanwhile needs no pause.
        await running.get(download_id)?.pause();
        return null;
      },
      async discard(principal, { download_id }) {
        authorize(principal, 'model:manage', aModel(null));
        await discard(download_id);
        return null;
      },
      async fetch(principal, payload, { signal, token: given, isAfresh }): Promise<ModelCard> {
        authorize(principal, 'model:manage', aModel(payload.name));
        signal.throwIfAborted();
        if (isAfresh) {
          const at = endpoint();
          const reference = parseReference(payload.repository, payload.revision, at);
          await discard(downloadId(at, reference));
        }
        const transfer = await begin(payload, given ?? (await token.current(endpoint().origin)));
        const pause = (): void => void transfer.pause();
        if (signal.aborted) pause();
        else signal.addEventListener('abort', pause, { once: true });
        return transfer.ended.finally(() => signal.removeEventListener('abort', pause));
      },
    },
    hub: {
      status(principal) {
        authorize(principal, 'settings:read', theSettings);
        return status();
      },
      async 'set-token'(principal, { token: given }) {
        authorize(principal, 'settings:write', theSettings);
        await token.set(given, endpoint().origin);
        return status();
      },
    },
    async stop() {
      await Promise.all([...running.values()].map((transfer) => transfer.pause()));
    },
  };
}

/**
 * The same id for the same repository, revision and hub on every machine, so that two processes
 * that begin the same download meet in one folder. A UUID of version 8, whose bits are ours.
 */
function downloadId({ url }: Endpoint, { repository, revision }: RepositoryReference): Id {
  const hash = createHash('sha256').update([url, repository, revision].join('\0')).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...groups, hex.slice(20, 32)].join('-');
}
