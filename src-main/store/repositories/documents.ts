import type { DocumentPage } from '../../contract/channels.ts';
import type { Document, DocumentState, DocumentSummary, Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { DocumentSummariesTable, DocumentsTable, ReplicaTables } from '../database/schema.ts';
import type { ChangeReader } from '../log/change-log.ts';
import { headsOf } from '../projection/fold.ts';
import { findPassage } from '../state/passage.ts';
import type { FullTextIndex } from '../state/full-text-index.ts';
import { searchWords } from '../state/search-query.ts';
import type { DocumentQuery, LibraryStore } from '../types.ts';

export function createDocuments(
  replica: Connection<ReplicaTables>,
  log: ChangeReader,
  index: FullTextIndex,
): LibraryStore['documents'] {
  const { query } = replica;

  const summaries = query
    .selectFrom('documents')
    .innerJoin('document_summaries', 'document_summaries.id', 'documents.id')
    .select([
      'documents.id',
      'document_name',
      'document_state',
      'folder',
      'tags',
      'brief',
      'due_on',
      'created_by',
      'created_on',
      'updated_on',
      'trashed_on',
      'excerpt',
      'words',
    ]);

  return {
    get(documentId) {
      const row = replica.first(
        query.selectFrom('documents').selectAll().where('id', '=', documentId),
      );
      return row === undefined ? null : toDocument(row);
    },

    headVersionIds: (documentId) =>
      headsOf(
        log.history('document', documentId).filter((change) => change.field === 'document_body'),
      )
        .map((change) => change.id)
        .reverse(),

    list: (options) =>
      replica.read(() => (options.query.trim() === '' ? listAll(options) : search(options))),
  };

  function listAll({ place, offset, limit }: DocumentQuery): DocumentPage {
    const isThere = place === 'trash' ? 'is not' : 'is';
    const { total } = replica.first(
      query
        .selectFrom('documents')
        .select((eb) => eb.fn.countAll<number>().as('total'))
        .where('trashed_on', isThere, null),
    ) ?? { total: 0 };
    const rows = replica.all(
      summaries
        .where('trashed_on', isThere, null)
        .orderBy('updated_on', 'desc')
        .orderBy('documents.id', 'desc')
        .limit(limit)
        .offset(offset),
    );
    return { documents: rows.map(toSummary), total };
  }

  function search(options: DocumentQuery): DocumentPage {
    const found = index.search(options);
    const rows = new Map(
      replica
        .all(summaries.where('documents.id', 'in', found.documentIds))
        .map((row) => [row.id, row]),
    );
    const words = searchWords(options.query);
    const documents = found.documentIds
      .map((id) => rows.get(id))
      .filter((row) => row !== undefined)
      .map((row) => toSummary({ ...row, excerpt: passageIn(row.id, words) ?? row.excerpt }));
    return { documents, total: found.total };
  }

  /** The passage a document was found by: of its body, else of the newest draft that has one. */
  function passageIn(documentId: Id, words: readonly string[]): string | null {
    const body = replica.first(
      query.selectFrom('documents').select('document_body').where('id', '=', documentId),
    );
    const inBody = findPassage(body?.document_body ?? '', words);
    if (inBody !== null) return inBody;
    const drafts = replica.each(
      query
        .selectFrom('autodocs')
        .innerJoin('revisions', 'revisions.autodoc_id', 'autodocs.id')
        .select('autodoc_body')
        .where('document_id', '=', documentId)
        .orderBy('autodocs.created_on', 'desc')
        .orderBy('autodocs.id', 'desc'),
    );
    for (const draft of drafts) {
      const passage = findPassage(draft.autodoc_body, words);
      if (passage !== null) return passage;
    }
    return null;
  }
}

/** The projection lets no other state into the table, and writes `tags` itself. */
function fromColumns(row: Pick<DocumentsTable, 'document_state' | 'tags'>) {
  return {
    document_state: row.document_state as DocumentState,
    tags: JSON.parse(row.tags) as readonly string[],
  };
}

function toDocument(row: DocumentsTable): Document {
  return { ...row, ...fromColumns(row) };
}

function toSummary(
  row: Omit<DocumentsTable, 'document_body'> & DocumentSummariesTable,
): DocumentSummary {
  return { ...row, ...fromColumns(row) };
}
