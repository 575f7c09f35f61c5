import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables, StateTables } from '../database/schema.ts';
import { createCheckedSignatures, type CheckedSignatures } from './checked-signatures.ts';
import { readPin, type PinnedSwitch } from './switch-pin.ts';

/** What judging a log knows beside the log. */
export interface JudgingRoom {
  readonly libraryId: Id;
  /**
   * The one change that this machine takes for the switching on of accounts, from the first time
   * that it heard of one; null before that. A log cannot prove which of two came first.
   */
  readonly pinnedSwitch: () => PinnedSwitch | null;
  readonly signatures: CheckedSignatures;
}

/** Signatures that were checked are remembered in `state`; in memory alone where it is null. */
export function createJudgingRoom(
  replica: Connection<ReplicaTables>,
  state: Connection<StateTables> | null,
  libraryId: Id,
): JudgingRoom {
  return {
    libraryId,
    pinnedSwitch: () => readPin(replica),
    signatures: createCheckedSignatures(state),
  };
}
