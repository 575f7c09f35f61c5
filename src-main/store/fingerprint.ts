import { createHash } from 'node:crypto';
import type { Id } from '../contract/domain.ts';
import type { Connection } from './database/connection.ts';
import type { ReplicaTables } from './database/schema.ts';
import { readPin } from './judging/switch-pin.ts';

/**
 * Sixteen hexadecimal digits in groups of four that two machines can compare by voice: of the
 * library, and of the change that switched accounts on, if one did.
 */
export function fingerprintOf(libraryId: Id, switchSha256: Uint8Array | null): string {
  const hash = createHash('sha256').update(`autodoc-fingerprint-1\n${libraryId}\n`);
  if (switchSha256 !== null) hash.update(switchSha256);
  const digits = hash.digest('hex').slice(0, 16);
  return (digits.match(/.{4}/g) ?? []).join(' ');
}

/** Of a library, by the switch that this machine goes by. */
export function fingerprintOfLibrary(replica: Connection<ReplicaTables>, libraryId: Id): string {
  const pin = readPin(replica);
  const change =
    pin === null
      ? undefined
      : replica.first(
          replica.query.selectFrom('changes').select('sha256').where('id', '=', pin.change_id),
        );
  return fingerprintOf(libraryId, change?.sha256 ?? null);
}
