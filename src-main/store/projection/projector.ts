import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { DerivedTables, ReplicaTables } from '../database/schema.ts';
import { createDerivedFacts } from '../judging/derived-facts.ts';
import type { LibraryFacts } from '../judging/facts.ts';
import { judge, type Refusal } from '../judging/judge.ts';
import { judgeLog } from '../judging/judge-log.ts';
import type { ChangeNode } from '../log/change.ts';
import type { ChangeReader } from '../log/change-log.ts';
import { rowOfChange, rowsOfEntity, type DerivedRow, type OtherEntities } from './derived-rows.ts';
import { autodocOutcome } from './entities.ts';
import { objectList, parseJson, textOr } from './field-readers.ts';
import type { EntityHistory } from './fold.ts';

export const derivedTables = [
  'accounts',
  'users',
  'user_devices',
  'replicas',
  'documents',
  'document_summaries',
  'retentions',
  'autodocs',
  'revisions',
  'versions',
  'comments',
  'refusals',
] as const satisfies readonly (keyof DerivedTables)[];

/** Keeps the derived tables as the log says they are. */
export class Projector {
  readonly #replica: Connection<ReplicaTables>;
  readonly #log: ChangeReader;
  readonly #facts: LibraryFacts;
  readonly #others: OtherEntities;

  constructor(replica: Connection<ReplicaTables>, log: ChangeReader) {
    this.#replica = replica;
    this.#log = log;
    this.#facts = createDerivedFacts(replica);
    this.#others = { draftTexts: (documentId) => this.#draftTexts(documentId) };
  }

  /** What the log has of an entity that counts. */
  history(entity: string, entityId: Id): EntityHistory {
    const { query } = this.#replica;
    const refused = this.#replica.all(
      query
        .selectFrom('refusals')
        .select('id')
        .where('entity', '=', entity)
        .where('entity_id', '=', entityId),
    );
    return this.#historyWithout(entity, entityId, new Set(refused.map(({ id }) => id)));
  }

  /**
   * After `changes` came to an entity, last of all in the log: its rows anew, and those of the
   * changes themselves. Answers why changes do not count, those that do not.
   */
  update(entity: string, entityId: Id, changes: readonly ChangeNode[]): readonly Refusal[] {
    if (entity !== 'library' && !this.#facts.accountsAreOn()) {
      this.#project(entity, entityId, changes);
      return [];
    }
    // One by one: what the first does decides whether the second may.
    return changes.flatMap((change) => {
      const reason = this.#judge(change);
      if (reason === null) {
        this.#project(entity, entityId, [change]);
        return [];
      }
      this.#put({ table: 'refusals', row: { id: change.id, entity, entity_id: entityId, reason } });
      return [reason];
    });
  }

  /**
   * Of many entities at once, all of whose changes count but those that `refusal` has a reason
   * against. Documents are summarized once.
   */
  updateAll(
    updates: readonly {
      readonly entity: string;
      readonly entityId: Id;
      readonly changes: readonly ChangeNode[];
    }[],
    refusal: (entity: string, field: string) => Refusal | null,
  ): void {
    for (const { entity, entityId, changes } of updates) {
      for (const { id, field } of changes) {
        const reason = refusal(entity, field);
        if (reason === null) continue;
        this.#put({ table: 'refusals', row: { id, entity, entity_id: entityId, reason } });
      }
      if (entity !== 'document') this.#projectAlone(entity, entityId, changes);
    }
    // What models wrote decides on a document's share: documents come last.
    const documents = updates.filter(({ entity }) => entity === 'document');
    for (const { entityId, changes } of documents) {
      this.#projectAlone('document', entityId, changes);
    }
    const done = new Set(documents.map(({ entityId }) => entityId));
    for (const { entity, entityId } of updates) {
      if (entity !== 'autodoc' && entity !== 'revision') continue;
      for (const documentId of this.#draftedFor(entityId)) {
        if (!done.has(documentId)) this.#summarize(documentId);
        done.add(documentId);
      }
    }
  }

  /** Every derived row the log gives, computed and not looked up. */
  *rows(): Generator<DerivedRow> {
    const refusals = this.#refusals();
    for (const row of refusals) yield { table: 'refusals', row };
    const refused = new Set(refusals.map(({ id }) => id));
    // What models wrote decides on a document's share: documents come last.
    const entities = [...this.#log.entities()].sort(
      (one, other) => Number(one.entity === 'document') - Number(other.entity === 'document'),
    );
    for (const { entity, entity_id } of entities) {
      const history = this.#historyWithout(entity, entity_id, refused);
      for (const change of history.changes) {
        const row = rowOfChange(entity, entity_id, change);
        if (row !== null) yield row;
      }
      yield* rowsOfEntity(entity, history, this.#others);
    }
  }

  /** The derived tables anew. Inside a transaction only. */
  rebuild(): void {
    for (const table of derivedTables) {
      this.#replica.run(this.#replica.query.deleteFrom(table));
    }
    for (const row of this.rows()) this.#put(row);
  }

  #project(entity: string, entityId: Id, changes: readonly ChangeNode[]): void {
    this.#projectAlone(entity, entityId, changes);
    // A text that a model wrote, or its tie, may come after the document that has words of it.
    const brings =
      entity === 'revision' ||
      (entity === 'autodoc' && changes.some(({ field }) => field === autodocOutcome));
    if (brings) for (const documentId of this.#draftedFor(entityId)) this.#summarize(documentId);
  }

  #projectAlone(entity: string, entityId: Id, changes: readonly ChangeNode[]): void {
    for (const change of changes) {
      const row = rowOfChange(entity, entityId, change);
      if (row !== null) this.#put(row);
    }
    const rows = rowsOfEntity(entity, this.history(entity, entityId), this.#others);
    for (const row of rows) this.#put(row);
  }

  #summarize(documentId: Id): void {
    const rows = rowsOfEntity('document', this.history('document', documentId), this.#others);
    for (const row of rows) if (row.table === 'document_summaries') this.#put(row);
  }

  #judge({ id }: ChangeNode): Refusal | null {
    const change = this.#log.change(id)!;
    const value = () => parseJson(this.#log.value(id));
    return judge({ ...change, value }, this.#facts);
  }

  /** While a library is open everything counts, so its log need not be read. */
  #refusals(): readonly DerivedTables['refusals'][] {
    const isOpen = ![...this.#log.entities()].some(({ entity }) => entity === 'library');
    return isOpen ? [] : judgeLog(this.#log, this.#facts.libraryId());
  }

  #historyWithout(entity: string, entityId: Id, refused: ReadonlySet<Id>): EntityHistory {
    return {
      id: entityId,
      changes: this.#log.history(entity, entityId).filter(({ id }) => !refused.has(id)),
      valueOf: (change) => parseJson(this.#log.value(change.id)),
    };
  }

  #draftTexts(documentId: Id): readonly string[] {
    const { query } = this.#replica;
    const rows = this.#replica.all(
      query
        .selectFrom('revisions')
        .innerJoin('autodocs', 'autodocs.id', 'revisions.autodoc_id')
        .select(['autodoc_body', 'candidates'])
        .where('revisions.document_id', '=', documentId)
        .where('autodoc_state', '!=', 'queued'),
    );
    return rows.flatMap(({ autodoc_body, candidates }) => [
      autodoc_body,
      ...objectList(parseJson(candidates)).map((candidate) => textOr(candidate.autodoc_body, '')),
    ]);
  }

  /** The documents that an autodoc, or a revision's autodoc, was written for. */
  #draftedFor(entityId: Id): readonly Id[] {
    const { query } = this.#replica;
    const rows = this.#replica.all(
      query
        .selectFrom('revisions')
        .innerJoin('autodocs', 'autodocs.id', 'revisions.autodoc_id')
        .select('revisions.document_id')
        .where('autodoc_state', '!=', 'queued')
        .where((eb) =>
          eb.or([eb('revisions.id', '=', entityId), eb('revisions.autodoc_id', '=', entityId)]),
        ),
    );
    return rows.map(({ document_id }) => document_id);
  }

  #put({ table, row }: DerivedRow): void {
    this.#replica.run(this.#replica.query.replaceInto(table).values(row));
  }
}
