import { sql } from 'kysely';
import type { Id } from '../../contract/domain.ts';
import { compiledOnce, createQueryBuilder, type Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { BareChange, ChangeName, ChangeReader } from './change-log.ts';
import { decodeValue } from './stored-values.ts';

/** The order of arrival is SQLite's own: rows are added at the end and never removed. */
const rowid = sql<number>`rowid`;
const position = rowid.as('position');

const all = createQueryBuilder<ReplicaTables>().selectFrom('changes');
const changeRow = compiledOnce(all.selectAll().where('id', '=', ''));
const historyRows = compiledOnce(
  all
    .select(['id', 'hlc', 'actor_id', 'field', 'parents'])
    .where('entity', '=', '')
    .where('entity_id', '=', '')
    .orderBy('hlc')
    .orderBy('id'),
);
const bareColumns = [
  ...(['id', 'replica_id', 'seq', 'hlc', 'actor_id', 'entity', 'entity_id', 'field'] as const),
  ...(['parents', 'value_sha256', 'sha256', 'signature'] as const),
] satisfies readonly (keyof BareChange)[];

export function createChangeReader(replica: Connection<ReplicaTables>): ChangeReader {
  const changes = replica.query.selectFrom('changes');
  return {
    history: (entity, entityId) =>
      replica
        .all(historyRows(entity, entityId))
        .map((row) => ({ ...row, parents: parseParents(row.parents) })),

    value: (changeId) => decodeValue(replica, changeId),

    entities: () => replica.all(changes.select(['entity', 'entity_id']).distinct()),

    changes: () => replica.each(changes.selectAll().orderBy(rowid)),

    inOrder: () => replica.each(changes.select(bareColumns).orderBy('hlc').orderBy('id')),

    change: (changeId) => replica.first(changeRow(changeId)) ?? null,

    names: () =>
      named(
        replica.each(
          changes
            .select(['id', 'sha256', 'signature', sql<number>`value is null`.as('is_purged')])
            .orderBy('id'),
        ),
      ),

    replicaIds: () =>
      replica.all(changes.select('replica_id').distinct()).map((row) => row.replica_id),

    lastSeqs: () =>
      Object.fromEntries(
        replica
          .all(
            changes
              .select((eb) => ['replica_id', eb.fn.max('seq').as('last')])
              .groupBy('replica_id'),
          )
          .map(({ replica_id, last }) => [replica_id, last]),
      ),

    end: () =>
      replica.first(
        changes.select([position, 'id as change_id']).orderBy(rowid, 'desc').limit(1),
      ) ?? null,

    has: (mark) =>
      replica.first(
        changes.select('id').where(rowid, '=', mark.position).where('id', '=', mark.change_id),
      ) !== undefined,

    arrivedAfter: (mark, limit) =>
      replica.all(
        changes
          .select([position, 'id as change_id', 'entity', 'entity_id'])
          .where(rowid, '>', mark?.position ?? 0)
          .orderBy(rowid)
          .limit(limit),
      ),
  };
}

function* named(
  rows: Iterable<Omit<ChangeName, 'is_purged'> & { readonly is_purged: number }>,
): Generator<ChangeName> {
  for (const row of rows) yield { ...row, is_purged: row.is_purged === 1 };
}

/** A list of ids, whatever a damaged row holds. */
export function parseParents(json: string): readonly Id[] {
  try {
    const parents: unknown = JSON.parse(json);
    return Array.isArray(parents) ? parents.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
