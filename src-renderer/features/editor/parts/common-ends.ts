import type { Text } from '@codemirror/state';

/**
 * The one change between two texts that leaves their common beginning and end alone, so that
 * a cursor in either of them stays where it is.
 */
export function commonEnds(
  before: Text,
  after: Text,
): { readonly from: number; readonly to: number; readonly insert: Text } {
  const one = before.toString();
  const other = after.toString();
  const shorter = Math.min(one.length, other.length);
  let from = 0;
  while (from < shorter && one[from] === other[from]) from++;
  let tail = 0;
  while (tail < shorter - from && one.at(-1 - tail) === other.at(-1 - tail)) tail++;
  return { from, to: one.length - tail, insert: after.slice(from, after.length - tail) };
}
