import { formatCount } from './count-words.ts';

/** How many versions of a text there are, with those that stand beside it: `2 versions`. */
export function versionCount(conflicts: number): string {
  return `${formatCount(conflicts + 1)} versions`;
}

/** How many documents have versions that stand side by side: `2 to decide`. */
export function toDecide(documents: number): string {
  return `${formatCount(documents)} to decide`;
}

/** What that means. */
export const toDecideMeaning = 'Documents with versions side by side that did not merge';
