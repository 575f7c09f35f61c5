import { sql } from 'kysely';
import type { Id } from '../../contract/domain.ts';
import { compiledOnce, createQueryBuilder, type Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { ChangeReader, EntityReference } from '../log/change-log.ts';
import { objectOrEmpty, parseJson } from '../projection/field-readers.ts';
import { Belongings, hangsOnDocument, saysWhose } from './belongings.ts';
import { keepsValue } from './purged-fields.ts';
import { addTraces } from './traces-mark.ts';

const queries = createQueryBuilder<ReplicaTables>();
const purgeOf = compiledOnce(queries.selectFrom('purges').select('id').where('id', '=', ''));
const anyPurge = compiledOnce(sql<{ id: Id }>`select id from purges limit 1`.compile(queries));

/** As much of a change as is asked about it. */
interface PurgeableChange extends EntityReference {
  readonly id: Id;
  readonly field: string;
  readonly sha256: Uint8Array;
  /** JSON text; null where it is empty already. */
  readonly value: string | null;
}

/**
 * Takes the words of purged documents out of the log, and keeps them out. Which documents are
 * purged the derived table `purges` says, so that a purge that does not count empties nothing.
 */
export class Purging {
  readonly #replica: Connection<ReplicaTables>;
  readonly #log: ChangeReader;
  readonly belongings: Belongings;
  /** Values that went, and that something may have been judged by. */
  #emptied = 0;
  /** What came and said of something that it is a purged document's. */
  #saying: PurgeableChange[] = [];

  constructor(replica: Connection<ReplicaTables>, log: ChangeReader) {
    this.#replica = replica;
    this.#log = log;
    this.belongings = new Belongings(replica, log);
  }

  isPurged(documentId: Id): boolean {
    return this.#replica.first(purgeOf(documentId)) !== undefined;
  }

  /**
   * Whether a change that comes from elsewhere has to come without its value: it is of a document
   * that was purged here. Asked in the order in which they come. What says whose it is may still
   * come after the rest: see `emptyRest`.
   */
  isToBeEmptied(change: PurgeableChange): boolean {
    if (!this.#isOfPurged(change)) return false;
    if (saysWhose(change)) this.#saying.push(change);
    if (isKept(change)) return false;
    this.#emptied += 1;
    return true;
  }

  /**
   * Once changes have come, and are judged: what had come before anything said whose it is. Answers
   * what it emptied of. In a transaction only.
   */
  emptyRest(): readonly EntityReference[] {
    const saying = this.#saying.splice(0);
    return this.#emptyHanging(
      saying.filter(
        (change) =>
          // What took it may have been undone.
          this.#isHere(change) && this.#isOfPurged(change) && this.belongings.decides(change),
      ),
      (reference) => this.#emptyEntity(reference),
    );
  }

  /** Those of our own changes that would have to come without their values if they came now. */
  purgedAmong(changeIds: readonly Id[]): readonly Id[] {
    if (!this.#hasPurged()) return [];
    return changeIds.filter((id) => {
      const change = this.#log.change(id);
      const decoded = change === null ? null : { ...change, value: this.#log.value(id) };
      return decoded !== null && this.#isOfPurged(decoded) && !isKept(decoded);
    });
  }

  /** Empties changes that `purgedAmong` named. Answers what it emptied of. In a transaction only. */
  emptyThese(changeIds: readonly Id[]): readonly EntityReference[] {
    // Somebody may have written since it was asked.
    const ids = new Set(this.purgedAmong(changeIds));
    return this.#emptyHanging(
      [...ids].map((id) => this.#log.change(id)!),
      (reference) => this.#emptyChanges(reference, (change) => ids.has(change.id)),
    );
  }

  /** Empties what the log has of a document, and takes its rows away. In a transaction only. */
  empty(documentId: Id): void {
    const entities = this.belongings.of(documentId);
    const changeIds = entities.flatMap((reference) => this.#emptyEntity(reference));
    if (changeIds.length > 0) addTraces(this.#replica, { documentId, entities, changeIds });
    this.#removeRows(documentId, entities);
  }

  /** How many values went since this was asked last: what was judged by them is judged anew. */
  takeEmptied(): number {
    const emptied = this.#emptied;
    this.#emptied = 0;
    return emptied;
  }

  #isOfPurged(change: PurgeableChange): boolean {
    if (change.value === null || !this.#hasPurged()) return false;
    const { entity, entity_id } = change;
    if (entity === 'document') return this.isPurged(entity_id);
    if (!hangsOnDocument(entity)) return false;
    const said = saysWhose(change)
      ? objectOrEmpty(parseJson(change.value))
      : this.belongings.said({ entity, entity_id });
    // What says whose it is was emptied itself.
    if (said === null) return true;
    const documentId = this.belongings.documentBy({ entity, entity_id }, said);
    return documentId !== null && this.isPurged(documentId);
  }

  /** Not so where it has the id of another, and was kept aside. */
  #isHere({ id, sha256 }: PurgeableChange): boolean {
    const here = this.#log.change(id);
    return here !== null && Buffer.compare(here.sha256, sha256) === 0;
  }

  #hasPurged(): boolean {
    return this.#replica.first(anyPurge()) !== undefined;
  }

  /** Of what hangs on purged documents: answers of which it emptied anything. */
  #emptyHanging(
    references: readonly EntityReference[],
    emptyOf: (reference: EntityReference) => readonly Id[],
  ): readonly EntityReference[] {
    const each = new Map(
      references.map(({ entity, entity_id }) => [`${entity} ${entity_id}`, { entity, entity_id }]),
    );
    const changeIds: Id[] = [];
    const entities = [...each.values()].filter((reference) => {
      const emptied = emptyOf(reference);
      changeIds.push(...emptied);
      return emptied.length > 0;
    });
    if (changeIds.length > 0) addTraces(this.#replica, { documentId: null, entities, changeIds });
    return entities;
  }

  /** Answers the changes that it emptied. */
  #emptyEntity(reference: EntityReference): readonly Id[] {
    const { entity, entity_id } = reference;
    this.#replica.run(
      this.#replica.query
        .updateTable('change_collisions')
        .set({ value: null, base_id: null })
        .where('entity', '=', entity)
        .where('entity_id', '=', entity_id),
    );
    return this.#emptyChanges(
      reference,
      ({ id, field }) => !keepsValue({ entity, field }, () => parseJson(this.#log.value(id))),
    );
  }

  #emptyChanges(
    { entity, entity_id }: EntityReference,
    isToGo: (change: { readonly id: Id; readonly field: string }) => boolean,
  ): readonly Id[] {
    const { query } = this.#replica;
    const update = query.updateTable('changes');
    const changes = this.#replica.all(
      query
        .selectFrom('changes')
        .select(['id', 'field', 'base_id'])
        .where('entity', '=', entity)
        .where('entity_id', '=', entity_id)
        .where('value', 'is not', null),
    );
    const kept = changes.filter((change) => !isToGo(change));
    for (const { id, base_id } of kept) {
      // What it is stored against goes.
      if (base_id === null) continue;
      const value = this.#log.value(id);
      this.#replica.run(update.set({ value, base_id: null }).where('id', '=', id));
    }
    const emptied = changes.filter((change) => !kept.includes(change)).map(({ id }) => id);
    for (const id of emptied) {
      this.#replica.run(update.set({ value: null, base_id: null }).where('id', '=', id));
    }
    this.#emptied += emptied.length;
    return emptied;
  }

  #removeRows(documentId: Id, entities: readonly EntityReference[]): void {
    const { query } = this.#replica;
    const autodocs = entities
      .filter(({ entity }) => entity === 'autodoc')
      .map(({ entity_id }) => entity_id);
    const isDrafted = sql<boolean>`id in (
      select value from json_each(${JSON.stringify(autodocs)})
      union select autodoc_id from revisions where document_id = ${documentId}
    )`;
    this.#replica.run(query.deleteFrom('autodocs').where(isDrafted));
    for (const table of ['documents', 'document_summaries'] as const) {
      this.#replica.run(query.deleteFrom(table).where('id', '=', documentId));
    }
    for (const table of ['versions', 'conflicts', 'comments', 'revisions'] as const) {
      this.#replica.run(query.deleteFrom(table).where('document_id', '=', documentId));
    }
  }
}

function isKept(change: PurgeableChange): boolean {
  return keepsValue(change, () => parseJson(change.value));
}
