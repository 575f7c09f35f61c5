import type { Connection } from '../database/connection.ts';
import type { StateTables } from '../database/schema.ts';
import type { LibraryStore } from '../types.ts';

/**
 * Who does a piece of work, across the processes of this machine. A lease ends by itself, so
 * that a killed process holds up nobody for longer than the lease lasts.
 */
export function createLeases(
  state: Connection<StateTables>,
  now: () => number,
): LibraryStore['leases'] {
  const { query } = state;
  return {
    acquire(name, holder, ttlMs) {
      const nowMs = now();
      const expires_at_ms = nowMs + ttlMs;
      const taken = state.run(
        query
          .insertInto('leases')
          .values({ name, holder, expires_at_ms })
          .onConflict((conflict) =>
            conflict
              .column('name')
              .doUpdateSet({ holder, expires_at_ms })
              .where((eb) =>
                eb.or([
                  eb('leases.holder', '=', holder),
                  eb('leases.expires_at_ms', '<=', nowMs),
                  // Longer than it was ever given for: the machine's clock has been set back.
                  eb('leases.expires_at_ms', '>', nowMs + 2 * ttlMs),
                ]),
              ),
          ),
      );
      return taken === 1;
    },

    release(name, holder) {
      state.run(query.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder));
    },
  };
}
