import type { Id } from '../../contract/domain.ts';
import { compiledOnce, createQueryBuilder, type Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import { objectList, parseJson, textOr } from './field-readers.ts';

const drafted = createQueryBuilder<ReplicaTables>()
  .selectFrom('revisions')
  .innerJoin('autodocs', 'autodocs.id', 'revisions.autodoc_id')
  .where('autodoc_state', '!=', 'queued');
const isQueued = 'queued';
const textsOf = compiledOnce(
  drafted.select(['autodoc_body', 'candidates']).where('revisions.document_id', '=', ''),
);
const draftedBy = compiledOnce(
  drafted
    .select('revisions.document_id')
    .where((eb) => eb.or([eb('revisions.id', '=', ''), eb('revisions.autodoc_id', '=', '')])),
);

/** What models wrote for a document so far, candidates included. */
export function draftTextsOf(
  replica: Connection<ReplicaTables>,
  documentId: Id,
): readonly string[] {
  return replica
    .all(textsOf(isQueued, documentId))
    .flatMap(({ autodoc_body, candidates }) => [
      autodoc_body,
      ...objectList(parseJson(candidates)).map((candidate) => textOr(candidate.autodoc_body, '')),
    ]);
}

/** The documents that an autodoc, or a revision's autodoc, was written for. */
export function documentsDraftedBy(
  replica: Connection<ReplicaTables>,
  entity: string,
  entityId: Id,
): readonly Id[] {
  if (entity !== 'autodoc' && entity !== 'revision') return [];
  return replica.all(draftedBy(isQueued, entityId, entityId)).map((row) => row.document_id);
}
