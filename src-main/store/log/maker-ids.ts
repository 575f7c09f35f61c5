import { createHash } from 'node:crypto';
import type { Id } from '../../contract/domain.ts';

/*
 * An id says who made what it names: its last eight digits are of a hash over the others and its
 * maker, a user or a machine's public key. Order in time is no proof of who was first, as a
 * clock says what whoever writes it likes: somebody who reads of a new document could claim it
 * with a change of an earlier time. By its id it is known whose it is.
 */

/** Where the hash begins in an id. The digits before it keep the order in which ids are made. */
const kept = 28;

/** An id that is its maker's, out of any. */
export function idMadeBy(maker: string, id: Id): Id {
  const start = id.slice(0, kept);
  return start + digitsFor(maker, start);
}

/** Ids of an earlier Autodoc, and those that are found again by what they name, are nobody's. */
export function isMadeBy(maker: string, id: Id): boolean {
  return id.slice(kept) === digitsFor(maker, id.slice(0, kept));
}

function digitsFor(maker: string, start: string): string {
  const hash = createHash('sha256').update(`autodoc-maker-1\n${start}\n${maker}`);
  return hash.digest('hex').slice(0, 8);
}
