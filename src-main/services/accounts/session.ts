import { stranger, visitor, type Principal } from '../../access/authorize.ts';
import { normalizedEmail, type AccountsStatus } from '../../contract/people.ts';
import type { Id } from '../../contract/domain.ts';
import type { Author, LibraryStore } from '../../store/types.ts';
import type { LibraryHandle } from '../library-handle.ts';
import { memberHere } from '../team/member.ts';

interface SignedIn {
  readonly userId: Id;
  readonly deviceId: Id;
  readonly sign: (sha256: Uint8Array) => Uint8Array;
}

const rememberedKey = 'remembered email';

/** Who works with this process now. The key is in memory alone, from signing in to signing out. */
export class Session {
  readonly #library: LibraryHandle;
  #signedIn: SignedIn | null = null;
  #isLocked = false;

  constructor(library: LibraryHandle) {
    this.#library = library;
  }

  /** In whose name calls are answered, looked up anew for each: an admin may have suspended them. */
  principal(): Principal {
    if (!this.#library.exists()) return visitor;
    const store = this.#library.store();
    if (!store.accountsAreOn()) {
      const owner = memberHere(store);
      return owner === null ? visitor : { kind: 'owner', user: owner };
    }
    return this.#isLocked ? stranger : this.#user(store);
  }

  /** In whose name background work is written: a locked window must not stop a draft. */
  authorFor(userId: Id): Author | null {
    const store = this.#library.store();
    if (!store.accountsAreOn()) return { id: userId };
    const principal = this.#user(store);
    const isTheirs = principal.kind === 'user' && principal.user.id === userId;
    return isTheirs ? { id: userId, sign: principal.sign } : null;
  }

  status(): AccountsStatus {
    const store = this.#library.exists() ? this.#library.store() : null;
    const principal = this.#isLocked && store !== null ? this.#user(store) : this.principal();
    return {
      is_on: store?.accountsAreOn() ?? false,
      user: 'user' in principal ? principal.user : null,
      is_locked: this.#isLocked && 'user' in principal,
      remembered_email: this.#remembered(),
    };
  }

  /** Who signed in, locked or not; null for nobody. */
  get signedIn(): Pick<SignedIn, 'userId' | 'deviceId'> | null {
    return this.#signedIn;
  }

  begin(signedIn: SignedIn): void {
    this.#signedIn = signedIn;
    this.#isLocked = false;
  }

  end(): void {
    this.#signedIn = null;
    this.#isLocked = false;
  }

  lock(): void {
    this.#isLocked = this.#signedIn !== null;
  }

  unlock(): void {
    this.#isLocked = false;
  }

  /** Offers an address at the next signing in. */
  remember(email: string): void {
    this.#library.store().values.set(rememberedKey, email.trim());
  }

  /** Offers an address no longer; another's that is remembered stays. */
  forget(email: string): void {
    if (normalizedEmail(this.#remembered()) === normalizedEmail(email)) this.remember('');
  }

  #remembered(): string {
    const kept = this.#library.exists() ? this.#library.store().values.get(rememberedKey) : null;
    return typeof kept === 'string' ? kept : '';
  }

  #user(store: LibraryStore): Principal {
    if (this.#signedIn === null) return stranger;
    const { userId, deviceId, sign } = this.#signedIn;
    const user = store.users.get(userId);
    const isKnown =
      user?.user_status === 'approved' &&
      store.users.device(deviceId)?.device_status === 'approved';
    return isKnown ? { kind: 'user', user, sign } : stranger;
  }
}
