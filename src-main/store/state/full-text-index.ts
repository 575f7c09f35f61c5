import { sql, type RawBuilder } from 'kysely';
import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables, StateTables } from '../database/schema.ts';
import type { ChangeReader, EntityReference, LogMark } from '../log/change-log.ts';
import { autodocOutcome } from '../projection/entities.ts';
import type { DocumentQuery } from '../types.ts';
import { toFullTextQuery } from './search-query.ts';

/*
 * Full-text search over names, bodies and autodocs: an FTS5 index in `state.db` that follows
 * the log. It remembers how far it has read and catches up from there, so it may be behind or
 * lost without harm.
 *
 * Words, not trigrams: `unicode61` with accents removed finds words and their beginnings as
 * they are typed from the first letter on, where trigrams need three letters, find "art" in
 * "starting", and make an index several times the text. The index holds no text of its own.
 */

export interface FullTextIndex {
  /**
   * Reads what the log has and the index has not, in transactions of a few milliseconds, for as
   * long as `budgetMs`. Answers whether it has read everything.
   */
  catchUp(budgetMs: number): boolean;
  /** How many changes it has not read yet, in about. */
  backlog(): number;
  /** Reads these again at the next occasion, though nothing came to them. */
  readAgain(renewed: readonly EntityReference[]): void;
  /** Throws away everything and reads the whole log again. */
  rebuild(): void;
  /** The documents that have every word of the query: best match first, or in any order. */
  search(query: SearchQuery): readonly Id[];
}

interface SearchQuery extends Pick<DocumentQuery, 'query' | 'place'> {
  readonly isRanked: boolean;
}

/** What a row of the index is of. */
interface Source {
  readonly id: Id;
  readonly isDocument: boolean;
}

type Found = RawBuilder<{ readonly document_id: Id }>;

/** Words that stand in more texts than this say nothing about any of them. */
const mostRanked = 5_000;

/** Changes read in one transaction, and how long it may take: others take their turn in between. */
const batchSize = 1_000;
const batchMs = 5;
/** What a search waits for at most before it looks in what the index has by then. */
const searchBudgetMs = 25;

export function createFullTextIndex(
  state: Connection<StateTables>,
  replica: Connection<ReplicaTables>,
  log: ChangeReader,
): FullTextIndex {
  const { query } = state;

  let again: readonly EntityReference[] = [];

  return {
    catchUp,
    backlog: () => (log.end()?.position ?? 0) - (readMark()?.position ?? 0),
    readAgain(renewed) {
      if (renewed.length > 0) again = [...again, ...renewed];
    },
    rebuild,
    search,
  };

  function catchUp(budgetMs: number): boolean {
    const end = log.end();
    if (end === null || (again.length === 0 && readMark()?.position === end.position)) return true;
    const startedAt = performance.now();
    while (!catchUpOnce()) {
      if (performance.now() - startedAt >= budgetMs) return false;
    }
    return true;
  }

  /** One batch; true when there is nothing left to read. */
  function catchUpOnce(): boolean {
    // Nobody waits for the disk: after a power cut it goes on from where it then says it is.
    return again.length > 0 ? readSomeAgain() : state.writeUnflushed(readArrivals);
  }

  function readSomeAgain(): boolean {
    const left = state.writeUnflushed(() => {
      const startedAt = performance.now();
      const isTime = () => performance.now() - startedAt < batchMs;
      let at = 0;
      while (at < again.length && (at === 0 || isTime())) {
        const source = sourceOf(again[at++]!);
        if (source !== null) indexSource(source);
      }
      return again.slice(at);
    });
    again = left;
    return false;
  }

  function readArrivals(): boolean {
    const startedAt = performance.now();
    let mark = readMark();
    if (mark !== null && !log.has(mark)) {
      // An older copy of the library was put in the place of the one that was indexed.
      clear();
      mark = null;
    }
    const arrivals = log.arrivedAfter(mark, batchSize);
    const indexed = new Set<string>();
    let last: LogMark | null = null;
    for (const arrival of arrivals) {
      const source = sourceOf(arrival);
      if (source !== null && !indexed.has(source.id)) {
        if (last !== null && performance.now() - startedAt >= batchMs) break;
        indexSource(source);
        indexed.add(source.id);
      }
      last = arrival;
    }
    if (last === null) return true;
    state.run(query.deleteFrom('full_text_mark'));
    state.run(
      query
        .insertInto('full_text_mark')
        .values({ position: last.position, change_id: last.change_id }),
    );
    return arrivals.length < batchSize && last === arrivals.at(-1);
  }

  function rebuild(): void {
    state.write(clear);
    catchUp(Infinity);
  }

  function search({ query: words, place, isRanked }: SearchQuery): readonly Id[] {
    const match = toFullTextQuery(words);
    if (match === null) return [];
    catchUp(searchBudgetMs);
    const isTrashed = place === 'trash' ? 1 : 0;
    const found = isRanked ? ranked(match, isTrashed) : inAnyOrder(match, isTrashed);
    return state.all(found.compile(query)).map((row) => row.document_id);
  }

  function ranked(match: string, isTrashed: number): Found {
    const hits = sql<{ count: number }>`
      select count(*) as count from full_text where full_text match ${match}`;
    const { count } = state.first(hits.compile(query))!;
    return count > mostRanked ? newestFirst(match, isTrashed) : bestFirst(match, isTrashed);
  }

  /** A hit in a name counts for more than one in a body, that for more than one in a draft. */
  function bestFirst(match: string, isTrashed: number): Found {
    return sql`
      with hits as materialized (
        select rowid as id, bm25(full_text, 10.0, 2.0, 1.0) as score
        from full_text where full_text match ${match}
      )
      select document_id
      from hits
        join full_text_sources using (id)
        join full_text_documents using (document_id)
      where is_trashed = ${isTrashed}
      group by document_id
      order by min(score), document_id desc`;
  }

  /** Those that have it in their names, then all others: to rank so many takes longer than it helps. */
  function newestFirst(match: string, isTrashed: number): Found {
    const isNamed = sql`document_id in (${documentsWith(`document_name : (${match})`)})`;
    return sql`${inAnyOrder(match, isTrashed)} order by ${isNamed} desc, document_id desc`;
  }

  function inAnyOrder(match: string, isTrashed: number): Found {
    return sql`
      select document_id from full_text_documents
      where is_trashed = ${isTrashed} and document_id in (${documentsWith(match)})`;
  }

  function documentsWith(match: string): RawBuilder<unknown> {
    return sql`
      select document_id from full_text_sources
      where id in (select rowid from full_text where full_text match ${match})`;
  }

  function readMark() {
    return state.first(query.selectFrom('full_text_mark').selectAll()) ?? null;
  }

  function clear(): void {
    state.run(sql`insert into full_text (full_text) values ('delete-all')`.compile(query));
    state.run(query.deleteFrom('full_text_sources'));
    state.run(query.deleteFrom('full_text_documents'));
    state.run(query.deleteFrom('full_text_mark'));
  }

  function indexSource({ id, isDocument }: Source): void {
    if (isDocument) indexDocument(id);
    else indexAutodoc(id);
  }

  function sourceOf({ entity, entity_id }: EntityReference): Source | null {
    // What is purged is called as its document is.
    if (entity === 'document' || entity === 'purge') return { id: entity_id, isDocument: true };
    if (entity === 'autodoc') return { id: entity_id, isDocument: false };
    if (entity !== 'revision') return null;
    // It may arrive after the outcome of the autodoc that it ties.
    const tied = replica.first(
      replica.query.selectFrom('revisions').select('autodoc_id').where('id', '=', entity_id),
    );
    return tied === undefined ? null : { id: tied.autodoc_id, isDocument: false };
  }

  function indexDocument(documentId: Id): void {
    const document = replica.first(
      replica.query
        .selectFrom('documents')
        .select(['document_name', 'document_body', 'trashed_on'])
        .where('id', '=', documentId),
    );
    if (document === undefined) {
      forgetDocument(documentId);
      return;
    }
    const isTrashed = document.trashed_on === null ? 0 : 1;
    state.run(
      query
        .insertInto('full_text_documents')
        .values({ document_id: documentId, is_trashed: isTrashed })
        .onConflict((conflict) =>
          conflict.column('document_id').doUpdateSet({ is_trashed: isTrashed }),
        ),
    );
    put(documentId, documentId, document.document_name, document.document_body, '');
  }

  /** Of a document that is there no more: it was purged, or what made it does not count. */
  function forgetDocument(documentId: Id): void {
    forgetSources(sql<boolean>`document_id = ${documentId}`);
    state.run(query.deleteFrom('full_text_documents').where('document_id', '=', documentId));
  }

  function forgetSources(which: RawBuilder<boolean>): void {
    const sources = state.all(query.selectFrom('full_text_sources').select('id').where(which));
    for (const { id } of sources) {
      state.run(sql`delete from full_text where rowid = ${id}`.compile(query));
      state.run(query.deleteFrom('full_text_sources').where('id', '=', id));
    }
  }

  /** With the texts that other machines wrote for it, which have rows under their changes' ids. */
  function indexAutodoc(autodocId: Id): void {
    const outcomes = log
      .history('autodoc', autodocId)
      .filter(({ field }) => field === autodocOutcome);
    for (const sourceId of [autodocId, ...outcomes.map(({ id }) => id)]) {
      const autodoc = replica.first(
        replica.query
          .selectFrom('autodocs')
          .innerJoin('revisions', 'revisions.autodoc_id', 'autodocs.id')
          .select(['document_id', 'autodoc_body'])
          .where('autodocs.id', '=', sourceId),
      );
      if (autodoc === undefined) forgetSources(sql<boolean>`source_id = ${sourceId}`);
      else if (autodoc.autodoc_body !== '') {
        put(sourceId, autodoc.document_id, '', '', autodoc.autodoc_body);
      }
    }
  }

  function put(sourceId: Id, documentId: Id, name: string, body: string, draft: string): void {
    state.run(
      query
        .insertInto('full_text_sources')
        .values({ source_id: sourceId, document_id: documentId })
        .onConflict((conflict) =>
          conflict.column('source_id').doUpdateSet({ document_id: documentId }),
        ),
    );
    // Not by `returning`: that is a savepoint to SQLite, at which FTS5 writes down what it has
    // gathered, a piece of index for each text.
    const source = state.first(
      query.selectFrom('full_text_sources').select('id').where('source_id', '=', sourceId),
    );
    state.run(
      sql`insert or replace into full_text (rowid, document_name, document_body, autodoc_body)
        values (${source?.id}, ${name}, ${body}, ${draft})`.compile(query),
    );
  }
}
