import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import { changeSha256, sha256 } from './change.ts';
import type { ChangeWriter } from './change-log.ts';
import { newestCredible, nextHybridTime } from './hybrid-logical-clock.ts';
import { encodeValue } from './stored-values.ts';

export interface ChangeWriterOptions {
  readonly replicaId: Id;
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
      const metadata = {
        id: newId(),
        replica_id: replicaId,
        seq: nextSeq(),
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
          ...encodeValue(replica, text, parents.at(-1)),
          sha256: hash,
          signature: sign?.(hash) ?? null,
        }),
      );
      return { ...metadata, parents };
    },

    take(change) {
      const known = replica.first(
        query.selectFrom('changes').select('sha256').where('id', '=', change.id),
      );
      if (known === undefined) {
        replica.run(query.insertInto('changes').values(change));
        return 'new';
      }
      if (Buffer.compare(known.sha256, change.sha256) === 0) return 'known';
      replica.run(
        query
          .insertInto('change_collisions')
          .values({ ...change, received_on: new Date(now()).toISOString() })
          .onConflict((conflict) => conflict.doNothing()),
      );
      return 'collided';
    },
  };

  // Both are read inside the transaction that writes them: other processes count on too.

  function nextSeq(): number {
    const last = replica.first(
      query
        .selectFrom('changes')
        .select('seq')
        .where('replica_id', '=', replicaId)
        .orderBy('seq', 'desc')
        .limit(1),
    );
    return (last?.seq ?? 0) + 1;
  }

  function nextTime(): string {
    const nowMs = now();
    const last = replica.first(
      query
        .selectFrom('changes')
        .select('hlc')
        .where('hlc', '<=', newestCredible(nowMs))
        .orderBy('hlc', 'desc')
        .limit(1),
    );
    return nextHybridTime(last?.hlc ?? null, nowMs);
  }
}
