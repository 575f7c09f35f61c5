import type {
  Document,
  DocumentNote,
  DocumentState,
  DocumentSummary,
  Id,
} from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { DocumentsTable, ReplicaTables } from '../database/schema.ts';
import { headVersions } from '../projection/document-versions.ts';
import type { Projector } from '../projection/projector.ts';
import { findPassage } from '../state/passage.ts';
import type { FullTextIndex } from '../state/full-text-index.ts';
import { searchWords } from '../state/search-query.ts';
import type { DocumentQuery, LibraryStore } from '../types.ts';
import { createDocumentSelection } from './document-selection.ts';
import { createDocumentSummaries } from './document-summaries.ts';

export function createDocuments(
  replica: Connection<ReplicaTables>,
  projector: Projector,
  index: FullTextIndex,
  now: () => number,
): LibraryStore['documents'] {
  const { query } = replica;
  const select = createDocumentSelection(replica, now);
  const summaries = createDocumentSummaries(replica);

  return {
    get(documentId) {
      const row = replica.first(
        query.selectFrom('documents').selectAll().where('id', '=', documentId),
      );
      return row === undefined ? null : toDocument(row);
    },

    headVersionIds: (documentId) =>
      headVersions(projector.history('document', documentId))
        .map((change) => change.id)
        .reverse(),

    shownVersionIds(documentId) {
      const beside = replica.all(
        query.selectFrom('conflicts').select('id').where('document_id', '=', documentId),
      );
      return headVersions(projector.history('document', documentId))
        .map((change) => change.id)
        .filter((id) => !beside.some((conflict) => conflict.id === id))
        .reverse();
    },

    list: (options) =>
      replica.read(() => {
        const isSearch = options.query.trim() !== '';
        const isRanked = options.sort === undefined;
        const found = isSearch ? index.search({ ...options, isRanked }) : null;
        const { documentIds, ...counts } = select(options, found);
        const documents = summaries(documentIds);
        return { documents: isSearch ? withPassages(documents, options) : documents, ...counts };
      }),
  };

  function withPassages(
    documents: readonly DocumentSummary[],
    { query: words }: DocumentQuery,
  ): readonly DocumentSummary[] {
    const sought = searchWords(words);
    return documents.map((document) => ({
      ...document,
      excerpt: passageIn(document.id, sought) ?? document.excerpt,
    }));
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

/** The projection lets no other state into the table, and writes the JSON itself. */
function toDocument(row: DocumentsTable): Document {
  return {
    ...row,
    document_state: row.document_state as DocumentState,
    tags: JSON.parse(row.tags) as readonly string[],
    notes: JSON.parse(row.notes) as readonly DocumentNote[],
  };
}
