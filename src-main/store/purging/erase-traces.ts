import { sql } from 'kysely';
import { AppError } from '../../contract/errors.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables, StateTables } from '../database/schema.ts';
import { purgeCopies } from './purge-copies.ts';
import { readTraces, removeTraces, type PurgedThings } from './traces-mark.ts';

export interface Traces {
  /** What this machine alone has of purged documents: text that was never saved, what was seen. */
  forget(): void;
  /**
   * Takes what was purged since the last time out of the copies that are kept beside the library,
   * and writes the library's files anew, without what they still had of it. Takes about a second
   * for 100 MB. Where another process reads them the whole time, it is done another day. Answers
   * the copies that may still have it.
   */
  erase(): readonly string[];
}

export interface TracesRoom {
  readonly directory: string;
  readonly replica: Connection<ReplicaTables>;
  readonly state: Connection<StateTables>;
}

export function createTraces({ directory, replica, state }: TracesRoom): Traces {
  return {
    forget,

    erase() {
      const unreachable = new Set<string>();
      // Whatever is purged meanwhile is erased as well: whoever purged it finds nothing left to do.
      for (let isDone = false; !isDone;) {
        const traces = readTraces(replica);
        for (const file of traces.flatMap((things) => purgeCopies(directory, things))) {
          unreachable.add(file);
        }
        isDone = traces.length === 0 || !isErasedHere(traces);
      }
      return [...unreachable];
    },
  };

  function forget(): void {
    const purged = replica.all(replica.query.selectFrom('purges').select('id'));
    if (purged.length === 0) return;
    const isPurged = sql<boolean>`document_id in (
      select value from json_each(${JSON.stringify(purged.map(({ id }) => id))})
    )`;
    for (const table of ['journal', 'seen_versions'] as const) {
      const { query } = state;
      const known = query.selectFrom(table).select('document_id').where(isPurged).limit(1);
      if (state.first(known) === undefined) continue;
      state.run(query.deleteFrom(table).where(isPurged));
    }
  }

  /** False where it has to be done another day. */
  function isErasedHere(traces: readonly PurgedThings[]): boolean {
    try {
      forget();
      // The index says for each word where it stood, until its parts are merged.
      state.run(sql`insert into full_text (full_text) values ('optimize')`.compile(state.query));
      if (![replica, state].every(writeAnew)) return false;
      replica.write(() => {
        removeTraces(replica, traces);
      });
      return true;
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      return false;
    }
  }
}

/** False where somebody reads what is written behind the file, so that it stays there. */
function writeAnew(connection: Connection<ReplicaTables> | Connection<StateTables>): boolean {
  connection.run(sql`vacuum`.compile(connection.query));
  return connection.pragma('wal_checkpoint(TRUNCATE)') === 0;
}
