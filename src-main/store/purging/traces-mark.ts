import * as v from 'valibot';
import { idSchema, type Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { EntityReference } from '../log/change-log.ts';
import { parseJson } from '../projection/field-readers.ts';

/** What a purge took out of the log. */
export interface PurgedThings {
  /** Null where it is only what hung on purged documents, and came apart from them. */
  readonly documentId: Id | null;
  /** The document and what hung on it. */
  readonly entities: readonly EntityReference[];
  /** The changes that were emptied. */
  readonly changeIds: readonly Id[];
}

/**
 * In `meta`: what was purged and is still in the free places of the library's files, and in the
 * copies beside them. What hung on a document cannot be told from the log any more by then.
 */
const key = 'traces_left';

const tracesSchema = v.array(
  v.object({
    documentId: v.nullable(idSchema),
    entities: v.array(v.object({ entity: v.string(), entity_id: v.string() })),
    changeIds: v.array(v.string()),
  }),
);

export function readTraces(replica: Connection<ReplicaTables>): readonly PurgedThings[] {
  const row = replica.first(
    replica.query.selectFrom('meta').select('value').where('key', '=', key),
  );
  const { success, output } = v.safeParse(tracesSchema, parseJson(row?.value ?? null) ?? []);
  return success ? output : [];
}

/** Inside a transaction only. */
export function addTraces(replica: Connection<ReplicaTables>, things: PurgedThings): void {
  write(replica, [...readTraces(replica), things]);
}

/** Not what was added since `erased` was read: somebody may purge meanwhile. Inside a transaction only. */
export function removeTraces(
  replica: Connection<ReplicaTables>,
  erased: readonly PurgedThings[],
): void {
  const left = new Map(readTraces(replica).map((things) => [nameOf(things), things]));
  for (const things of erased) left.delete(nameOf(things));
  if (left.size > 0) write(replica, [...left.values()]);
  else replica.run(replica.query.deleteFrom('meta').where('key', '=', key));
}

/** What was emptied at one time: nothing can be emptied again before it has come again. */
function nameOf({ changeIds }: PurgedThings): string {
  return changeIds.join();
}

function write(replica: Connection<ReplicaTables>, traces: readonly PurgedThings[]): void {
  const value = JSON.stringify(traces);
  replica.run(replica.query.replaceInto('meta').values({ key, value }));
}
