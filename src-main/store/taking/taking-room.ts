import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { ChangeReader, ChangeWriter } from '../log/change-log.ts';
import type { Id } from '../../contract/domain.ts';
import type { Projector } from '../projection/projector.ts';
import type { ReplicaIds } from '../state/replica-ids.ts';

/** What taking reads and writes with. */
export interface TakingRoom {
  readonly libraryId: Id;
  readonly replica: Connection<ReplicaTables>;
  readonly log: ChangeReader & ChangeWriter;
  readonly projector: Projector;
  readonly replicaIds: ReplicaIds;
  readonly newId: () => Id;
}
