import { sql, type RawBuilder } from 'kysely';
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
      const isFound = sql<boolean>`documents.id in (select value from json_each(${JSON.stringify(found)}))`;
      // All at once: what was found is ranked or ordered as a whole, and counted on the way.
      const matching =
        sort === undefined
          ? inOrderOf(found, replica.all(documents.select('documents.id').where(isFound)))
          : replica.all(ordered.where(isFound)).map(({ id }) => id);
      return { documentIds: matching.slice(offset, offset + limit), total: matching.length };
    }
    const { total } = replica.first(
      documents.select((eb) => eb.fn.countAll<number>().as('total')),
    ) ?? { total: 0 };
    const rows = replica.all(ordered.limit(limit).offset(offset));
    return { documentIds: rows.map(({ id }) => id), total };
  };
}

function inOrderOf(ranked: readonly Id[], rows: readonly { readonly id: Id }[]): readonly Id[] {
  const matching = new Set(rows.map(({ id }) => id));
  return ranked.filter((id) => matching.has(id));
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
