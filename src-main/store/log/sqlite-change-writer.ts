import { sql } from 'kysely';
import type { Id } from '../../contract/domain.ts';
import { compiledOnce, createQueryBuilder, type Connection } from '../database/connection.ts';
import type { ChangesTable, ReplicaTables } from '../database/schema.ts';
import { changeColumns, changeSha256, sha256 } from './change.ts';
import type { ChangeWriter, DecodedChange } from './change-log.ts';
import { maxAheadOfMembersMs, newestCredible, nextHybridTime } from './hybrid-logical-clock.ts';
import { parseParents } from './sqlite-change-reader.ts';
import { decodeValue, encodeValue, type EncodedValue } from './stored-values.ts';

const builder = createQueryBuilder<ReplicaTables>();
const insertion = compiledOnce(
  sql`insert into changes (${sql.join(changeColumns.map((name) => sql.ref(name)))})
    values (${sql.join(changeColumns.map(() => null))})`.compile(builder),
);
const known = compiledOnce(
  builder
    .selectFrom('changes')
    .select(['sha256', sql<number>`value is null`.as('is_empty')])
    .where('id', '=', ''),
);

export interface ChangeWriterOptions {
  /** Under which id this machine writes: another one from when it learns of a copy of itself. */
  readonly replicaId: () => Id;
  readonly newId: () => Id;
  readonly now: () => number;
}

export function createChangeWriter(
  replica: Connection<ReplicaTables>,
  { replicaId, newId, now }: ChangeWriterOptions,
): ChangeWriter {
  const { query } = replica;
  return {
    append(change, sign) {
      const parents = [...new Set(change.parents)].sort();
      const text = JSON.stringify(change.value);
      const replica_id = replicaId();
      const metadata = {
        id: newId(),
        replica_id,
        seq: nextSeq(replica_id),
        hlc: nextTime(),
        actor_id: change.actor_id,
        entity: change.entity,
        entity_id: change.entity_id,
        field: change.field,
        parents: JSON.stringify(parents),
        value_sha256: sha256(text),
      };
      const hash = changeSha256(metadata);
      replica.run(
        query.insertInto('changes').values({
          ...metadata,
          ...encodeValue(replica, text, { entity_id: change.entity_id, parents }),
          sha256: hash,
          signature: sign?.(hash) ?? null,
        }),
      );
      return { ...metadata, parents };
    },

    take({ value, encoded, ...change }) {
      const here = replica.first(known(change.id));
      if (here === undefined) {
        const row = { ...change, ...stored(change, value, encoded) };
        replica.run(insertion(...changeColumns.map((column) => row[column])));
        return 'new';
      }
      if (Buffer.compare(here.sha256, change.sha256) === 0) {
        if (here.is_empty === 0 || value === null) return 'known';
        replica.run(
          query
            .updateTable('changes')
            .set(stored(change, value, encoded))
            .where('id', '=', change.id),
        );
        return 'filled';
      }
      return keepAside({ ...change, value }) === 0 ? 'known' : 'collided';
    },

    giveUp(changeId) {
      const change = replica.first(
        query.selectFrom('changes').selectAll().where('id', '=', changeId),
      );
      if (change === undefined) return;
      const buildingOnIt = replica.all(
        query
          .selectFrom('changes')
          .select('id')
          .where('entity', '=', change.entity)
          .where('entity_id', '=', change.entity_id)
          .where('base_id', 'is not', null),
      );
      // Whatever is stored against it, or against something that is.
      for (const { id } of buildingOnIt) {
        const value = decodeValue(replica, id);
        replica.run(
          query.updateTable('changes').set({ value, base_id: null }).where('id', '=', id),
        );
      }
      keepAside({ ...change, value: decodeValue(replica, changeId) });
      replica.run(query.deleteFrom('changes').where('id', '=', changeId));
    },
  };

  /** How many rows that are. */
  function keepAside({ encoded: _encoded, ...change }: DecodedChange): number {
    return replica.run(
      query
        .insertInto('change_collisions')
        .values({ ...change, base_id: null, received_on: new Date(now()).toISOString() })
        .onConflict((conflict) => conflict.doNothing()),
    );
  }

  /** What was encoded ahead holds as long as what it builds on is still there. */
  function stored(
    change: Pick<ChangesTable, 'entity_id' | 'parents'>,
    text: string | null,
    encoded: EncodedValue | undefined,
  ): EncodedValue {
    if (text === null) return { value: null, base_id: null };
    if (encoded !== undefined) {
      if (encoded.base_id === null) return encoded;
      const base = replica.first(known(encoded.base_id));
      if (base?.is_empty === 0) return encoded;
    }
    const { entity_id, parents } = change;
    return encodeValue(replica, text, { entity_id, parents: parseParents(parents) });
  }

  // Both are read inside the transaction that writes them: other processes count on too.

  function nextSeq(replica_id: Id): number {
    const last = replica.first(
      query
        .selectFrom('changes')
        .select('seq')
        .where('replica_id', '=', replica_id)
        .orderBy('seq', 'desc')
        .limit(1),
    );
    return (last?.seq ?? 0) + 1;
  }

  function nextTime(): string {
    const nowMs = now();
    const accounts = query.selectFrom('accounts').select('id').limit(1);
    const maxAheadMs = replica.first(accounts) === undefined ? undefined : maxAheadOfMembersMs;
    const last = replica.first(
      query
        .selectFrom('changes')
        .select('hlc')
        .where('hlc', '<=', newestCredible(nowMs, maxAheadMs))
        // What does not count must not move anybody's clock.
        .where(sql<boolean>`not exists (select 1 from refusals where refusals.id = changes.id)`)
        .orderBy('hlc', 'desc')
        .limit(1),
    );
    return nextHybridTime(last?.hlc ?? null, nowMs, maxAheadMs);
  }
}
