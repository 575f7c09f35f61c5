import type { Id, User, UserStatus, UserType } from '../../../src-main/contract/domain.ts';
import type { settableStatuses, UserDetails } from '../../../src-main/contract/people.ts';
import { call, listen } from '../../ipc/client.ts';
import { PagedList } from '../../lib/paged-list.svelte.ts';
import { reportError } from '../../lib/report-error.ts';

/** A pause in typing a query, and between changes that come in a row. */
const queryPauseMs = 160;
const changePauseMs = 120;

export type SettableStatus = (typeof settableStatuses)[number];

/** The users of this library, the one that is looked at, and what an admin makes of them. */
export class UsersStore {
  #query = $state('');
  #status = $state<UserStatus | null>(null);
  #type = $state<UserType | null>(null);
  #pending = $state(0);
  #details = $state.raw<UserDetails | null>(null);
  readonly list = new PagedList<User>({
    ask: async (offset, limit) => {
      const { users, total } = await call('users:list', {
        query: this.#query,
        user_status: this.#status,
        user_type: this.#type,
        offset,
        limit,
      });
      return { rows: users, total };
    },
    idOf: ({ id }) => id,
  });

  get query(): string {
    return this.#query;
  }

  /** Only users in this state; null for all. */
  get status(): UserStatus | null {
    return this.#status;
  }

  /** Only users of this type; null for all. */
  get type(): UserType | null {
    return this.#type;
  }

  get isFiltered(): boolean {
    return this.#query !== '' || this.#status !== null || this.#type !== null;
  }

  /** How many wait for approval, whatever the list shows. */
  get pending(): number {
    return this.#pending;
  }

  /** The user that is looked at singly. */
  get details(): UserDetails | null {
    return this.#details;
  }

  /** Loads, and follows what changes. The answer stops. */
  start(): () => void {
    this.#reload();
    const stop = listen('store:changed', ({ documents, everything }) => {
      // A change that is about no document may be about a person.
      if (everything || documents.length === 0) this.#reloadSoon();
    });
    return () => {
      stop();
      clearTimeout(this.#timer);
      this.list.stop();
    };
  }

  setQuery(query: string): void {
    this.#query = query;
    this.list.loadSoon(queryPauseMs);
  }

  setStatus(status: UserStatus | null): void {
    this.#status = status;
    void this.list.load();
  }

  setType(type: UserType | null): void {
    this.#type = type;
    void this.list.load();
  }

  showAll(): void {
    this.#query = '';
    this.#status = null;
    this.#type = null;
    void this.list.load();
  }

  /** Looks at a user singly. */
  open(user_id: Id): Promise<boolean> {
    return this.#try(async () => {
      this.#details = await call('users:show', { user_id });
    });
  }

  close(): void {
    this.#details = null;
  }

  /** Answers whether it was done. What went wrong is shown. */
  setUserStatus(user_id: Id, user_status: SettableStatus): Promise<boolean> {
    return this.#try(async () => {
      await this.#changed(await call('users:set-status', { user_id, user_status }));
      await this.#countPending();
    });
  }

  setUserType(user_id: Id, user_type: UserType): Promise<boolean> {
    return this.#try(async () => {
      await this.#changed(await call('users:set-type', { user_id, user_type }));
    });
  }

  approveDevice(device_id: Id): Promise<boolean> {
    return this.#try(async () => {
      this.#details = await call('users:approve-device', { device_id });
    });
  }

  revokeDevice(device_id: Id): Promise<boolean> {
    return this.#try(async () => {
      this.#details = await call('users:revoke-device', { device_id });
    });
  }

  /** Approves this machine of a user and revokes all their others. */
  reset(device_id: Id): Promise<boolean> {
    return this.#try(async () => {
      this.#details = await call('users:reset', { device_id });
    });
  }

  #timer: ReturnType<typeof setTimeout> | undefined;

  #reloadSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reload(), changePauseMs);
  }

  #reload(): void {
    void this.list.load({ andKeepLength: true });
    void this.#try(() => this.#countPending());
    if (this.#details !== null) void this.open(this.#details.user.id);
  }

  /** The row stays where it is, also where it no longer fits the filter: nothing jumps away. */
  async #changed(user: User): Promise<void> {
    this.list.put(user);
    if (this.#details?.user.id !== user.id) return;
    this.#details = await call('users:show', { user_id: user.id });
  }

  async #countPending(): Promise<void> {
    const { total } = await call('users:list', {
      query: '',
      user_status: 'pending',
      user_type: null,
      offset: 0,
      limit: 1,
    });
    this.#pending = total;
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (thrown) {
      reportError(thrown);
      return false;
    }
  }
}
