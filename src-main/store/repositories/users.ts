import type { Id, User, UserStatus, UserType } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables, UsersTable } from '../database/schema.ts';
import type { LibraryStore } from '../types.ts';

export function createUsers(replica: Connection<ReplicaTables>): LibraryStore['users'] {
  const users = replica.query.selectFrom('users').selectAll();
  return {
    get(userId: Id) {
      const row = replica.first(users.where('id', '=', userId));
      return row === undefined ? null : toUser(row);
    },
    list: () => replica.all(users.orderBy('created_on').orderBy('id')).map(toUser),
  };
}

/** The projection lets no other type or status into the table. */
function toUser(row: UsersTable): User {
  return {
    ...row,
    user_type: row.user_type as UserType,
    user_status: row.user_status as UserStatus,
  };
}
