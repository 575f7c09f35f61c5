import { sql, type RawBuilder } from 'kysely';
import type { Id } from '../../contract/domain.ts';

/**
 * Who is retained for the document of the enclosing query now: the last of the retentions that
 * have not ended, where two machines retained somebody at once.
 */
export const presentEditor: RawBuilder<Id | null> = sql<Id | null>`(
  select editor_id from retentions
  where retentions.document_id = documents.id and retentions.ended_on is null
  order by retentions.id desc limit 1
)`;

/** Whether a user is the one. Asked first is the index of their retentions, which are few. */
export const isPresentEditor = (userId: Id): RawBuilder<boolean> => sql<boolean>`(
  +documents.id in (
    select document_id from retentions where editor_id = ${userId} and ended_on is null
  ) and ${presentEditor} = ${userId}
)`;
