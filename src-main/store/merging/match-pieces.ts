import { diffArrays } from 'diff';

/** Pieces of one list that became pieces of another: places in both, the ends exclusive. */
export interface Hunk {
  readonly fromStart: number;
  readonly fromEnd: number;
  readonly toStart: number;
  readonly toEnd: number;
}

interface Matched {
  readonly hunks: readonly Hunk[];
  /** How many pieces were taken out and put in, or the bound where there were more. */
  readonly editLength: number;
  /** Whether it was more than the bound, and all of it is one hunk. */
  readonly isWhole: boolean;
}

/**
 * The fewest pieces to take out and put in, the common start and end left alone. Where that is
 * more than `bound`, everything between the two is one hunk.
 */
export function matchPieces(
  from: readonly string[],
  to: readonly string[],
  bound: number,
): Matched {
  const shorter = Math.min(from.length, to.length);
  let head = 0;
  while (head < shorter && from[head] === to[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && from.at(-1 - tail) === to.at(-1 - tail)) tail += 1;
  const all = {
    ...{ fromStart: head, fromEnd: from.length - tail },
    ...{ toStart: head, toEnd: to.length - tail },
  };
  const isOneSided = all.fromStart === all.fromEnd || all.toStart === all.toEnd;
  if (isOneSided) return { hunks: isEmpty(all) ? [] : [all], editLength: 0, isWhole: false };
  const [one, other] = numbered(from.slice(head, all.fromEnd), to.slice(head, all.toEnd));
  const parts = diffArrays(one, other, { maxEditLength: bound });
  if (parts === undefined) return { hunks: [all], editLength: bound, isWhole: true };

  const hunks: Hunk[] = [];
  let editLength = 0;
  let hunk: Hunk = { fromStart: head, fromEnd: head, toStart: head, toEnd: head };
  for (const { removed, added, count } of parts) {
    if (removed) hunk = { ...hunk, fromEnd: hunk.fromEnd + count };
    else if (added) hunk = { ...hunk, toEnd: hunk.toEnd + count };
    else {
      if (!isEmpty(hunk)) hunks.push(hunk);
      const [fromAt, toAt] = [hunk.fromEnd + count, hunk.toEnd + count];
      hunk = { fromStart: fromAt, fromEnd: fromAt, toStart: toAt, toEnd: toAt };
    }
    if (removed || added) editLength += count;
  }
  if (!isEmpty(hunk)) hunks.push(hunk);
  return { hunks: slid(hunks, from, to), editLength, isWhole: false };
}

/**
 * The same for long lists whose pieces are mostly there once, as lines are: those that are there
 * once in both, as many as stand in the same order, are matched first ("patience" matching), so
 * that a thousand small changes cost a thousand times little.
 */
export function matchByUnique(
  from: readonly string[],
  to: readonly string[],
  bound: number,
): readonly Hunk[] {
  const hunks: Hunk[] = [];
  let [fromAt, toAt] = [0, 0];
  for (const [fromNext, toNext] of [...anchors(from, to), [from.length, to.length] as const]) {
    const gap = matchPieces(from.slice(fromAt, fromNext), to.slice(toAt, toNext), bound);
    for (const { fromStart, fromEnd, toStart, toEnd } of gap.hunks) {
      hunks.push({
        ...{ fromStart: fromAt + fromStart, fromEnd: fromAt + fromEnd },
        ...{ toStart: toAt + toStart, toEnd: toAt + toEnd },
      });
    }
    [fromAt, toAt] = [fromNext + 1, toNext + 1];
  }
  return slid(hunks, from, to);
}

/**
 * What was only put in, or only taken out, as late as it may have been: of "a, b" that became
 * "a, b, b" either could be the new one, and two who did the same must be seen to have done the
 * same.
 */
function slid(
  hunks: readonly Hunk[],
  from: readonly string[],
  to: readonly string[],
): readonly Hunk[] {
  const moved: Hunk[] = [];
  for (const hunk of hunks.toReversed()) {
    let { fromStart, fromEnd, toStart, toEnd } = hunk;
    const isPutIn = fromStart === fromEnd;
    if (isPutIn || toStart === toEnd) {
      // At least a piece stays between this and the next.
      const limit = (moved.at(-1)?.fromStart ?? from.length + 1) - 1;
      while (fromEnd < limit && from[fromEnd] === (isPutIn ? to[toStart] : from[fromStart])) {
        [fromStart, fromEnd] = [fromStart + 1, fromEnd + 1];
        [toStart, toEnd] = [toStart + 1, toEnd + 1];
      }
    }
    moved.push({ fromStart, fromEnd, toStart, toEnd });
  }
  return moved.reverse();
}

/** Places of what is there once in both: the longest row of them that rises in both. */
function anchors(
  from: readonly string[],
  to: readonly string[],
): readonly (readonly [number, number])[] {
  const places = placesOfUnique(to);
  const pairs = [...placesOfUnique(from)].flatMap(([piece, place]) => {
    const other = places.get(piece);
    return other === undefined ? [] : [[place, other] as const];
  });
  pairs.sort(([one], [other]) => one - other);

  // Of rows of each length the one that ends earliest in `to`, as the last pair of each.
  const ends: number[] = [];
  const before = new Int32Array(pairs.length);
  for (const [index, [, toPlace]] of pairs.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]!]![1] < toPlace) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : ends[low - 1]!;
    ends[low] = index;
  }
  const row: (readonly [number, number])[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index]!) row.push(pairs[index]!);
  return row.reverse();
}

function placesOfUnique(pieces: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [place, piece] of pieces.entries()) {
    if (places.has(piece)) repeated.add(piece);
    else places.set(piece, place);
  }
  for (const piece of repeated) places.delete(piece);
  return places;
}

function isEmpty({ fromStart, fromEnd, toStart, toEnd }: Hunk): boolean {
  return fromStart === fromEnd && toStart === toEnd;
}

/** Comparing is what matching does most, and numbers compare fastest. */
function numbered(
  from: readonly string[],
  to: readonly string[],
): readonly [from: number[], to: number[]] {
  const known = new Map<string, number>();
  const numberOf = (piece: string): number => {
    let number = known.get(piece);
    if (number === undefined) known.set(piece, (number = known.size));
    return number;
  };
  return [from.map(numberOf), to.map(numberOf)];
}
