import { sql } from 'kysely';
import type { Id } from '../../contract/domain.ts';
import { compiledOnce, createQueryBuilder, type Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { JsonValue } from '../log/change.ts';
import type { ChangeReader, EntityReference } from '../log/change-log.ts';
import { autodocRequest, commentContent, revisionTie } from '../projection/entities.ts';
import { objectOrEmpty, parseJson, textOr } from '../projection/field-readers.ts';
import { keepsValue } from './purged-fields.ts';
import { addTraces } from './traces-mark.ts';

const queries = createQueryBuilder<ReplicaTables>();
const purgeOf = compiledOnce(queries.selectFrom('purges').select('id').where('id', '=', ''));
const anyPurge = compiledOnce(sql<{ id: Id }>`select id from purges limit 1`.compile(queries));
const documentOf = compiledOnce(
  queries
    .selectFrom('changes')
    .select('entity_id')
    .where('id', '=', '')
    .where('entity', '=', '')
    .where('field', '=', ''),
);

/** As much of a change as is asked about it. */
interface PurgeableChange extends EntityReference {
  readonly id: Id;
  readonly field: string;
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
  /** Values that went, and that something may have been judged by. */
  #emptied = 0;

  constructor(replica: Connection<ReplicaTables>, log: ChangeReader) {
    this.#replica = replica;
    this.#log = log;
  }

  isPurged(documentId: Id): boolean {
    return this.#replica.first(purgeOf(documentId)) !== undefined;
  }

  /**
   * Whether a change that comes from elsewhere has to come without its value: it is of a document
   * that was purged here. Asked in the order in which they come, what says whose it is first.
   */
  isToBeEmptied(change: PurgeableChange): boolean {
    if (change.value === null || !this.#hasPurged()) return false;
    const value = (): JsonValue | undefined => parseJson(change.value);
    if (keepsValue(change, value)) return false;
    const isIts = this.#isOfPurged(change, value);
    if (isIts) this.#emptied += 1;
    return isIts;
  }

  /** Empties what the log has of a document, and takes its rows away. In a transaction only. */
  empty(documentId: Id): void {
    const entities = this.entitiesOf(documentId);
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

  /**
   * A document and what hangs on it, by the log: comments that were refused, too, have words in
   * them. Of ties only those that count: others must not draw in what is somebody else's.
   */
  entitiesOf(documentId: Id): readonly EntityReference[] {
    const autodocs = new Set<Id>();
    const found: EntityReference[] = [];
    for (const { entity_id, value } of this.#writtenOnce('comment', commentContent)) {
      if (value.document_id === documentId) found.push({ entity: 'comment', entity_id });
    }
    for (const { entity_id, value } of this.#writtenOnce('autodoc', autodocRequest)) {
      if (this.documentOfVersion(textOr(value.version_id, '')) === documentId) {
        autodocs.add(entity_id);
      }
    }
    for (const { id, entity_id, value } of this.#writtenOnce('revision', revisionTie)) {
      if (value.document_id !== documentId || this.#isRefused(id)) continue;
      found.push({ entity: 'revision', entity_id });
      if (this.#documentOfAutodoc(textOr(value.autodoc_id, '')) === null) {
        autodocs.add(textOr(value.autodoc_id, ''));
      }
    }
    return [
      ...found,
      ...[...autodocs].map((entity_id) => ({ entity: 'autodoc', entity_id })),
      { entity: 'document', entity_id: documentId },
    ];
  }

  /** The document that an autodoc drafts; null where its request or version is not known here. */
  #documentOfAutodoc(autodocId: Id): Id | null {
    const request = this.#valueOf('autodoc', autodocId, autodocRequest);
    return this.documentOfVersion(textOr(objectOrEmpty(request ?? undefined).version_id, ''));
  }

  /** By the log alone, counted or not. */
  documentOfVersion(versionId: Id): Id | null {
    return (
      this.#replica.first(documentOf(versionId, 'document', 'document_body'))?.entity_id ?? null
    );
  }

  #isOfPurged(
    { entity, entity_id, field }: PurgeableChange,
    value: () => JsonValue | undefined,
  ): boolean {
    if (entity === 'document') return this.isPurged(entity_id);
    if (entity !== 'comment' && entity !== 'autodoc') return false;
    const isComment = entity === 'comment';
    const sayingField = isComment ? commentContent : autodocRequest;
    const saying = field === sayingField ? value() : this.#valueOf(entity, entity_id, sayingField);
    // What says whose it is was emptied itself.
    if (saying === null) return true;
    const { document_id, version_id } = objectOrEmpty(saying);
    const documentId = isComment
      ? textOr(document_id, null)
      : (this.documentOfVersion(textOr(version_id, '')) ?? this.tiedTo(entity_id));
    return documentId !== null && this.isPurged(documentId);
  }

  /** The value of a field that is written once; null where it is empty, undefined where it is not there. */
  #valueOf(entity: string, entityId: Id, field: string): JsonValue | undefined {
    const changes = this.#log.history(entity, entityId).filter((change) => change.field === field);
    for (const { id } of changes) {
      const value = parseJson(this.#log.value(id));
      if (value !== undefined) return value;
    }
    return changes.length === 0 ? undefined : null;
  }

  /** The document that an autodoc was tied to. */
  tiedTo(autodocId: Id): Id | null {
    const revisions = this.#replica.query.selectFrom('revisions').select('document_id');
    const first = revisions.where('autodoc_id', '=', autodocId).orderBy('id').limit(1);
    return this.#replica.first(first)?.document_id ?? null;
  }

  *#writtenOnce(entity: string, field: string) {
    const changes = this.#replica.all(
      this.#replica.query
        .selectFrom('changes')
        .select(['id', 'entity_id'])
        .where('entity', '=', entity)
        .where('field', '=', field),
    );
    for (const { id, entity_id } of changes) {
      yield { id, entity_id, value: objectOrEmpty(parseJson(this.#log.value(id))) };
    }
  }

  #isRefused(changeId: Id): boolean {
    const refusals = this.#replica.query.selectFrom('refusals').select('id');
    return this.#replica.first(refusals.where('id', '=', changeId)) !== undefined;
  }

  #hasPurged(): boolean {
    return this.#replica.first(anyPurge()) !== undefined;
  }

  /** Answers the changes that it emptied. */
  #emptyEntity({ entity, entity_id }: EntityReference): readonly Id[] {
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
    const kept = changes.filter(({ id, field }) =>
      keepsValue({ entity, field }, () => parseJson(this.#log.value(id))),
    );
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
    this.#replica.run(
      query
        .updateTable('change_collisions')
        .set({ value: null, base_id: null })
        .where('entity', '=', entity)
        .where('entity_id', '=', entity_id),
    );
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
