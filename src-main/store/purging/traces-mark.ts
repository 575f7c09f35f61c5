import * as v from 'valibot';
import { idSchema, type Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { EntityReference } from '../log/change-log.ts';
import { parseJson } from '../projection/field-readers.ts';

/** What a purge took out of the log. */
export interface PurgedThings {
  readonly documentId: Id;
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
    documentId: idSchema,
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
  const value = JSON.stringify([...readTraces(replica), things]);
  replica.run(replica.query.replaceInto('meta').values({ key, value }));
}

export function removeTraces(replica: Connection<ReplicaTables>): void {
  replica.run(replica.query.deleteFrom('meta').where('key', '=', key));
}
