import type { Id } from '../../contract/domain.ts';
import type { Refusal } from '../judging/judge.ts';
import type { ChangeNode } from '../log/change.ts';

/** What came of an entity from elsewhere, and how it was judged. */
export interface Arrival {
  readonly entity: string;
  readonly entityId: Id;
  /** Those that are new here, or have a value now. In the log by now. */
  readonly changes: readonly ChangeNode[];
  /** Of all its changes, those that do not count from now on, and why. */
  readonly refused: ReadonlyMap<Id, Refusal>;
  /** Refused until now. */
  readonly cleared: readonly Id[];
  /** Whether changes that were here before are among them. */
  readonly areOldOnesRejudged: boolean;
  /** Whether changes that were here before have a value now. */
  readonly areOldOnesFilled: boolean;
}
