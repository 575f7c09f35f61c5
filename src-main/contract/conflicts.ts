import type { Conflict, Id } from './domain.ts';

/*
 * Two people wrote at the same time. What merges by words is merged; a version that does not
 * merge stands beside the text until a person has decided.
 */

/** A piece of text: the same for both, merged from both, or one to choose. */
export type MergeRegion =
  | { readonly kind: 'merged'; readonly text: string }
  | {
      readonly kind: 'choice';
      /** What both started from. */
      readonly base: string;
      /** What the document's text has there. */
      readonly ours: string;
      /** What the version beside it has there. */
      readonly theirs: string;
    };

/** A conflict as it is decided: the whole text in pieces, in order. */
export interface ConflictView extends Conflict {
  readonly regions: readonly MergeRegion[];
  /** What a text that settles it is written on top of: save it with these as `base_version_ids`. */
  readonly base_version_ids: readonly Id[];
  /** How many more stand beside the text after this one. */
  readonly others: number;
}

/** Both sides of a choice, with a space or a line break between where they would run together. */
export function bothTexts({
  ours,
  theirs,
}: {
  readonly ours: string;
  readonly theirs: string;
}): string {
  if (ours === '' || theirs === '' || /\s$/.test(ours) || /^\s/.test(theirs)) return ours + theirs;
  return ours + ((ours + theirs).includes('\n') ? '\n' : ' ') + theirs;
}
