/** Bytes per second over the last few seconds. */
export interface Speed {
  /** @param bytes received in all until now */
  measure(bytes: number): number | null;
}

const windowMs = 5_000;
/** Before that a figure would jump about. */
const leastMs = 500;

/** @param now milliseconds, of no particular beginning */
export function createSpeed(now: () => number): Speed {
  const seen: { readonly at: number; readonly bytes: number }[] = [];
  return {
    measure(bytes) {
      const at = now();
      const last = seen.at(-1);
      // A file that is begun anew takes bytes away: what was measured before says nothing then.
      if (last !== undefined && bytes < last.bytes) seen.length = 0;
      if (last === undefined || at - last.at >= leastMs / 5) seen.push({ at, bytes });
      while (seen.length > 1 && at - seen[0]!.at > windowMs) seen.shift();
      const [first] = seen;
      const elapsed = first === undefined ? 0 : at - first.at;
      return first === undefined || elapsed < leastMs
        ? null
        : ((bytes - first.bytes) * 1_000) / elapsed;
    },
  };
}
