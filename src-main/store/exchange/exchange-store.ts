import { sql, type RawBuilder } from 'kysely';
import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { DerivedTables, ReplicaTables, UsersTable } from '../database/schema.ts';
import { isAdmission } from '../judging/judge.ts';
import type { Author, ChangeReader, ChangeWriter, DecodedChange } from '../log/change-log.ts';
import { parseParents } from '../log/sqlite-change-reader.ts';
import { objectOrEmpty, parseJson } from '../projection/field-readers.ts';
import { importedChanges } from '../projection/entities.ts';
import type { Projector } from '../projection/projector.ts';
import type { ReplicaIds } from '../state/replica-ids.ts';
import { arrivalOf, differencesTo, entityKey, type Rejudged } from '../taking/judgements.ts';
import { applyAll } from '../taking/judge-anew.ts';
import { isUnderRules } from '../taking/pieces.ts';
import type { ExchangedChange, ExchangeStore } from './types.ts';

/** Rows that are read at a time. */
const pageLength = 200;
/** Half a megabyte a change. */
const hashesPerChange = 10_000;

export interface ExchangeParts {
  readonly replica: Connection<ReplicaTables>;
  readonly log: ChangeReader & ChangeWriter;
  readonly projector: Projector;
  readonly replicaIds: ReplicaIds;
  readonly newId: () => Id;
  readonly afterTaking: () => void;
}

export function createExchangeStore(parts: ExchangeParts): ExchangeStore {
  const { replica, log, projector, replicaIds, newId, afterTaking } = parts;
  const { query } = replica;
  const { facts } = projector;

  return {
    mark: () => log.end()?.position ?? 0,

    *changesOf(documentId) {
      const wanted = query
        .selectFrom('changes')
        .selectAll()
        .where(documentId === null ? sql<boolean>`true` : isOf(documentId))
        // What counts for nothing here might count elsewhere.
        .where(sql<boolean>`id not in (select id from refusals)`)
        .orderBy('hlc')
        .orderBy('id')
        .limit(pageLength);
      let last = { hlc: '', id: '' };
      for (;;) {
        const page = replica.all(wanted.where(sql<boolean>`(hlc, id) > (${last.hlc}, ${last.id})`));
        for (const { base_id: _baseId, ...change } of page) {
          yield {
            ...change,
            parents: parseParents(change.parents),
            value: parseJson(log.value(change.id)),
          };
        }
        last = page.at(-1) ?? last;
        if (page.length < pageLength) return;
      }
    },

    records(documentId) {
      const ofDocument =
        documentId === null ? everything : sql<boolean>`document_id = ${documentId}`;
      const named = documentId === null ? everything : sql<boolean>`id in ${peopleOf(documentId)}`;
      return {
        users: withoutSearchText(rows('users', named)),
        user_devices: rows(
          'user_devices',
          documentId === null ? everything : sql<boolean>`user_id in ${peopleOf(documentId)}`,
        ),
        documents: rows(
          'documents',
          documentId === null ? everything : sql<boolean>`id = ${documentId}`,
        ),
        retentions: rows('retentions', ofDocument),
        versions: rows('versions', ofDocument),
        autodocs: rows(
          'autodocs',
          documentId === null
            ? everything
            : sql<boolean>`id in (select autodoc_id from revisions where document_id = ${documentId})`,
        ),
        revisions: rows('revisions', ofDocument),
        comments: rows('comments', ofDocument),
      };
    },

    take(author, changes, check) {
      const taken = replica.write(() => {
        const counts = { taken: 0, known: 0, collided: 0 };
        const touched = new Map<string, Touched>();
        const hashes: string[] = [];
        let areStrangers = true;
        for (const change of changes) {
          const key = entityKey(change.entity, change.entity_id);
          // Looked at before it is in the log itself.
          const isStranger = concernsNothingHere(change, touched.has(key));
          const answer = log.take(toDecoded(change));
          if (answer === 'known') counts.known += 1;
          if (answer === 'collided') counts.collided += 1;
          if (answer !== 'new' && answer !== 'filled') continue;
          counts.taken += 1;
          areStrangers &&= isStranger;
          const of = touched.get(key) ?? newlyTouched(change);
          touched.set(key, of);
          of.ids.add(change.id);
          if (answer === 'filled') continue;
          of.newIds.add(change.id);
          hashes.push(Buffer.from(change.sha256).toString('base64'));
          // A copy of this machine wrote it: two must not count on under one id.
          if (change.replica_id === replicaIds.current()) replicaIds.leave(change.replica_id);
        }
        if (hashes.length > 0 && facts.accountsAreOn()) vouch(author, hashes);
        refresh([...touched.values()], areStrangers);
        check?.();
        return counts;
      });
      afterTaking();
      return taken;
    },
  };

  /** A table's rows by their ids. In pages: a statement that is open would keep others from writing. */
  function* rows<Table extends keyof DerivedTables>(
    table: Table,
    condition: RawBuilder<boolean>,
  ): Generator<DerivedTables[Table]> {
    let last = '';
    for (;;) {
      const page = replica.all(
        sql<DerivedTables[Table]>`
          select * from ${sql.table(table)} where id > ${last} and ${condition}
          order by id limit ${sql.lit(pageLength)}`.compile(query),
      );
      yield* page;
      last = page.at(-1)?.id ?? last;
      if (page.length < pageLength) return;
    }
  }

  /** With accounts on: the author says which changes they brought, and answers for them. */
  function vouch({ id: actor_id, sign }: Author, hashes: readonly string[]): void {
    for (let at = 0; at < hashes.length; at += hashesPerChange) {
      const value = hashes.slice(at, at + hashesPerChange);
      const entity_id = newId();
      const field = importedChanges;
      log.append({ actor_id, entity: 'import', entity_id, field, parents: [], value }, sign);
    }
  }

  /**
   * Whether a change concerns nothing that was here, and so decides on nothing that was here:
   * another entity, of nobody who signs here, in no document of ours.
   */
  function concernsNothingHere(change: ExchangedChange, isTouched: boolean): boolean {
    const { entity, entity_id, value } = change;
    if (entity === 'library' && entity_id === facts.libraryId()) return false;
    if (!isTouched && log.history(entity, entity_id).length > 0) return false;
    // Anybody may register, and nobody is let in by an import: the log decides which it is.
    if (isAdmission(change)) return false;
    const { document_id } = objectOrEmpty(value);
    return typeof document_id !== 'string' || facts.document(document_id) === null;
  }

  function refresh(touched: readonly Touched[], areStrangers: boolean): void {
    // What concerns nothing here counts where accounts are on, as its author vouches for it.
    const rejudged = areStrangers ? new Map<string, Rejudged>() : differences();
    const stale: Id[] = [];
    for (const { entity, entityId, ids, newIds } of touched) {
      const came = log.history(entity, entityId).filter(({ id }) => ids.has(id));
      const arrival = arrivalOf({ entity, entityId }, came, (id) => newIds.has(id), rejudged);
      rejudged.delete(entityKey(entity, entityId));
      stale.push(...projector.take(arrival));
    }
    // What stands anywhere in a log with accounts may decide on anything after it.
    for (const { entity, entityId } of rejudged.values()) {
      const arrival = arrivalOf({ entity, entityId }, [], () => false, rejudged);
      stale.push(...projector.take(arrival));
    }
    projector.summarize(stale);
    if (projector.purging.takeEmptied() > 0 && isUnderRules(replica)) applyAll(parts);
  }

  function differences(): Map<string, Rejudged> {
    if (!isUnderRules(replica)) return new Map<string, Rejudged>();
    return differencesTo(projector.judgeAll(), replica);
  }
}

/** An entity that changes came to. */
interface Touched {
  readonly entity: string;
  readonly entityId: Id;
  /** Of the changes that came, and of those among them that were not here without their values. */
  readonly ids: Set<Id>;
  readonly newIds: Set<Id>;
}

function newlyTouched({ entity, entity_id: entityId }: ExchangedChange): Touched {
  return { entity, entityId, ids: new Set(), newIds: new Set() };
}

const everything = sql<boolean>`true`;

function* withoutSearchText(users: Iterable<UsersTable>) {
  for (const { search_text: _searchText, ...user } of users) yield user;
}

function toDecoded({ parents, value, ...change }: ExchangedChange): DecodedChange {
  return {
    ...change,
    parents: JSON.stringify(parents),
    value: value === undefined ? null : JSON.stringify(value),
  };
}

/** The users that a document names: who made it, wrote in it, was retained for it. */
function peopleOf(documentId: Id): RawBuilder<unknown> {
  return sql`(
    select created_by from documents where id = ${documentId}
    union select sponsor_id from retentions where document_id = ${documentId}
    union select editor_id from retentions where document_id = ${documentId}
    union select created_by from versions where document_id = ${documentId}
    union select created_by from comments where document_id = ${documentId}
    union select autodocs.created_by from revisions
      join autodocs on autodocs.id = revisions.autodoc_id where document_id = ${documentId}
  )`;
}

/** Whether a change is of a document, of what hangs on it, or of whom it names. */
function isOf(documentId: Id): RawBuilder<boolean> {
  const people = peopleOf(documentId);
  return sql<boolean>`(
    (entity = 'document' and entity_id = ${documentId})
    or (entity = 'retention' and entity_id in
      (select id from retentions where document_id = ${documentId}))
    or (entity = 'comment' and entity_id in
      (select id from comments where document_id = ${documentId}))
    or (entity = 'revision' and entity_id in
      (select id from revisions where document_id = ${documentId}))
    or (entity = 'autodoc' and entity_id in
      (select autodoc_id from revisions where document_id = ${documentId}))
    or (entity = 'user' and entity_id in ${people})
    or (entity = 'user_device' and entity_id in
      (select id from user_devices where user_id in ${people}))
  )`;
}
