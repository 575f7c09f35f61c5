import type { Id } from '../../contract/domain.ts';
import type { JsonValue } from '../log/change.ts';
import type { BareChange } from '../log/change-log.ts';
import { integerOrNull, objectOrEmpty } from '../projection/field-readers.ts';
import { compareInOrder } from './field-history.ts';

/*
 * The value of the change that switches accounts on says what was in the log by then, for all of
 * that counts unsigned and nothing else does: the beginnings of the changes' hashes, sorted, one
 * after the other in base64. Numbers of replicas alone (`seen`, which older libraries have) would
 * let in a change that uses a replica's name and one of its numbers once more.
 */

/** Of each hash's 32 bytes: to find another change with the same beginning is out of reach. */
const bytesOfHash = 16;

type Placed = Pick<BareChange, 'id' | 'hlc' | 'replica_id' | 'seq' | 'sha256'>;

/** What was in the log when accounts were switched on. */
export interface There {
  has(change: Placed): boolean;
  /** How many changes that is; null where an older library does not say. */
  readonly count: number | null;
}

/** What `there` says of these changes. */
export function thereValue(changes: Iterable<{ readonly sha256: Uint8Array }>): string {
  const hashes = [...changes].map(({ sha256 }) => Buffer.from(sha256.subarray(0, bytesOfHash)));
  return Buffer.concat(hashes.sort((one, other) => Buffer.compare(one, other))).toString('base64');
}

/** What was there, by the value of the change that switched accounts on. */
export function readThere(
  value: JsonValue | undefined,
  switchedOn: { readonly id: Id; readonly hlc: string },
): There {
  const { there, seen } = objectOrEmpty(value);
  const hashes = typeof there === 'string' ? Buffer.from(there, 'base64').toString('latin1') : null;
  if (hashes === null) {
    const lastSeqs = objectOrEmpty(seen);
    const has = (change: Placed): boolean =>
      compareInOrder(change, switchedOn) < 0 &&
      change.seq <= (integerOrNull(lastSeqs[change.replica_id]) ?? 0);
    return { has, count: null };
  }
  const known = new Set<string>();
  for (let at = 0; at + bytesOfHash <= hashes.length; at += bytesOfHash) {
    known.add(hashes.slice(at, at + bytesOfHash));
  }
  return {
    has: ({ sha256 }) => known.has(Buffer.from(sha256.subarray(0, bytesOfHash)).toString('latin1')),
    count: known.size,
  };
}
