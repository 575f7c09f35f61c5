import type { Notice } from '../../../src-main/contract/work.ts';
import type { UnreadNotices } from '../../../src-main/contract/work-channels.ts';
import { call, listen } from '../../ipc/client.ts';
import { Attempts } from '../../lib/attempts.svelte.ts';

const pageSize = 30;

/** What others did that concerns whoever is signed in. */
export class NoticesStore {
  #notices = $state.raw<readonly Notice[]>([]);
  #unread = $state(0);
  #hasMore = $state(false);
  #isLoaded = $state(false);
  #announcement = $state('');
  #loads = 0;
  readonly #attempts = new Attempts();

  /** Newest first, as far as they were asked for. */
  get notices(): readonly Notice[] {
    return this.#notices;
  }

  get unread(): number {
    return this.#unread;
  }

  get hasMore(): boolean {
    return this.#hasMore;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** The newest of them, for screen readers, when it comes. */
  get announcement(): string {
    return this.#announcement;
  }

  get problem(): string | null {
    return this.#attempts.problem;
  }

  /** Loads and listens; the answer stops listening. */
  start(): () => void {
    const stop = listen('notices:changed', (unread) => this.#onChanged(unread));
    void this.load();
    return stop;
  }

  /** As many as there were, and the newest at least. */
  load(): Promise<void> {
    return this.#load(Math.max(pageSize, this.#notices.length));
  }

  /** Older ones besides. */
  more(): Promise<void> {
    return this.#load(this.#notices.length + pageSize);
  }

  async markRead(): Promise<void> {
    await this.#attempts.make(async () => {
      await call('notices:mark-read');
      this.#unread = 0;
      this.#notices = this.#notices.map((notice) => ({ ...notice, is_read: true }));
    });
  }

  #onChanged({ unread, latest }: UnreadNotices): void {
    this.#unread = unread;
    if (latest !== null) this.#announcement = `${latest.title}. ${latest.body}`;
    void this.load();
  }

  /** New ones come in front and move all others: what is shown is asked for anew, in pages. */
  async #load(count: number): Promise<void> {
    const load = ++this.#loads;
    await this.#attempts.make(async () => {
      const notices: Notice[] = [];
      let unread: number;
      let isFull: boolean;
      do {
        const limit = Math.min(200, count - notices.length);
        const page = await call('notices:list', { offset: notices.length, limit });
        notices.push(...page.notices);
        ({ unread } = page);
        isFull = page.notices.length === limit;
      } while (isFull && notices.length < count);
      // A later question has a newer answer.
      if (load !== this.#loads) return;
      this.#notices = notices;
      this.#unread = unread;
      this.#hasMore = isFull;
      this.#isLoaded = true;
    });
  }
}
