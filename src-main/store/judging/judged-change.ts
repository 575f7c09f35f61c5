import type { Id } from '../../contract/domain.ts';
import type { JsonValue } from '../log/change.ts';

/** A change as far as judging it asks. */
export interface JudgedChange {
  readonly id: Id;
  readonly hlc: string;
  readonly actor_id: Id;
  readonly replica_id: Id;
  readonly entity: string;
  readonly entity_id: Id;
  readonly field: string;
  readonly sha256: Uint8Array;
  readonly signature: Uint8Array | null;
  /** What it sets; undefined where that is not known here. Decoded when asked for. */
  readonly value: () => JsonValue | undefined;
}
