import { V7Generator } from 'uuidv7';
import type { Id } from '../../contract/domain.ts';

/** A clock that was set back by more than this starts a new sequence of ids. */
const rollbackAllowanceMs = 10_000;

/** Makes UUIDv7 ids, each after the last. `now` answers milliseconds since 1970. */
export function createIdSource(now: () => number): () => Id {
  const generator = new V7Generator();
  return () => generator.generateOrResetCore(now(), rollbackAllowanceMs).toString();
}

/** When an id was made, on its maker's clock: UUIDv7 begins with 48 bits of milliseconds. */
export function timeOfId(id: Id): string {
  return new Date(parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toISOString();
}
