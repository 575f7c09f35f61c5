import { uuidv7 } from 'uuidv7';
import {
  aUser,
  authorize,
  authorOf,
  memberOf,
  theLibrary,
  type Principal,
} from '../../access/authorize.ts';
import type { ChannelPayload } from '../../contract/channels.ts';
import type { Id, User } from '../../contract/domain.ts';
import { AppError, toErrorEnvelope } from '../../contract/errors.ts';
import { normalizedEmail, type AccountsStatus } from '../../contract/people.ts';
import type { Logger } from '../../logging/logger.ts';
import { idMadeBy } from '../../store/log/maker-ids.ts';
import type { LibraryStore, StoreTransaction, WrappedKey } from '../../store/types.ts';
import type { EventBus } from '../event-bus.ts';
import type { LibraryHandle } from '../library-handle.ts';
import type { Room } from '../services.ts';
import {
  machineName,
  newKeyPair,
  signerOf,
  spendAsMuch,
  unwrapKey,
  wrapKey,
  type PasswordCost,
} from './password-key.ts';
import type { Session } from './session.ts';
import { beginAttempt } from './sign-in-attempts.ts';

export interface AccountsServiceOptions {
  readonly library: LibraryHandle;
  readonly session: Session;
  readonly events: EventBus;
  readonly logger: Logger;
  readonly cost: PasswordCost;
  /** Makes versions of what a user has typed and not saved, before somebody else takes the seat. */
  readonly keepTexts: (principal: Principal) => Promise<unknown>;
  readonly onSignedIn: () => void;
}

export interface AccountsService extends Room<'accounts'> {
  /** Makes the first admin of a library that nobody has started yet, and signs them in. */
  startTeam(profile: TeamStart): Promise<void>;
}

type TeamStart = ChannelPayload<'accounts:switch-on'>;

/** A machine asked for again and again must not fill the log. */
const maxWaitingDevices = 5;
const noteEveryMs = 60 * 60 * 1000;

export function createAccountsService(options: AccountsServiceOptions): AccountsService {
  const { library, session, events, logger, cost, keepTexts, onSignedIn } = options;

  function changed(): AccountsStatus {
    const status = session.status();
    events.emit('accounts:changed', status);
    events.emit('store:changed', { documents: [], everything: true });
    return status;
  }

  /** A key for this machine, kept here before anything in the log speaks of it. */
  async function newDevice(userId: Id, password: string) {
    const { public_key, privateKey } = newKeyPair();
    const id = idMadeBy(public_key, uuidv7());
    const wrapped_key = await wrapKey(privateKey, password, id, cost);
    library.store().keyring.putKey({ device_id: id, user_id: userId, wrapped_key });
    return {
      sign: signerOf(privateKey),
      device: { id, user_id: userId, device_name: machineName(), public_key },
    };
  }

  /** Switches accounts on in the name of their first admin, whose user `settle` writes. */
  async function makeTeam(
    userId: Id,
    password: string,
    settle: (transaction: StoreTransaction) => void,
  ): Promise<void> {
    const { sign, device } = await newDevice(userId, password);
    library.store().write({ id: userId, sign }, (transaction) => {
      settle(transaction);
      transaction.addUserDevice(device);
      transaction.setDeviceStatus(device.id, 'approved');
      transaction.nameReplica(machineName());
      transaction.switchAccountsOn();
    });
    session.begin({ userId, deviceId: device.id, sign });
    onSignedIn();
  }

  /** The key that a password opens, of those that an address has on this machine. */
  async function open(
    store: LibraryStore,
    users: readonly User[],
    password: string,
  ): Promise<{ readonly user: User; readonly kept: WrappedKey; readonly key: Buffer } | null> {
    const keys = users.flatMap((user) =>
      store.keyring.keys(user.id).map((kept) => ({ user, kept })),
    );
    if (keys.length === 0) await spendAsMuch(password, cost);
    for (const { user, kept } of keys) {
      const key = await unwrapKey(kept.wrapped_key, password, kept.device_id);
      if (key !== null) return { user, kept, key };
    }
    return null;
  }

  /** Whoever leaves the seat keeps what they typed, as versions in their own name. */
  async function keepTextsOfSignedIn(): Promise<void> {
    const { signedIn } = session;
    const author = signedIn === null ? null : session.authorFor(signedIn.userId);
    const user = author === null ? null : library.store().users.get(author.id);
    if (user === null || author?.sign === undefined) return;
    try {
      await keepTexts({ kind: 'user', user, sign: author.sign });
    } catch (error) {
      // Nobody is kept at the seat for it: autosave has the text, on this machine.
      logger.warn('typed text could not become a version', { code: toErrorEnvelope(error).code });
    }
  }

  function refuseTaken(store: LibraryStore, email: string, ownId: Id | null): void {
    if (store.users.byEmail(email).every(({ id }) => id === ownId)) return;
    throw new AppError(
      'already_exists',
      'There is an account with this e-mail address already. Nothing was changed. Sign in, or ' +
        'choose “New machine or forgotten password”.',
    );
  }

  return {
    status: () => session.status(),

    async startTeam({ password, ...profile }) {
      const userId = uuidv7();
      await makeTeam(userId, password, (transaction) => {
        // Looked at within the transaction: two processes may start one library.
        if (library.store().users.first() !== null) {
          throw new AppError('already_exists', 'This library has been started already.');
        }
        transaction.createUser({
          ...{ id: userId, ...profile },
          user_type: 'admin',
          user_status: 'approved',
        });
      });
      changed();
    },

    async 'switch-on'(principal, { password, ...profile }) {
      authorize(principal, 'accounts:switch_on', theLibrary);
      const { id } = memberOf(principal);
      await makeTeam(id, password, (transaction) => {
        if (library.store().accountsAreOn()) {
          throw new AppError('already_exists', 'This library has accounts already.');
        }
        transaction.updateUser(id, { ...profile, user_type: 'admin', user_status: 'approved' });
      });
      return changed();
    },

    async register(principal, { password, ...profile }) {
      authorize(principal, 'accounts:register', theLibrary);
      const store = library.store();
      refuseTaken(store, profile.email, null);
      const id = uuidv7();
      const { sign, device } = await newDevice(id, password);
      store.write({ id, sign }, (transaction) => {
        // First the key: it signs what follows.
        transaction.addUserDevice(device);
        transaction.createUser({ id, ...profile, user_status: 'pending' });
      });
      events.emit('store:changed', { documents: [], everything: true });
      return null;
    },

    async 'sign-in'(_principal, { email, password, remember }) {
      const store = library.store();
      if (!store.accountsAreOn()) {
        throw new AppError('invalid_input', 'Nobody has to sign in to this library.');
      }
      const attempt = beginAttempt(store, email, Date.now());
      const opened = await open(store, store.users.byEmail(email), password);
      if (opened === null) throw signInFailed();
      attempt.succeeded();
      const { user, kept, key } = opened;
      requireApproved(store, user, kept.device_id);
      await keepTextsOfSignedIn();
      const sign = signerOf(key);
      session.begin({ userId: user.id, deviceId: kept.device_id, sign });
      if (remember) session.remember(email);
      else session.forget(email);
      store.write({ id: user.id, sign }, (transaction) => {
        if (isWorthNoting(user.last_login)) {
          transaction.updateUser(user.id, { last_login: new Date().toISOString() });
        }
        transaction.nameReplica(machineName());
      });
      onSignedIn();
      return changed();
    },

    async 'sign-out'() {
      await keepTextsOfSignedIn();
      session.end();
      return changed();
    },

    lock(principal) {
      memberOf(principal);
      session.lock();
      return changed();
    },

    async unlock(_principal, { password }) {
      const store = library.store();
      const { signedIn } = session;
      const user = signedIn === null ? null : store.users.get(signedIn.userId);
      if (signedIn === null || user === null) throw signInFailed();
      const attempt = beginAttempt(store, user.email, Date.now());
      const opened = await open(store, [user], password);
      if (opened === null) throw signInFailed();
      attempt.succeeded();
      session.unlock();
      return changed();
    },

    async 'add-device'(_principal, { email, password }) {
      const store = library.store();
      const [user] = store.accountsAreOn() ? store.users.byEmail(email) : [];
      const waiting = store.users
        .devices(user?.id ?? '')
        .filter(({ device_status }) => device_status === 'pending');
      if (user === undefined || waiting.length >= maxWaitingDevices) {
        await spendAsMuch(password, cost);
        return null;
      }
      const { sign, device } = await newDevice(user.id, password);
      store.write({ id: user.id, sign }, (transaction) => transaction.addUserDevice(device));
      events.emit('store:changed', { documents: [], everything: true });
      return null;
    },

    async 'change-password'(principal, { password, new_password }) {
      const user = memberOf(principal);
      authorize(principal, 'accounts:update', aUser(user.id));
      const store = library.store();
      const attempt = beginAttempt(store, user.email, Date.now());
      const opened = await open(store, [user], password);
      if (opened === null) throw signInFailed();
      attempt.succeeded();
      const { device_id } = opened.kept;
      const wrapped_key = await wrapKey(opened.key, new_password, device_id, cost);
      store.keyring.putKey({ device_id, user_id: user.id, wrapped_key });
      return null;
    },

    update(principal, profile) {
      const { id, email } = memberOf(principal);
      authorize(principal, 'accounts:update', aUser(id));
      const store = library.store();
      if (normalizedEmail(email) !== normalizedEmail(profile.email)) {
        refuseTaken(store, profile.email, id);
      }
      const user = store.write(authorOf(principal), (transaction) =>
        transaction.updateUser(id, profile),
      );
      changed();
      return user;
    },
  };
}

/** A script that signs in every minute must not fill the log. */
function isWorthNoting(lastLogin: string | null): boolean {
  return lastLogin === null || Date.now() - Date.parse(lastLogin) > noteEveryMs;
}

/** The same for an unknown address and for a wrong password. */
function signInFailed(): AppError {
  return new AppError(
    'sign_in_failed',
    'The e-mail address or the password is wrong, or this machine does not know the account. ' +
      'Try again, or choose “New machine or forgotten password”.',
  );
}

/** Said only to who has the password. */
function requireApproved(store: LibraryStore, user: User, deviceId: Id): void {
  switch (user.user_status) {
    case 'pending':
      throw new AppError(
        'account_waiting',
        'Your account waits until an admin of this library approves it. Try again later.',
      );
    case 'rejected':
      throw new AppError('not_allowed', 'An admin of this library did not approve your account.');
    case 'suspended':
      throw new AppError(
        'not_allowed',
        'Your account is suspended. Your documents are kept. Ask an admin of this library.',
      );
    case 'approved':
  }
  const status = store.users.device(deviceId)?.device_status;
  if (status === 'approved') return;
  throw status === 'revoked'
    ? new AppError(
        'not_allowed',
        'This machine may no longer sign for your account. Ask an admin of this library.',
      )
    : new AppError(
        'account_waiting',
        'This machine waits until an admin, or you on another machine, approves it.',
      );
}
