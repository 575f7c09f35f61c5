import { sql } from 'kysely';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { ChangeReader } from '../log/change-log.ts';
import { libraryAccounts } from '../projection/entities.ts';
import { hasRightRival } from './find-switch.ts';
import type { JudgingRoom } from './judging-room.ts';

/**
 * Tells whether somebody switched accounts on a second time, elsewhere, or put a switch into the
 * log that could have been the first. The log is read only when there is another one in it.
 */
export function createRivalWatch(
  replica: Connection<ReplicaTables>,
  log: ChangeReader,
  { room }: { readonly room: JudgingRoom },
): () => boolean {
  const { query } = replica;
  let answered: { readonly switches: number; readonly hasRival: boolean } | null = null;
  return () => {
    const { switches } = replica.first(
      query
        .selectFrom('changes')
        .select(sql<number>`count(*)`.as('switches'))
        .where('entity', '=', 'library')
        .where('entity_id', '=', room.libraryId)
        .where('field', '=', libraryAccounts),
    )!;
    if (switches < 2) return false;
    if (answered?.switches !== switches) {
      answered = { switches, hasRival: replica.read(() => hasRightRival(log, room)) };
    }
    return answered.hasRival;
  };
}
