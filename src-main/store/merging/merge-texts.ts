import type { MergeRegion } from '../../contract/conflicts.ts';
import { blockEdits, editsBetween, type TextEdit } from './text-edits.ts';
import { isBlank } from './tokenise.ts';

/**
 * Merges two texts that were made of the same one, by words (diff3, after Khanna, Kunal and
 * Pierce, "A Formal Investigation of Diff3", 2007): what one side changed is taken, what both
 * changed alike is one change, and where they changed the same words, or words that touch,
 * there is a choice. With the sides swapped the same comes out, with the sides of its choices
 * swapped. `base` is empty where nothing is known that both were made of.
 */
export function mergeTexts(base: string, ours: string, theirs: string): readonly MergeRegion[] {
  const regions: MergeRegion[] = [];
  const merged = (text: string): void => {
    const last = regions.at(-1);
    if (text === '') return;
    if (last?.kind === 'merged') regions.splice(-1, 1, { ...last, text: last.text + text });
    else regions.push({ kind: 'merged', text });
  };
  let at = 0;
  for (const { start, end, ...edits } of touching(
    editsBetween(base, ours),
    editsBetween(base, theirs),
  )) {
    merged(base.slice(at, start));
    at = end;
    const was = base.slice(start, end);
    const [one, other] = [
      edited(edits.ours, base, start, end),
      edited(edits.theirs, base, start, end),
    ];
    if (edits.theirs.length === 0 || one === other) merged(one);
    else if (edits.ours.length === 0) merged(other);
    else if (was === '') for (const region of bothAdded(one, other)) addRegion(region);
    else addRegion({ kind: 'choice', base: was, ours: one, theirs: other });
  }
  merged(base.slice(at));
  return regions;

  function addRegion(region: MergeRegion): void {
    if (region.kind === 'merged') merged(region.text);
    else joinChoices(regions, region);
  }
}

/** The text that a merge comes to; null where there is something to choose. */
export function mergedText(regions: readonly MergeRegion[]): string | null {
  if (regions.some(({ kind }) => kind === 'choice')) return null;
  return textOfRegions(regions, 'ours');
}

/** The whole text with the same side of every choice. */
export function textOfRegions(
  regions: readonly MergeRegion[],
  side: 'base' | 'ours' | 'theirs',
): string {
  return regions.map((region) => (region.kind === 'merged' ? region.text : region[side])).join('');
}

interface TouchingEdits {
  readonly start: number;
  readonly end: number;
  readonly ours: readonly TextEdit[];
  readonly theirs: readonly TextEdit[];
}

/** The edits of both sides, those together that overlap or touch. */
function* touching(
  ours: readonly TextEdit[],
  theirs: readonly TextEdit[],
): Generator<TouchingEdits> {
  let [one, other] = [0, 0];
  while (one < ours.length || other < theirs.length) {
    const [firstOne, firstOther] = [one, other];
    const start = Math.min(ours[one]?.start ?? Infinity, theirs[other]?.start ?? Infinity);
    let end = start;
    for (;;) {
      if (one < ours.length && ours[one]!.start <= end) {
        end = Math.max(end, ours[one]!.end);
        one += 1;
      } else if (other < theirs.length && theirs[other]!.start <= end) {
        end = Math.max(end, theirs[other]!.end);
        other += 1;
      } else break;
    }
    yield {
      ...{ start, end },
      ours: ours.slice(firstOne, one),
      theirs: theirs.slice(firstOther, other),
    };
  }
}

/** A piece of the base as one side has it. */
function edited(edits: readonly TextEdit[], base: string, start: number, end: number): string {
  let text = '';
  let at = start;
  for (const edit of edits) {
    text += base.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + base.slice(at, end);
}

/** Two texts at the same place: whole lines that both have are no choice. */
function bothAdded(ours: string, theirs: string): readonly MergeRegion[] {
  // Which lines are matched where several could be depends on the order: it must not on the side.
  if (theirs < ours) return bothAdded(theirs, ours).map(swapped);
  const regions: MergeRegion[] = [];
  let at = 0;
  for (const { start, end, text } of blockEdits(ours, theirs)) {
    if (start > at) regions.push({ kind: 'merged', text: ours.slice(at, start) });
    regions.push({ kind: 'choice', base: '', ours: ours.slice(start, end), theirs: text });
    at = end;
  }
  if (at < ours.length) regions.push({ kind: 'merged', text: ours.slice(at) });
  return regions;
}

function swapped(region: MergeRegion): MergeRegion {
  return region.kind === 'merged'
    ? region
    : { ...region, ours: region.theirs, theirs: region.ours };
}

/** Adds a choice; to the one before it where only white space parts them, for people's sake. */
function joinChoices(regions: MergeRegion[], choice: MergeRegion & { readonly kind: 'choice' }) {
  const between = regions.at(-1);
  const before = between?.kind === 'choice' ? between : regions.at(-2);
  const gap = between?.kind === 'merged' ? between.text : '';
  if (before?.kind !== 'choice' || !isBlank(gap) || gap.includes('\n')) {
    regions.push(choice);
    return;
  }
  regions.splice(between === before ? -1 : -2, Infinity, {
    kind: 'choice',
    base: before.base + gap + choice.base,
    ours: before.ours + gap + choice.ours,
    theirs: before.theirs + gap + choice.theirs,
  });
}
