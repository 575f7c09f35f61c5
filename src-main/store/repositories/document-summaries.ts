import { sql } from 'kysely';
import type { DocumentState, DocumentSummary, Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import { presentEditor } from './present-editor.ts';

/** As long as the excerpt of a body. */
const excerptLength = 200;

/** A page of a list must not carry whole texts. */
const opening = (column: string) =>
  sql<string>`substr(${sql.ref(column)}, 1, ${sql.lit(excerptLength)})`;

/** What a list shows of documents, in the order of their ids as they are given. */
export function createDocumentSummaries(
  replica: Connection<ReplicaTables>,
): (documentIds: readonly Id[]) => readonly DocumentSummary[] {
  const latestDraft = sql<string | null>`(
    select ${opening('autodocs.autodoc_body')}
    from revisions join autodocs on autodocs.id = revisions.autodoc_id
    where revisions.document_id = documents.id and autodocs.autodoc_state = 'done'
    order by autodocs.id desc limit 1
  )`;
  const openComments = sql<number>`(
    select count(*) from comments
    where comments.document_id = documents.id and thread_id is null and resolved_on is null
      and removed_on is null and comments.document_state is null
  )`;
  const conflicts = sql<number>`(
    select count(*) from conflicts where conflicts.document_id = documents.id
  )`;
  const summaries = replica.query
    .selectFrom('documents')
    .innerJoin('document_summaries', 'document_summaries.id', 'documents.id')
    .leftJoin('users as sponsor', 'sponsor.id', 'documents.created_by')
    .leftJoin('users as editor', (join) => join.on('editor.id', '=', presentEditor))
    .select([
      'documents.id',
      'document_name',
      'documents.document_state',
      'folder',
      'tags',
      opening('brief').as('brief'),
      'due_on',
      'target_words',
      'documents.created_by',
      'documents.created_on',
      'updated_on',
      'trashed_on',
      'excerpt',
      'words',
      'machine_share',
      'sponsor.name as sponsor_name',
      'editor.name as editor_name',
      presentEditor.as('editor_id'),
      latestDraft.as('draft_excerpt'),
      openComments.as('open_comments'),
      conflicts.as('conflicts'),
    ]);

  return (documentIds) => {
    const rows = new Map(
      replica.all(summaries.where('documents.id', 'in', documentIds)).map((row) => [row.id, row]),
    );
    return documentIds
      .map((id) => rows.get(id))
      .filter((row) => row !== undefined)
      .map((row) => ({
        ...row,
        // The projection lets no other state into the table, and writes `tags` itself.
        document_state: row.document_state as DocumentState,
        tags: JSON.parse(row.tags) as readonly string[],
        sponsor_name: row.sponsor_name ?? '',
      }));
  };
}
