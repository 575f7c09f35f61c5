import type { Download, HubStatus } from '../../../src-main/contract/channels.ts';
import type { Id } from '../../../src-main/contract/domain.ts';
import { call, listen } from '../../ipc/client.ts';
import { Attempts } from '../../lib/attempts.svelte.ts';

/** What a person asks a hub for. */
export interface DownloadRequest {
  /** `owner/name`. */
  readonly repository: string;
  /** A branch, tag or commit; empty for the main branch. */
  readonly revision: string;
  /** The name in the store; empty for the repository's own. */
  readonly name: string;
}

/** Models on their way from a hub. Nothing is fetched that was not asked for here. */
export class DownloadsStore {
  #downloads = $state.raw<readonly Download[]>([]);
  #hub = $state.raw<HubStatus | null>(null);
  #isStarting = $state(false);
  readonly #attempts = new Attempts();

  /** In the order in which they were asked for; those that are done stay until dismissed. */
  get downloads(): readonly Download[] {
    return this.#downloads;
  }

  /** Null until it is known. */
  get hub(): HubStatus | null {
    return this.#hub;
  }

  get isStarting(): boolean {
    return this.#isStarting;
  }

  get problem(): string | null {
    return this.#attempts.problem;
  }

  /** Loads and listens; the answer stops listening. */
  start(): () => void {
    const stop = listen('download:changed', (download) => this.#take(download));
    void this.#load();
    return stop;
  }

  /** Begins a download, or goes on with it. Answers whether it began. */
  async fetch({ repository, revision, name }: DownloadRequest): Promise<boolean> {
    this.#isStarting = true;
    const hasBegun = await this.#attempts.make(async () => {
      this.#take(
        await call('downloads:start', {
          repository: repository.trim(),
          revision: revision.trim() || null,
          name: name.trim() || null,
        }),
      );
    });
    this.#isStarting = false;
    return hasBegun;
  }

  async pause(download_id: Id): Promise<void> {
    await this.#attempts.make(async () => {
      await call('downloads:pause', { download_id });
    });
  }

  async resume({ repository, revision, name }: Download): Promise<void> {
    await this.fetch({ repository, revision, name });
  }

  /** Deletes what was fetched. */
  async discard(download_id: Id): Promise<void> {
    await this.#attempts.make(async () => {
      await call('downloads:discard', { download_id });
      this.dismiss(download_id);
    });
  }

  /** Takes a download that is done out of the list. */
  dismiss(downloadId: Id): void {
    this.#downloads = this.#downloads.filter(({ id }) => id !== downloadId);
  }

  /** Keeps an access token, or with null forgets it. Answers whether that worked. */
  async setToken(token: string | null): Promise<boolean> {
    return this.#attempts.make(async () => {
      this.#hub = await call('hub:set-token', { token });
    });
  }

  async #load(): Promise<void> {
    await this.#attempts.make(async () => {
      const [downloads, hub] = await Promise.all([call('downloads:list'), call('hub:status')]);
      // What was broadcast meanwhile is newer than the answer.
      const isKnown = (id: Id) => this.#downloads.some((download) => download.id === id);
      this.#downloads = [...downloads.filter(({ id }) => !isKnown(id)), ...this.#downloads];
      this.#hub = hub;
    });
  }

  #take(download: Download): void {
    const isKnown = this.#downloads.some(({ id }) => id === download.id);
    this.#downloads = isKnown
      ? this.#downloads.map((one) => (one.id === download.id ? download : one))
      : [...this.#downloads, download];
  }
}
