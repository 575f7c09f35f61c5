import { sql } from 'kysely';
import type { Id, User, UserStatus, UserType } from '../../contract/domain.ts';
import { normalizedEmail, type UserDevice, type UserDeviceStatus } from '../../contract/people.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables, UserDevicesTable, UsersTable } from '../database/schema.ts';
import { searchText } from '../projection/search-text.ts';
import type { LibraryStore } from '../types.ts';

export function createUsers(replica: Connection<ReplicaTables>): LibraryStore['users'] {
  const { query } = replica;
  const users = query.selectFrom('users').selectAll();
  const oldestFirst = users.orderBy('created_on').orderBy('id');
  const devices = query.selectFrom('user_devices').selectAll();
  return {
    get(userId: Id) {
      const row = replica.first(users.where('id', '=', userId));
      return row === undefined ? null : toUser(row);
    },

    first() {
      const row = replica.first(oldestFirst.limit(1));
      return row === undefined ? null : toUser(row);
    },

    // SQLite folds the case of ASCII letters alone.
    byEmail: (email) =>
      replica
        .all(oldestFirst)
        .filter((row) => normalizedEmail(row.email) === normalizedEmail(email))
        .map(toUser),

    list: () => replica.all(oldestFirst).map(toUser),

    page({ query: words, user_status, user_type, offset, limit }) {
      let found = query.selectFrom('users');
      for (const word of searchText(words).split(' ').filter(Boolean)) {
        found = found.where(sql<boolean>`instr(search_text, ${word}) > 0`);
      }
      if (user_status !== null) found = found.where('user_status', '=', user_status);
      if (user_type !== null) found = found.where('user_type', '=', user_type);
      const { total } = replica.first(
        found.select((eb) => eb.fn.countAll<number>().as('total')),
      ) ?? {
        total: 0,
      };
      const rows = replica.all(
        found.selectAll().orderBy('search_text').orderBy('id').limit(limit).offset(offset),
      );
      return { users: rows.map(toUser), total };
    },

    device(deviceId) {
      const row = replica.first(devices.where('id', '=', deviceId));
      return row === undefined ? null : toDevice(row);
    },

    devices: (userId) =>
      replica.all(devices.where('user_id', '=', userId).orderBy('id')).map(toDevice),
  };
}

/** The projection lets no other type or status into the table. */
function toUser({ search_text: _searchText, ...row }: UsersTable): User {
  return {
    ...row,
    user_type: row.user_type as UserType,
    user_status: row.user_status as UserStatus,
  };
}

function toDevice({ public_key: _publicKey, ...row }: UserDevicesTable): UserDevice {
  return { ...row, device_status: row.device_status as UserDeviceStatus };
}
