import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { DerivedTables, ReplicaTables } from '../database/schema.ts';
import type { ChangeNode } from '../log/change.ts';
import type { Arrival } from '../projection/arrival.ts';

/** A change that does not count, and why. */
export type RefusedChange = DerivedTables['refusals'];

/** Of one entity, what is judged otherwise than it was. */
export interface Rejudged {
  readonly entity: string;
  readonly entityId: Id;
  readonly refused: Map<Id, string>;
  /** Refused until now. */
  readonly cleared: Id[];
}

/** What the refusals that are stored have to become, entity by entity. */
export function differencesTo(
  judged: readonly RefusedChange[],
  replica: Connection<ReplicaTables>,
): Map<string, Rejudged> {
  const stored = new Map(
    replica
      .all(replica.query.selectFrom('refusals').selectAll())
      .map((refusal) => [refusal.id, refusal]),
  );
  const differences = new Map<string, Rejudged>();
  const of = ({ entity, entity_id: entityId }: RefusedChange): Rejudged => {
    const key = entityKey(entity, entityId);
    const known = differences.get(key);
    if (known !== undefined) return known;
    const made: Rejudged = { entity, entityId, refused: new Map(), cleared: [] };
    differences.set(key, made);
    return made;
  };
  for (const refusal of judged) {
    const before = stored.get(refusal.id);
    stored.delete(refusal.id);
    if (before?.reason !== refusal.reason) of(refusal).refused.set(refusal.id, refusal.reason);
  }
  for (const refusal of stored.values()) of(refusal).cleared.push(refusal.id);
  return differences;
}

export function entityKey(entity: string, entityId: Id): string {
  return `${entity} ${entityId}`;
}

/**
 * What is to be shown of an entity of which `came` has just come: with what is judged otherwise,
 * which is taken out of `rejudged`. Of new ones that have not come yet nothing can be said.
 */
export function arrivalOf(
  { entity, entityId }: Pick<Arrival, 'entity' | 'entityId'>,
  came: readonly ChangeNode[],
  isNew: (id: Id) => boolean,
  rejudged: ReadonlyMap<string, Rejudged>,
): Arrival {
  const judged = rejudged.get(entityKey(entity, entityId));
  const hasCome = new Set(came.map(({ id }) => id));
  const refused = new Map<Id, string>();
  let areOldOnesRejudged = false;
  for (const [id, reason] of judged?.refused ?? []) {
    if (isNew(id) && !hasCome.has(id)) continue;
    refused.set(id, reason);
    judged?.refused.delete(id);
    areOldOnesRejudged ||= !isNew(id);
  }
  const cleared = judged?.cleared.splice(0) ?? [];
  areOldOnesRejudged ||= cleared.length > 0;
  const areOldOnesFilled = came.some(({ id }) => !isNew(id));
  const of = { entity, entityId, changes: came, refused, cleared };
  return { ...of, areOldOnesRejudged, areOldOnesFilled };
}
