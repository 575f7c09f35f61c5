import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { StateTables } from '../database/schema.ts';

/**
 * Under which ids this machine writes and wrote. Asked for at each use: another process on this
 * machine may have found out that there is a copy of it.
 */
export interface ReplicaIds {
  readonly current: () => Id;
  /** The current one and those from before a `state.db` was lost, or a copy was found. */
  readonly own: () => readonly Id[];
  /** Writes under a new id from now on, where `former` is still the one it writes under. */
  readonly leave: (former: Id) => void;
}

export function createReplicaIds(
  state: Connection<StateTables>,
  { newId, now }: { readonly newId: () => Id; readonly now: () => number },
): ReplicaIds {
  const { query } = state;
  const replicas = query.selectFrom('replicas').select('id');
  const current = (): Id => state.first(replicas.where('is_current', '=', 1))!.id;
  return {
    current,
    own: () => state.all(replicas).map(({ id }) => id),
    leave(former) {
      state.write(() => {
        if (current() !== former) return;
        state.run(query.updateTable('replicas').set({ is_current: 0 }));
        const since = new Date(now()).toISOString();
        state.run(query.insertInto('replicas').values({ id: newId(), is_current: 1, since }));
      });
    },
  };
}
