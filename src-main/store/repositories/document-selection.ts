import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import { documentStates, type Id } from '../../contract/domain.ts';
import type { DocumentSort } from '../../contract/work.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { DocumentQuery } from '../types.ts';
import { isPresentEditor, presentEditor } from './present-editor.ts';

interface SelectedDocuments {
  /** One page, in order. */
  readonly documentIds: readonly Id[];
  /** How many match, on all pages. */
  readonly total: number;
  /** How many have conflicts, whatever the filter and the words sought. */
  readonly conflicted: number;
}

/** Which documents a list shows, and in which order: ids alone, so that no text is read for it. */
export function createDocumentSelection(
  replica: Connection<ReplicaTables>,
  now: () => number,
): (options: DocumentQuery, found: readonly Id[] | null) => SelectedDocuments {
  const { query } = replica;

  return (options, found) => {
    const { place, visible_to, filter, sort, offset, limit } = options;
    let documents = query
      .selectFrom('documents')
      .where('trashed_on', place === 'trash' ? 'is not' : 'is', null);
    if (visible_to !== null) {
      // The plus keeps SQLite to the order of the list: sorting what an index gives takes longer.
      const isTheirs = sql<boolean>`(+created_by = ${visible_to} or ${isPresentEditor(visible_to)})`;
      documents = documents.where(isTheirs);
    }
    const ofConflicted = documents.where('documents.id', 'in', (eb) =>
      eb.selectFrom('conflicts').select('document_id'),
    );
    const conflicted = count(ofConflicted);
    if (filter?.has_conflicts === true) documents = ofConflicted;
    if (filter !== undefined) {
      const { states, sponsor_id, editor_id, due } = filter;
      if (states.length > 0) documents = documents.where('document_state', 'in', states);
      if (sponsor_id !== null) documents = documents.where('created_by', '=', sponsor_id);
      if (editor_id !== null) documents = documents.where(isPresentEditor(editor_id));
      if (due !== null) {
        documents = documents
          .where('due_on', due === 'overdue' ? '<' : '<=', dayAfter(now(), due === 'week' ? 7 : 0))
          .where('document_state', 'not in', ['approved', 'archived']);
      }
    }
    const { by, direction } = sort ?? { by: 'updated_on', direction: 'desc' };
    const ordered = documents
      .select('documents.id')
      .$if(by === 'due_on', (dated) => dated.orderBy(isDone).orderBy(sql`due_on is null`))
      .orderBy(orderings[by], direction)
      .orderBy('documents.id', direction);

    if (found !== null) {
      // What matches is often most of what there is: no list of ids goes through a query.
      const rows = replica.all(sort === undefined ? documents.select('documents.id') : ordered);
      const ids = rows.map(({ id }) => id);
      const matching = sort === undefined ? commonTo(found, ids) : commonTo(ids, found);
      const documentIds = matching.slice(offset, offset + limit);
      return { documentIds, total: matching.length, conflicted };
    }
    const total = count(documents);
    const rows = replica.all(ordered.limit(limit).offset(offset));
    return { documentIds: rows.map(({ id }) => id), total, conflicted };
  };

  function count(documents: SelectQueryBuilder<ReplicaTables, 'documents', object>): number {
    return replica.first(documents.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  }
}

/** The ids that stand in both lists, in the order of the first. */
function commonTo(ids: readonly Id[], others: readonly Id[]): readonly Id[] {
  const known = new Set(others);
  return ids.filter((id) => known.has(id));
}

const summary = (column: 'words' | 'machine_share'): RawBuilder<number> =>
  sql<number>`(select ${sql.ref(column)} from document_summaries where document_summaries.id = documents.id)`;

/** What is done is due no more. */
const isDone = sql`document_state in ('approved', 'archived')`;

/** What each order goes by. States come in the order of a document's way. */
const orderings: Readonly<Record<DocumentSort, RawBuilder<unknown>>> = {
  updated_on: sql`updated_on`,
  created_on: sql`created_on`,
  due_on: sql`due_on`,
  document_name: sql`document_name collate nocase`,
  document_state: sql`instr(${sql.lit(documentStates.join(' '))}, document_state)`,
  sponsor_name: sql`(select search_text from users where users.id = documents.created_by)`,
  editor_name: sql`(select search_text from users where users.id = ${presentEditor})`,
  words: summary('words'),
  machine_share: summary('machine_share'),
};

/** The day it will be in UTC. */
function dayAfter(nowMs: number, days: number): string {
  return new Date(nowMs + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}
