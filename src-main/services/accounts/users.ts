import {
  allUsers,
  aUser,
  aUserDevice,
  authorize,
  authorOf,
  type Principal,
} from '../../access/authorize.ts';
import type { Id, User } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import type { UserDetails, UserDevice } from '../../contract/people.ts';
import type { StoreTransaction } from '../../store/types.ts';
import type { EventBus } from '../event-bus.ts';
import type { LibraryHandle } from '../library-handle.ts';
import type { Room } from '../services.ts';
import type { Session } from './session.ts';

export interface UsersServiceOptions {
  readonly library: LibraryHandle;
  readonly session: Session;
  readonly events: EventBus;
}

export function createUsersService({
  library,
  session,
  events,
}: UsersServiceOptions): Room<'users'> {
  function find(userId: Id): User {
    const user = library.store().users.get(userId);
    if (user !== null) return user;
    throw notFound('user', userId);
  }

  function findDevice(deviceId: Id): UserDevice {
    const device = library.store().users.device(deviceId);
    if (device !== null) return device;
    throw notFound('machine', deviceId);
  }

  function write<T>(principal: Principal, work: (transaction: StoreTransaction) => T): T {
    const result = library.store().write(authorOf(principal), work);
    events.emit('store:changed', { documents: [], everything: true });
    // It may have been about whoever is signed in.
    events.emit('accounts:changed', session.status());
    return result;
  }

  function details(userId: Id): UserDetails {
    return { user: find(userId), devices: library.store().users.devices(userId) };
  }

  /** The library's rule, said before the log would refuse it. */
  function requireOtherAdmin(user: User): void {
    const isAdmin = user.user_type === 'admin' && user.user_status === 'approved';
    const admins = library.store().users.page({
      ...{ query: '', user_type: 'admin', user_status: 'approved', offset: 0, limit: 2 },
    });
    if (!isAdmin || admins.total > 1) return;
    throw new AppError(
      'not_allowed',
      'This is the last admin of the library. Nothing was changed. Make somebody else an admin first.',
    );
  }

  return {
    list(principal, query) {
      authorize(principal, 'user:read', allUsers);
      return library.store().users.page(query);
    },

    show(principal, { user_id }) {
      authorize(principal, 'user:show', aUser(user_id));
      return details(user_id);
    },

    'set-status'(principal, { user_id, user_status }) {
      authorize(principal, 'user:manage', aUser(user_id));
      const user = find(user_id);
      if (user_status !== 'approved') requireOtherAdmin(user);
      // The machine that somebody registered at comes with their account.
      const [device] = library.store().users.devices(user_id);
      return write(principal, (transaction) => {
        const changed = transaction.updateUser(user_id, { user_status });
        if (user_status === 'approved' && device?.device_status === 'pending') {
          transaction.setDeviceStatus(device.id, 'approved');
        }
        return changed;
      });
    },

    'set-type'(principal, { user_id, user_type }) {
      authorize(principal, 'user:manage', aUser(user_id));
      const user = find(user_id);
      if (user_type !== 'admin') requireOtherAdmin(user);
      return write(principal, (transaction) => transaction.updateUser(user_id, { user_type }));
    },

    'approve-device'(principal, { device_id }) {
      const { user_id } = findDevice(device_id);
      authorize(principal, 'user_device:approve', aUserDevice(device_id, user_id));
      write(principal, (transaction) => transaction.setDeviceStatus(device_id, 'approved'));
      return details(user_id);
    },

    'revoke-device'(principal, { device_id }) {
      const { user_id } = findDevice(device_id);
      authorize(principal, 'user_device:revoke', aUserDevice(device_id, user_id));
      if (device_id === session.signedIn?.deviceId) {
        throw new AppError(
          'not_allowed',
          'You are signed in with this machine. Nothing was changed. Revoke it from another one, ' +
            'or ask another admin.',
        );
      }
      write(principal, (transaction) => transaction.setDeviceStatus(device_id, 'revoked'));
      return details(user_id);
    },

    reset(principal, { device_id }) {
      const { user_id } = findDevice(device_id);
      authorize(principal, 'user:manage', aUser(user_id));
      const others = library
        .store()
        .users.devices(user_id)
        .filter(({ id, device_status }) => id !== device_id && device_status !== 'revoked');
      write(principal, (transaction) => {
        transaction.setDeviceStatus(device_id, 'approved');
        for (const { id } of others) transaction.setDeviceStatus(id, 'revoked');
      });
      return details(user_id);
    },
  };
}

function notFound(what: string, id: Id): AppError {
  return new AppError('not_found', `There is no ${what} ${id} in this library.`, {
    details: { id },
  });
}
