import type { Connection } from '../database/connection.ts';
import type { StateTables } from '../database/schema.ts';
import type { LibraryStore } from '../types.ts';

/** Keys and wrong passwords of those who sign in at this machine. */
export function createKeyring(state: Connection<StateTables>): LibraryStore['keyring'] {
  const { query } = state;
  return {
    keys: (userId) =>
      state.all(
        query
          .selectFrom('device_keys')
          .selectAll()
          .where('user_id', '=', userId)
          .orderBy('device_id', 'desc'),
      ),

    putKey(key) {
      state.run(query.replaceInto('device_keys').values(key));
    },

    failures: (account) =>
      state.first(
        query
          .selectFrom('sign_in_attempts')
          .select(['failures', 'last_failed_at_ms'])
          .where('account', '=', account),
      ) ?? { failures: 0, last_failed_at_ms: 0 },

    putFailures(account, failures, nowMs) {
      state.run(
        query
          .replaceInto('sign_in_attempts')
          .values({ account, failures, last_failed_at_ms: nowMs }),
      );
    },
  };
}
