import { mkdir, rm } from 'node:fs/promises';
import type { Download } from '../../contract/channels.ts';
import type { Id } from '../../contract/domain.ts';
import { AppError, toErrorEnvelope } from '../../contract/errors.ts';
import type { ModelCard } from '../../contract/models.ts';
import type { Clock } from '../../hub/clock.ts';
import {
  keptBytes,
  newRecord,
  readRecord,
  toDiskFailure,
  writeRecord,
  type DownloadRecord,
} from '../../hub/download-record.ts';
import { fetchRepository, type FetchOptions } from '../../hub/fetch-repository.ts';
import { lockFolder, type FolderLock } from '../../hub/folder-lock.ts';
import type { HubClient } from '../../hub/hub-client.ts';
import type { RepositoryReference } from '../../hub/repository-name.ts';
import type { Logger } from '../../logging/logger.ts';
import { stackOf } from '../../logging/stack-of.ts';
import type { ModelShelf } from '../model-shelf.ts';
import { createSpeed } from './speed.ts';
import { createNowAndThen } from './told-now-and-then.ts';

export interface TransferOptions extends Pick<
  FetchOptions,
  'inspectConfig' | 'freeBytes' | 'retryPolicy'
> {
  readonly id: Id;
  readonly directory: string;
  readonly reference: RepositoryReference;
  /** The name that the model gets. */
  readonly name: string;
  readonly pieceBytes: number;
  readonly client: HubClient;
  readonly models: ModelShelf;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onChange: (download: Download) => void;
}

/** How often a change that is no change of state is told. */
const tellEveryMs = 200;

/** One download at work in this process, from the first request to the imported model. */
export class Transfer {
  /** Settled when this process has the download to itself; rejects where another has it. */
  readonly begun: Promise<void>;
  /** The imported model. Rejects with `cancelled` when it was paused, else with its failure. */
  readonly ended: Promise<ModelCard>;
  readonly #options: TransferOptions;
  readonly #abort = new AbortController();
  readonly #news;
  readonly #speed;
  #download: Download;

  constructor(options: TransferOptions) {
    const { id, reference, name, onChange, clock } = options;
    this.#options = options;
    this.#news = createNowAndThen(tellEveryMs, onChange);
    this.#speed = createSpeed(() => clock.now());
    this.#download = {
      ...{ id, name, ...reference, state: 'running' as const, message: 'Starting' },
      ...{ received_bytes: 0, total_bytes: null, bytes_per_second: null },
    };
    const locked = this.#lock();
    this.begun = locked.then(() => undefined);
    this.ended = locked.then((lock) => this.#run(lock));
    // Whoever is interested asks; a download in the background has told of its end already.
    this.begun.catch(() => undefined);
    this.ended.catch(() => undefined);
  }

  get download(): Download {
    return this.#download;
  }

  /** Whether it has told its end, though it may be tidying up still. */
  get isOver(): boolean {
    return ['paused', 'failed', 'done'].includes(this.#download.state);
  }

  /** Stops where it is and keeps what came. Resolves when it has stopped. */
  async pause(): Promise<void> {
    this.#abort.abort(new AppError('cancelled', 'The download was paused. What came is kept.'));
    await this.ended.catch(() => undefined);
  }

  async #lock(): Promise<FolderLock> {
    const { directory, reference } = this.#options;
    try {
      await mkdir(directory, { recursive: true });
      const lock = await lockFolder(directory);
      if (typeof lock !== 'number') return lock;
      throw inOtherHands(reference.repository, lock);
    } catch (error) {
      throw toDiskFailure(error, directory);
    }
  }

  async #run(lock: FolderLock): Promise<ModelCard> {
    const { directory, logger } = this.#options;
    const record = await this.#record();
    const save = async (): Promise<void> => {
      if (!(await lock.isHeld())) throw inOtherHands(record.repository, 0);
      await writeRecord(directory, record);
    };
    try {
      const card = await this.#work(record, save);
      await rm(directory, { recursive: true, force: true });
      this.#tell({ state: 'done', message: `"${card.name}" is ready.` });
      logger.info('model downloaded', { model: card.name, sha256: card.sha256 });
      return card;
    } catch (thrown) {
      if (this.#abort.signal.aborted) {
        this.#tell({ state: 'paused', message: 'Paused. What was fetched is kept.' });
        throw this.#abort.signal.reason;
      }
      const failure = toDiskFailure(thrown, directory);
      const { code, message } = toErrorEnvelope(failure);
      logger.warn('a download failed', {
        code,
        ...(code === 'internal' && { stack: stackOf(failure) }),
      });
      record.failure = { code, message };
      // On a full disk the reason itself may not fit; then it is told but not kept.
      await save().catch(() => undefined);
      this.#tell({ state: 'failed', message });
      throw failure;
    } finally {
      await lock.release();
    }
  }

  async #record(): Promise<DownloadRecord> {
    const { id, directory, reference, name, pieceBytes, client } = this.#options;
    const found = await readRecord(directory);
    if (found !== null) return Object.assign(found, { name, failure: null });
    const endpoint = client.endpoint.url;
    return newRecord({ id, endpoint, ...reference, name, piece_bytes: pieceBytes });
  }

  async #work(record: DownloadRecord, save: () => Promise<void>): Promise<ModelCard> {
    const { models, name, client } = this.#options;
    const { signal } = this.#abort;
    await save();
    const { directory, repository, commit } = await fetchRepository({
      ...this.#options,
      ...{ record, save, signal },
      onProgress: ({ state, message, receivedBytes, totalBytes }) => {
        const bytes_per_second = state === 'running' ? this.#speed.measure(receivedBytes) : null;
        this.#tell({ state, message, bytes_per_second }, receivedBytes, totalBytes);
      },
    });
    signal.throwIfAborted();
    this.#tell({ state: 'importing', message: 'Preparing the model' });
    return models.prepare(directory, name, {
      signal,
      origin: `${client.endpoint.host}/${repository}@${commit}`,
      onProgress: ({ message, fraction }) =>
        this.#tell({ state: 'importing', message: `${message} (${Math.round(fraction * 100)}%)` }),
    });
  }

  #tell(
    change: Pick<Download, 'state' | 'message'> & Partial<Download>,
    received_bytes = this.#download.received_bytes,
    total_bytes = this.#download.total_bytes,
  ): void {
    const isUrgent = change.state !== this.#download.state;
    this.#download = {
      ...this.#download,
      ...{ bytes_per_second: null, received_bytes, total_bytes },
      ...change,
    };
    this.#news.tell(this.#download, isUrgent);
  }
}

/** @param processId 0 where it is not known */
export function inOtherHands(repository: string, processId: number): AppError {
  const who = processId === 0 ? 'Another process' : `Another process (${processId})`;
  return new AppError(
    'store_busy',
    `${who} is fetching ${repository} already. Nothing was changed. Wait for it, or stop it there first.`,
    { details: { process_id: processId } },
  );
}

/** A download that nobody works at, as its record tells. */
export function restingDownload(record: DownloadRecord, holder: number | null): Download {
  const { id, repository, revision, name, pinned, failure } = record;
  const files = pinned?.files ?? [];
  const resting =
    failure === null
      ? { state: 'paused' as const, message: 'Paused. What was fetched is kept.' }
      : { state: 'failed' as const, message: failure.message };
  return {
    ...{ id, repository, revision, name },
    ...(holder === null
      ? resting
      : { state: 'running' as const, message: `Another process (${holder}) is fetching it.` }),
    received_bytes: files.reduce((sum, file) => sum + keptBytes(file), 0),
    total_bytes:
      pinned?.is_complete === true
        ? files.reduce((sum, { size_bytes }) => sum + size_bytes, 0)
        : null,
    bytes_per_second: null,
  };
}
