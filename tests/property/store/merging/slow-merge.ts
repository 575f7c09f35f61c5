import type { MergeRegion } from '../../../../src-main/contract/conflicts.ts';

/*
 * The same again, slow and plain: what a merge must come to, told without the code that merges.
 */

/** How many pieces two lists have in common at most, in order: by the whole table. */
export function longestCommon(one: readonly string[], other: readonly string[]): number {
  let row = new Array<number>(other.length + 1).fill(0);
  for (const piece of one) {
    const next = [0];
    for (const [index, candidate] of other.entries()) {
      next.push(piece === candidate ? row[index]! + 1 : Math.max(row[index + 1]!, next[index]!));
    }
    row = next;
  }
  return row.at(-1)!;
}

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function applied(base: string, edits: readonly Edit[]): string {
  return edits.reduceRight(
    (text, { start, end, text: put }) => text.slice(0, start) + put + text.slice(end),
    base,
  );
}

/**
 * The merge of two lists of edits, place by place: every character of the base and every gap
 * beside one is a place, an edit holds those from its first gap to its last, and places in a row
 * that anybody holds are decided together.
 */
export function mergedByPlaces(
  base: string,
  ours: readonly Edit[],
  theirs: readonly Edit[],
): readonly MergeRegion[] {
  const holds = (edits: readonly Edit[], place: number): boolean =>
    edits.some(({ start, end }) => 2 * start <= place && place <= 2 * end);
  const regions: MergeRegion[] = [];
  for (let place = 0; place <= 2 * base.length;) {
    const isHeld = (at: number): boolean => holds(ours, at) || holds(theirs, at);
    if (!isHeld(place)) {
      if (place % 2 === 1) regions.push({ kind: 'merged', text: base[(place - 1) / 2]! });
      place += 1;
      continue;
    }
    let last = place;
    while (last < 2 * base.length && isHeld(last + 1)) last += 1;
    const [start, end] = [place / 2, last / 2];
    const within = (edits: readonly Edit[]): string =>
      applied(
        base.slice(start, end),
        edits
          .filter((edit) => edit.start >= start && edit.end <= end)
          .map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start })),
      );
    const [was, one, other] = [base.slice(start, end), within(ours), within(theirs)];
    if (one === other || other === was) regions.push({ kind: 'merged', text: one });
    else if (one === was) regions.push({ kind: 'merged', text: other });
    else regions.push({ kind: 'choice', base: was, ours: one, theirs: other });
    place = last + 1;
  }
  return regions;
}
