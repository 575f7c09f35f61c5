import { sql } from 'kysely';
import type { Id } from '../../contract/domain.ts';
import { compiledOnce, createQueryBuilder, type Connection } from '../database/connection.ts';
import type { DerivedTables, ReplicaTables } from '../database/schema.ts';
import { createDerivedFacts } from '../judging/derived-facts.ts';
import type { LibraryFacts } from '../judging/facts.ts';
import { createJudgingRoom, type JudgingRoom } from '../judging/judging-room.ts';
import type { JudgedLog } from '../judging/log-changes.ts';
import { pinWhatCounts } from '../judging/switch-pin.ts';
import { judge, type Refusal } from '../judging/judge.ts';
import { judgeLog } from '../judging/judge-log.ts';
import type { ChangeNode } from '../log/change.ts';
import type { ChangeReader, EntityReference } from '../log/change-log.ts';
import { Purging } from '../purging/purging.ts';
import type { Arrival } from './arrival.ts';
import type { DerivedRow, OtherEntities } from './derived-row.ts';
import { rowOfChange, rowsOfEntity } from './derived-rows.ts';
import { autodocOutcome } from './entities.ts';
import { documentsDraftedBy, draftTextsOf } from './drafted-texts.ts';
import { derivedTables, rankOf, tablesOf } from './derived-tables.ts';
import { parseJson } from './field-readers.ts';
import { putRow } from './put-row.ts';
import type { EntityHistory } from './fold.ts';

const queries = createQueryBuilder<ReplicaTables>();
const refusedOf = compiledOnce(
  queries.selectFrom('refusals').select('id').where('entity', '=', '').where('entity_id', '=', ''),
);
const conflictsRemoval = compiledOnce(
  queries.deleteFrom('conflicts').where('document_id', '=', ''),
);
const tieOf = compiledOnce(
  queries.selectFrom('revisions').select('autodoc_id').where('id', '=', ''),
);

/** Keeps the derived tables as the log says they are. */
export class Projector {
  readonly #replica: Connection<ReplicaTables>;
  readonly #log: ChangeReader;
  readonly #others: OtherEntities;
  /** What has other rows than it had although nothing came to it. */
  #renewed: EntityReference[] = [];
  /** In the log, and not judged yet. */
  #unjudged: ReadonlySet<Id> = new Set();
  #room: JudgingRoom | null;
  /** What the derived tables say to judging. */
  readonly facts: LibraryFacts;
  readonly purging: Purging;

  /** Without a room, signatures that were checked are forgotten with this projector. */
  constructor(
    replica: Connection<ReplicaTables>,
    log: ChangeReader,
    room: JudgingRoom | null = null,
  ) {
    this.#replica = replica;
    this.#log = log;
    this.#room = room;
    this.purging = new Purging(replica, log);
    this.facts = createDerivedFacts(replica, () => this.room, {
      hasCounted: (entity, entityId, field) =>
        this.#judgedHistory(entity, entityId).changes.some((change) => change.field === field),
      document: (documentId) => this.#hiddenRow('document', 'documents', documentId),
      autodoc: (autodocId) => this.#hiddenRow('autodoc', 'autodocs', autodocId),
    });
    this.#others = {
      draftTexts: (documentId) => draftTextsOf(replica, documentId),
      isPurged: (documentId) => this.purging.isPurged(documentId),
      documentOfVersion: (versionId) => this.purging.belongings.documentOfVersion(versionId),
      tiedTo: (autodocId) => this.purging.belongings.tiedTo(autodocId),
    };
  }

  /** What judging knows beside the log. */
  get room(): JudgingRoom {
    this.#room ??= createJudgingRoom(this.#replica, null, this.facts.libraryId());
    return this.#room;
  }

  /** What the log has of an entity that counts. */
  history(entity: string, entityId: Id): EntityHistory {
    const refused = this.#replica.all(refusedOf(entity, entityId));
    return this.#historyWithout(entity, entityId, new Set(refused.map(({ id }) => id)));
  }

  /**
   * After `changes` came to an entity, last of all in the log: its rows anew, and those of the
   * changes themselves. Answers why changes do not count, those that do not.
   */
  update(entity: string, entityId: Id, changes: readonly ChangeNode[]): readonly Refusal[] {
    if (entity !== 'library' && !this.facts.accountsAreOn()) {
      this.#project(entity, entityId, changes);
      return [];
    }
    // One by one: what the first does decides whether the second may.
    const unjudged = new Set(changes.map(({ id }) => id));
    return changes.flatMap((change) => {
      this.#unjudged = unjudged;
      const reason = this.#judge(change);
      unjudged.delete(change.id);
      if (reason === null) {
        this.#project(entity, entityId, [change]);
        return [];
      }
      this.#put({ table: 'refusals', row: { id: change.id, entity, entity_id: entityId, reason } });
      return [reason];
    });
  }

  /**
   * After changes came from elsewhere and were judged by the whole log: the rows of the entity
   * that they belong to. Answers the documents whose summaries have to be made anew.
   */
  take({
    entity,
    entityId,
    changes,
    refused,
    cleared,
    areOldOnesRejudged,
    areOldOnesFilled,
  }: Arrival): readonly Id[] {
    const drafted = documentsDraftedBy(this.#replica, entity, entityId);
    for (const id of cleared) {
      this.#replica.run(this.#replica.query.deleteFrom('refusals').where('id', '=', id));
    }
    for (const [id, reason] of refused) {
      this.#put({ table: 'refusals', row: { id, entity, entity_id: entityId, reason } });
    }
    this.#renewAll(this.purging.emptyRest());
    const counted = changes.filter(({ id }) => !refused.has(id));
    if (areOldOnesFilled) this.#renewed.push({ entity, entity_id: entityId });
    if (areOldOnesRejudged) this.#renew(entity, entityId);
    else if (counted.length > 0) this.#projectAlone(entity, entityId, counted);
    if (entity === 'library') pinWhatCounts(this.#replica, this.history(entity, entityId));
    return [...drafted, ...documentsDraftedBy(this.#replica, entity, entityId)];
  }

  /**
   * Empties changes of our own that are of purged documents, and were not known to be. In a
   * transaction only.
   */
  emptyPurged(changeIds: readonly Id[]): void {
    this.#renewAll(this.purging.emptyThese(changeIds));
  }

  /** What was judged otherwise since this was asked last: whatever follows the log missed it. */
  takeRenewed(): readonly EntityReference[] {
    const renewed = this.#renewed;
    this.#renewed = [];
    return renewed;
  }

  /** What is told of documents beside their texts, of those that are there. */
  summarize(documentIds: Iterable<Id>): void {
    for (const documentId of new Set(documentIds)) this.#summarize(documentId);
  }

  /** What does not count, and why, by the whole log, or by what it will be. */
  judgeAll(log: JudgedLog = this.#log): readonly DerivedTables['refusals'][] {
    return judgeLog(log, this.room);
  }

  /** Every derived row the log gives, computed and not looked up. */
  *rows(): Generator<DerivedRow> {
    const refusals = this.#refusals();
    for (const row of refusals) yield { table: 'refusals', row };
    const refused = new Set(refusals.map(({ id }) => id));
    const entities = [...this.#log.entities()].sort((one, other) => rankOf(one) - rankOf(other));
    for (const { entity, entity_id } of entities) {
      const history = this.#historyWithout(entity, entity_id, refused);
      for (const change of history.changes) {
        const row = rowOfChange(entity, entity_id, change, this.#others);
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
    this.purging.takeEmptied();
    for (const row of this.rows()) {
      this.#put(row);
      if (row.table === 'purges') this.purging.empty(row.row.id);
    }
    // Something was judged by what is gone now.
    if (this.purging.takeEmptied() > 0) this.rebuild();
  }

  #project(entity: string, entityId: Id, changes: readonly ChangeNode[]): void {
    this.#projectAlone(entity, entityId, changes);
    // A text that a model wrote, or its tie, may come after the document that has words of it.
    const brings =
      entity === 'revision' ||
      (entity === 'autodoc' && changes.some(({ field }) => field === autodocOutcome));
    if (brings) this.summarize(documentsDraftedBy(this.#replica, entity, entityId));
  }

  /** The rows of an entity as if there had been none: some may be there no more. */
  #renew(entity: string, entityId: Id): void {
    this.#renewed.push({ entity, entity_id: entityId });
    const { query } = this.#replica;
    const all = this.#log.history(entity, entityId);
    const wasPurged = entity === 'purge' && this.purging.isPurged(entityId);
    const wasTied = entity === 'revision' ? this.#tiedBy(entityId) : null;
    const ids = JSON.stringify([entityId, ...all.map(({ id }) => id)]);
    const isOfThese = sql<boolean>`id in (select value from json_each(${ids}))`;
    for (const table of Object.hasOwn(tablesOf, entity) ? tablesOf[entity]! : []) {
      this.#replica.run(query.deleteFrom(table).where(isOfThese));
    }
    this.#projectAlone(entity, entityId, this.history(entity, entityId).changes);
    if (wasTied !== null && this.#hasSeveralOutcomes(wasTied)) this.#renew('autodoc', wasTied);
    if (!wasPurged || this.purging.isPurged(entityId)) return;
    // The purge does not count any more. What it emptied comes again with others' files.
    this.#renewAll(this.purging.belongings.of(entityId));
  }

  #renewAll(entities: readonly EntityReference[]): void {
    for (const { entity, entity_id } of entities) this.#renew(entity, entity_id);
  }

  #projectAlone(entity: string, entityId: Id, changes: readonly ChangeNode[]): void {
    for (const change of changes) {
      const row = rowOfChange(entity, entityId, change, this.#others);
      if (row !== null) this.#put(row);
    }
    const rows = rowsOfEntity(entity, this.history(entity, entityId), this.#others);
    if (entity === 'document') {
      // What stood beside the text may be merged, or settled, by now.
      this.#replica.run(conflictsRemoval(entityId));
    }
    for (const row of rows) this.#put(row);
    if (entity === 'purge' && rows.length > 0) this.purging.empty(entityId);
    // More of it came: drafts that were here before their version may be among what goes.
    if (entity === 'document' && this.purging.isPurged(entityId)) this.purging.empty(entityId);
    if (entity !== 'revision') return;
    const autodocId = this.#tiedBy(entityId);
    if (autodocId !== null && this.#hasSeveralOutcomes(autodocId)) {
      this.#projectAlone('autodoc', autodocId, []);
    }
  }

  #tiedBy(revisionId: Id): Id | null {
    return this.#replica.first(tieOf(revisionId))?.autodoc_id ?? null;
  }

  /** Those after the first have rows of their own, which are tied as their autodoc is. */
  #hasSeveralOutcomes(autodocId: Id): boolean {
    const changes = this.#log.history('autodoc', autodocId);
    return changes.filter(({ field }) => field === autodocOutcome).length > 1;
  }

  #judgedHistory(entity: string, entityId: Id): EntityHistory {
    const history = this.history(entity, entityId);
    return { ...history, changes: history.changes.filter(({ id }) => !this.#unjudged.has(id)) };
  }

  /** The row that an entity would have if its document were not purged. */
  #hiddenRow<Table extends 'documents' | 'autodocs'>(
    entity: string,
    table: Table,
    id: Id,
  ): DerivedTables[Table] | null {
    const others = { ...this.#others, isPurged: () => false };
    const rows = rowsOfEntity(entity, this.#judgedHistory(entity, id), others);
    const found = rows.find((one) => one.table === table && one.row.id === id);
    return found === undefined ? null : (found.row as DerivedTables[Table]);
  }

  #summarize(documentId: Id): void {
    const rows = rowsOfEntity('document', this.history('document', documentId), this.#others);
    for (const row of rows) if (row.table === 'document_summaries') this.#put(row);
  }

  #judge({ id }: ChangeNode): Refusal | null {
    const change = this.#log.change(id)!;
    const value = () => parseJson(this.#log.value(id));
    return judge({ ...change, value }, this.facts);
  }

  /** While a library is open everything counts, so its log need not be read. */
  #refusals(): readonly DerivedTables['refusals'][] {
    const isOpen = ![...this.#log.entities()].some(({ entity }) => entity === 'library');
    return isOpen ? [] : this.judgeAll();
  }

  #historyWithout(entity: string, entityId: Id, refused: ReadonlySet<Id>): EntityHistory {
    const all = this.#log.history(entity, entityId);
    return {
      id: entityId,
      changes: all.filter(({ id }) => !refused.has(id)),
      refused: all.filter(({ id }) => refused.has(id)),
      valueOf: (change) => parseJson(this.#log.value(change.id)),
    };
  }

  #put(row: DerivedRow): void {
    putRow(this.#replica, row);
  }
}
