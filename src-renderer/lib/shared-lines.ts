/** A line that two texts share: where it stands in the one and in the other. */
export type SharedLine = readonly [atBefore: number, atAfter: number];

/**
 * The lines that occur once in each text, as many as keep their order: what lies between two
 * of them can be compared by itself. Bram Cohen's patience diff; n log n for n lines.
 */
export function sharedLines(
  before: readonly string[],
  after: readonly string[],
): readonly SharedLine[] {
  const placesAfter = singlePlaces(after);
  const candidates: SharedLine[] = [];
  for (const [line, atBefore] of singlePlaces(before)) {
    const atAfter = placesAfter.get(line);
    if (atAfter !== undefined) candidates.push([atBefore, atAfter]);
  }
  candidates.sort(([one], [other]) => one - other);
  return longestRising(candidates);
}

/** Where each line stands that occurs once. */
function singlePlaces(lines: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  lines.forEach((line, place) => {
    if (places.has(line)) repeated.add(line);
    places.set(line, place);
  });
  for (const line of repeated) places.delete(line);
  return places;
}

/** The longest run of candidates, not necessarily neighbours, that rises in both texts. */
function longestRising(candidates: readonly SharedLine[]): readonly SharedLine[] {
  /** `ends[n]` ends the run of length n + 1 that leaves most room for more. */
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  const placeOf = (candidate: number): number => candidates[candidate]![1];

  candidates.forEach(([, place], candidate) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (placeOf(ends[middle]!) < place) low = middle + 1;
      else high = middle;
    }
    previous[candidate] = ends[low - 1];
    ends[low] = candidate;
  });

  const rising: SharedLine[] = [];
  for (let last = ends.at(-1); last !== undefined; last = previous[last]) {
    rising.push(candidates[last]!);
  }
  return rising.reverse();
}
