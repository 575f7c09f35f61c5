import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';

/*
 * A mark in the library itself that somebody is half-way through taking: by then changes may
 * have been judged by others that have not arrived. Whoever finds it there judges the log anew.
 */

const key = 'judging_due';

export interface UnfinishedMark {
  /** Who set it last; null where it is not there. */
  setBy(): string | null;
  set(taker: string): void;
  remove(): void;
}

export function createUnfinishedMark(replica: Connection<ReplicaTables>): UnfinishedMark {
  const { query } = replica;
  return {
    setBy: () =>
      replica.first(query.selectFrom('meta').select('value').where('key', '=', key))?.value ?? null,
    set(taker) {
      replica.run(query.replaceInto('meta').values({ key, value: taker }));
    },
    remove() {
      replica.run(query.deleteFrom('meta').where('key', '=', key));
    },
  };
}
