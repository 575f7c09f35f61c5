import { V7Generator } from 'uuidv7';
import type { Id } from '../../contract/domain.ts';

/** Makes UUIDv7 ids, each after the last. `now` answers milliseconds since 1970. */
export function createIdSource(now: () => number): () => Id {
  const generator = new V7Generator();
  return () => generator.generateOrResetWithTs(now()).toString();
}

/**
 * When an id was made, on its maker's clock: UUIDv7 begins with 48 bits of milliseconds. An id
 * of another kind, from a damaged row, counts as made in 1970.
 */
export function timeOfId(id: Id): string {
  const milliseconds = parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return new Date(Number.isNaN(milliseconds) ? 0 : milliseconds).toISOString();
}
