import type { ChannelInput } from '../../../src-main/contract/channels.ts';
import type { Id, User } from '../../../src-main/contract/domain.ts';
import type { AccountsStatus, UserDetails, UserDevice } from '../../../src-main/contract/people.ts';
import { call, listen } from '../../ipc/client.ts';
import { errorMessage } from '../../lib/report-error.ts';

/** Whether this library has accounts, who is signed in, and the machines they sign with. */
export class AccountsStore {
  #accounts = $state.raw<AccountsStatus | null>(null);
  #devices = $state.raw<readonly UserDevice[]>([]);
  #problem = $state<string | null>(null);

  /** Null until the main process was asked. */
  get accounts(): AccountsStatus | null {
    return this.#accounts;
  }

  get user(): User | null {
    return this.#accounts?.user ?? null;
  }

  get devices(): readonly UserDevice[] {
    return this.#devices;
  }

  /** Why the accounts could not be asked about, or a machine not be changed. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Loads and listens; the answer stops listening. */
  start(): () => void {
    void this.#try(async () => this.#take(await call('accounts:status')));
    return listen('accounts:changed', (accounts) => {
      void this.#try(() => this.#take(accounts));
    });
  }

  /** Throws what went wrong: the form says it. */
  async switchOn(input: ChannelInput<'accounts:switch-on'>): Promise<void> {
    await this.#take(await call('accounts:switch-on', input));
  }

  /** Throws what went wrong: the form says it. */
  async update(profile: ChannelInput<'accounts:update'>): Promise<void> {
    const user = await call('accounts:update', profile);
    if (this.#accounts !== null) this.#accounts = { ...this.#accounts, user };
  }

  /** Throws what went wrong: the form says it. */
  async changePassword(password: string, new_password: string): Promise<void> {
    await call('accounts:change-password', { password, new_password });
  }

  approveDevice(device_id: Id): Promise<boolean> {
    return this.#try(async () => this.#show(await call('users:approve-device', { device_id })));
  }

  revokeDevice(device_id: Id): Promise<boolean> {
    return this.#try(async () => this.#show(await call('users:revoke-device', { device_id })));
  }

  async #take(accounts: AccountsStatus): Promise<void> {
    this.#accounts = accounts;
    if (!accounts.is_on || accounts.user === null || accounts.is_locked) return;
    this.#show(await call('users:show', { user_id: accounts.user.id }));
  }

  #show({ devices }: UserDetails): void {
    this.#devices = devices;
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.#problem = null;
      return true;
    } catch (thrown) {
      this.#problem = errorMessage(thrown);
      return false;
    }
  }
}
