/** All runs of `n` neighbours, in order, as keys; none where there are fewer items. */
export function ngramsOf(items: readonly (string | number)[], n: number): string[] {
  const count = Math.max(0, items.length - n + 1);
  return Array.from({ length: count }, (_, start) => items.slice(start, start + n).join());
}
