import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import { readIdentity } from '../library-identity.ts';
import { libraryAccounts } from '../projection/entities.ts';
import { parseJson, objectOrEmpty } from '../projection/field-readers.ts';
import type { EntityHistory } from '../projection/fold.ts';

/** The change that a machine takes for the one that switched accounts on. */
export interface PinnedSwitch {
  readonly change_id: Id;
  /**
   * False for one of this machine's own that nobody else has seen yet: another's that is in the
   * team file by now came first, and takes its place.
   */
  readonly is_shared: boolean;
}

/** In `meta`, beside the log that it is about, and never shared: each machine has its own. */
const key = 'accounts_switch';

export function readPin(replica: Connection<ReplicaTables>): PinnedSwitch | null {
  const { query } = replica;
  const row = replica.first(query.selectFrom('meta').select('value').where('key', '=', key));
  const { change_id, is_shared } = objectOrEmpty(parseJson(row?.value ?? null));
  return typeof change_id === 'string' ? { change_id, is_shared: is_shared === true } : null;
}

/** Inside a transaction only. */
export function writePin(replica: Connection<ReplicaTables>, pin: PinnedSwitch): void {
  replica.run(replica.query.replaceInto('meta').values({ key, value: JSON.stringify({ ...pin }) }));
}

/**
 * Pins the change that switched accounts on, where one that came from elsewhere counts by now.
 * `library`: what the log has of a library that counts. Inside a transaction only.
 */
export function pinWhatCounts(replica: Connection<ReplicaTables>, library: EntityHistory): void {
  if (library.id !== readIdentity(replica).library_id) return;
  const counting = library.changes.find(({ field }) => field === libraryAccounts);
  if (counting === undefined || readPin(replica)?.change_id === counting.id) return;
  writePin(replica, { change_id: counting.id, is_shared: true });
}

/**
 * Says that others have the change that switched accounts on here, if one did: whatever is put
 * into the log from now on takes its place no more.
 */
export function keepSharedSwitch(replica: Connection<ReplicaTables>): void {
  const pin = readPin(replica);
  if (pin === null || pin.is_shared) return;
  replica.write(() => {
    writePin(replica, { ...pin, is_shared: true });
  });
}
