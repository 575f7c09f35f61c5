import { sql, type RawBuilder } from 'kysely';
import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables, StateTables } from '../database/schema.ts';
import type { ChangeReader, EntityReference } from '../log/change-log.ts';
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
  /** Reads what the log has and the index has not. */
  catchUp(): void;
  /** Throws away everything and reads the whole log again. */
  rebuild(): void;
  /** The documents that have every word of the query: best match first, or in any order. */
  search(query: SearchQuery): readonly Id[];
}

interface SearchQuery extends Pick<DocumentQuery, 'query' | 'place'> {
  readonly isRanked: boolean;
}

type Found = RawBuilder<{ readonly document_id: Id }>;

/** Words that stand in more texts than this say nothing about any of them. */
const mostRanked = 5_000;

/** Changes read in one transaction: another process may take its turn in between. */
const batchSize = 1_000;

export function createFullTextIndex(
  state: Connection<StateTables>,
  replica: Connection<ReplicaTables>,
  log: ChangeReader,
): FullTextIndex {
  const { query } = state;

  return { catchUp, rebuild, search };

  function catchUp(): void {
    const end = log.end();
    if (end === null || readMark()?.position === end.position) return;
    while (catchUpOnce());
  }

  /** One batch; false when there is nothing left to read. */
  function catchUpOnce(): boolean {
    return state.write(() => {
      let mark = readMark();
      if (mark !== null && !log.has(mark)) {
        // An older copy of the library was put in the place of the one that was indexed.
        clear();
        mark = null;
      }
      const arrivals = log.arrivedAfter(mark, batchSize);
      const last = arrivals.at(-1);
      if (last === undefined) return false;
      const touched = new Map<string, EntityReference>(
        arrivals.map((arrival) => [`${arrival.entity} ${arrival.entity_id}`, arrival]),
      );
      for (const reference of touched.values()) indexEntity(reference);
      state.run(query.deleteFrom('full_text_mark'));
      state.run(
        query
          .insertInto('full_text_mark')
          .values({ position: last.position, change_id: last.change_id }),
      );
      return arrivals.length === batchSize;
    });
  }

  function rebuild(): void {
    state.write(clear);
    catchUp();
  }

  function search({ query: words, place, isRanked }: SearchQuery): readonly Id[] {
    const match = toFullTextQuery(words);
    if (match === null) return [];
    catchUp();
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

  function indexEntity({ entity, entity_id }: EntityReference): void {
    if (entity === 'document') indexDocument(entity_id);
    if (entity === 'autodoc') indexAutodoc(entity_id);
    // A revision may arrive after the outcome of the autodoc that it ties.
    if (entity === 'revision') {
      const tied = replica.first(
        replica.query.selectFrom('revisions').select('autodoc_id').where('id', '=', entity_id),
      );
      if (tied !== undefined) indexAutodoc(tied.autodoc_id);
    }
  }

  function indexDocument(documentId: Id): void {
    const document = replica.first(
      replica.query
        .selectFrom('documents')
        .select(['document_name', 'document_body', 'trashed_on'])
        .where('id', '=', documentId),
    );
    if (document === undefined) return;
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

  function indexAutodoc(autodocId: Id): void {
    const autodoc = replica.first(
      replica.query
        .selectFrom('autodocs')
        .innerJoin('revisions', 'revisions.autodoc_id', 'autodocs.id')
        .select(['document_id', 'autodoc_body'])
        .where('autodocs.id', '=', autodocId),
    );
    if (autodoc === undefined || autodoc.autodoc_body === '') return;
    put(autodocId, autodoc.document_id, '', '', autodoc.autodoc_body);
  }

  function put(sourceId: Id, documentId: Id, name: string, body: string, draft: string): void {
    const source = state.first(
      query
        .insertInto('full_text_sources')
        .values({ source_id: sourceId, document_id: documentId })
        .onConflict((conflict) =>
          conflict.column('source_id').doUpdateSet({ document_id: documentId }),
        )
        .returning('id'),
    );
    state.run(
      sql`insert or replace into full_text (rowid, document_name, document_body, autodoc_body)
        values (${source?.id}, ${name}, ${body}, ${draft})`.compile(query),
    );
  }
}
