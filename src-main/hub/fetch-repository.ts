import { mkdir, readFile, statfs } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../contract/errors.ts';
import { chooseFiles, chooseShards, configFile, indexFile } from './choose-files.ts';
import type { Clock } from './clock.ts';
import {
  keptBytes,
  type DownloadRecord,
  type FileProgress,
  type PinnedRepository,
} from './download-record.ts';
import { fetchMissing } from './fetch-file.ts';
import type { HubClient } from './hub-client.ts';
import { PartialFile } from './partial-file.ts';
import type { ListedFile, Listing } from './repository-listing.ts';
import { createRetries, type RetryPolicy } from './retries.ts';

export interface FetchProgress {
  readonly state: 'running' | 'waiting';
  /** What it is doing, or why it waits, for people. */
  readonly message: string;
  readonly receivedBytes: number;
  /** Null while the hub has not told. */
  readonly totalBytes: number | null;
}

export interface FetchOptions {
  readonly client: HubClient;
  /** The download's own folder; the model's files come into `files` below it. */
  readonly directory: string;
  /** Kept up to date. */
  readonly record: DownloadRecord;
  /** Writes the record. */
  readonly save: () => Promise<void>;
  /**
   * Looks at a folder's `config.json` before anything large is fetched, and says how many bytes
   * the prepared model will take. Throws `model_unsupported` or `model_invalid`.
   */
  readonly inspectConfig: (directory: string) => Promise<{ readonly preparedBytes: number }>;
  /** Bytes that the disk has left for a folder. */
  readonly freeBytes: (directory: string) => Promise<number>;
  readonly clock: Clock;
  readonly retryPolicy: RetryPolicy;
  readonly onProgress: (progress: FetchProgress) => void;
  readonly signal: AbortSignal;
}

/** The folder of a model whose every file is what the hub vouches for. */
export interface FetchedRepository {
  readonly directory: string;
  readonly repository: string;
  readonly commit: string;
}

/** Left for everything else that goes on on the disk. */
const spareBytes = 64 * 2 ** 20;

/** What `statfs` says is left for us. */
export async function freeBytesOn(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

export function filesDirectory(directory: string): string {
  return path.join(directory, 'files');
}

/**
 * Fetches the files of a model, or what is missing of them, and verifies each. The repository is
 * pinned to the commit of the hub's first answer, for as long as the record lives.
 *
 * Rejects with `network_failed`, `hub_refused`, `not_found`, `model_unsupported`, `model_invalid`,
 * `disk_full`, or the signal's reason; what was fetched is kept in every case.
 */
export async function fetchRepository(options: FetchOptions): Promise<FetchedRepository> {
  const { client, record, save, signal } = options;
  const directory = filesDirectory(options.directory);
  await mkdir(directory, { recursive: true });
  const fetch = new RepositoryFetch(options, directory);

  fetch.tell('Asking the hub for the list of files');
  const pinned = (record.pinned ??= await fetch.retry(async () =>
    pin(await client.list(record, signal), record),
  ));
  await save();

  await fetch.file(pinned, named(pinned, configFile));
  const { preparedBytes } = await options.inspectConfig(directory);
  const index = pinned.files.find(({ path }) => path === indexFile);
  if (index !== undefined) {
    await fetch.file(pinned, index);
    if (!pinned.is_complete) {
      const { shards } = pinned;
      const text = await readFile(path.join(directory, indexFile), 'utf8');
      const known = { files: shards, names: shards.map(({ path }) => path) };
      pinned.files.push(...chooseShards(text, known, pinned.repository).map(unfetched));
      pinned.is_complete = true;
      await save();
    }
  }
  await requireSpace(pinned, preparedBytes, options);
  for (const file of pinned.files) {
    if (file.path !== configFile && file !== index) await fetch.file(pinned, file);
  }
  return { directory, repository: pinned.repository, commit: pinned.commit };
}

/** What the hub's first answer fixes. */
function pin(listing: Listing, { repository: asked }: DownloadRecord): PinnedRepository {
  const repository = listing.repository ?? asked;
  const files = chooseFiles(listing, repository).map(unfetched);
  const isSharded = files.some(({ path }) => path === indexFile);
  const isPlain = ({ path }: ListedFile): boolean =>
    /^[A-Za-z0-9][\w.-]{0,150}\.safetensors$/.test(path) &&
    listing.names.filter((name) => name === path).length === 1;
  return {
    repository,
    commit: listing.commit,
    files,
    shards: isSharded ? listing.files.filter(isPlain) : [],
    is_complete: !isSharded,
  };
}

function unfetched(file: ListedFile): FileProgress {
  return { ...file, etag: null, pieces: [] };
}

function named({ files }: PinnedRepository, name: string): FileProgress {
  const file = files.find(({ path }) => path === name);
  if (file === undefined) throw new Error(`The record lists no ${name}`);
  return file;
}

const total = (files: readonly FileProgress[]): number =>
  files.reduce((sum, { size_bytes }) => sum + size_bytes, 0);

const kept = (files: readonly FileProgress[]): number =>
  files.reduce((sum, file) => sum + keptBytes(file), 0);

async function requireSpace(
  { files, repository }: PinnedRepository,
  preparedBytes: number,
  { directory, freeBytes }: FetchOptions,
): Promise<void> {
  const toFetch = total(files) - kept(files);
  const needed = toFetch + preparedBytes + spareBytes;
  const free = await freeBytes(directory);
  if (free >= needed) return;
  throw new AppError(
    'disk_full',
    `${repository} needs ${inWords(needed)} on the disk (${inWords(toFetch)} still to fetch, ` +
      `${inWords(preparedBytes)} for the prepared model), and ${inWords(free)} are free. What was ` +
      'fetched is kept. Free some space and go on with the download.',
    { details: { needed_bytes: needed, free_bytes: free } },
  );
}

function inWords(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** One session of fetching: its retries, and what it tells. */
class RepositoryFetch {
  readonly #options: FetchOptions;
  readonly #directory: string;
  readonly #retries: ReturnType<typeof createRetries>;
  #doing = '';
  #partial: PartialFile | null = null;
  #mostBytes: number;

  constructor(options: FetchOptions, directory: string) {
    const { record, retryPolicy, clock } = options;
    this.#options = options;
    this.#directory = directory;
    this.#mostBytes = kept(record.pinned?.files ?? []);
    this.#retries = createRetries(retryPolicy, clock, (reason, ms) =>
      this.#tellState(
        'waiting',
        `Trying again in ${Math.max(1, Math.round(ms / 1000))} s: ${reason}`,
      ),
    );
  }

  tell(doing: string): void {
    this.#doing = doing;
    this.#tellState('running', doing);
  }

  retry<T>(attempt: () => Promise<T>): Promise<T> {
    return this.#retries.run(async () => {
      const value = await attempt();
      this.#retries.progressed();
      return value;
    }, this.#options.signal);
  }

  /** Sees to it that a file is there, whole and verified. */
  async file(pinned: PinnedRepository, file: FileProgress): Promise<void> {
    const { record, signal } = this.#options;
    const filePath = path.join(this.#directory, file.path);
    const partial = await PartialFile.open(filePath, file, record.piece_bytes);
    this.#partial = partial;
    try {
      for (let isSecondTime = false; ;) {
        this.tell(`Checking ${file.path}`);
        const state = await partial.check(signal);
        if (state === 'whole') return;
        if (state === 'wrong') {
          if (isSecondTime) throw neverRight(file, this.#options.client.endpoint.host);
          // Nobody knows which part is wrong: all of it again, past any cache on the way.
          partial.forget();
          isSecondTime = true;
        }
        this.tell(`Fetching ${file.path}`);
        await this.retry(() => this.#fetch(pinned, file, partial, isSecondTime));
      }
    } finally {
      this.#partial = null;
      await partial.close();
    }
  }

  #fetch(
    { repository, commit }: PinnedRepository,
    file: FileProgress,
    partial: PartialFile,
    afresh: boolean,
  ): Promise<void> {
    const { client, save, signal } = this.#options;
    return fetchMissing({
      ...{ client, repository, commit, file, partial, afresh, save, signal },
      onBytes: () => {
        const received = this.#received();
        if (received > this.#mostBytes) {
          this.#mostBytes = received;
          this.#retries.progressed();
        }
        this.#tellState('running', this.#doing);
      },
    });
  }

  #received(): number {
    const files = this.#options.record.pinned?.files ?? [];
    return kept(files) + (this.#partial?.unrecordedBytes ?? 0);
  }

  #tellState(state: FetchProgress['state'], message: string): void {
    const { pinned } = this.#options.record;
    const totalBytes = pinned?.is_complete === true ? total(pinned.files) : null;
    this.#options.onProgress({ state, message, receivedBytes: this.#received(), totalBytes });
  }
}

function neverRight({ path: file }: FileProgress, host: string): AppError {
  return new AppError(
    'network_failed',
    `${file} came twice with other contents than ${host} vouches for. The model is not offered for ` +
      'use; its other files are kept. Something on the way may change what it passes on: try ' +
      'again later, or from another network.',
    { details: { file } },
  );
}
