import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { StateTables } from '../database/schema.ts';

/** Since when this machine has known of drafts that other machines said they would write. */
export interface QueuedElsewhere {
  /**
   * Those of `queued`, all that wait elsewhere now, that were seen here `waitedMs` ago or earlier, by this
   * machine's clock. What it has not seen before it remembers, and the rest it forgets.
   */
  seenFor(queued: readonly Id[], waitedMs: number): ReadonlySet<Id>;
}

export function createQueuedElsewhere(
  state: Connection<StateTables>,
  now: () => number,
): QueuedElsewhere {
  const { query } = state;
  const rows = query.selectFrom('queued_elsewhere').selectAll();

  function remember(queued: readonly Id[], nowMs: number): void {
    const waiting = new Set(queued);
    const known = state.all(rows);
    const isStale = known.some(
      // Later than now: the machine's clock was set back.
      ({ autodoc_id, seen_at_ms }) => !waiting.has(autodoc_id) || seen_at_ms > nowMs,
    );
    if (!isStale && known.length === waiting.size) return;
    state.write(() => {
      for (const { autodoc_id, seen_at_ms } of state.all(rows)) {
        if (waiting.has(autodoc_id) && seen_at_ms <= nowMs) waiting.delete(autodoc_id);
        else state.run(query.deleteFrom('queued_elsewhere').where('autodoc_id', '=', autodoc_id));
      }
      for (const autodoc_id of waiting) {
        state.run(query.insertInto('queued_elsewhere').values({ autodoc_id, seen_at_ms: nowMs }));
      }
    });
  }

  return {
    seenFor(queued, waitedMs) {
      const nowMs = now();
      remember(queued, nowMs);
      const waited = state.all(rows.where('seen_at_ms', '<=', nowMs - waitedMs));
      return new Set(waited.map(({ autodoc_id }) => autodoc_id));
    },
  };
}
