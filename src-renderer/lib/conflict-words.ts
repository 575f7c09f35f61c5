import { formatCount } from './count-words.ts';

/** How many versions of a text there are, with those that stand beside it: `2 versions`. */
export function versionCount(conflicts: number): string {
  return `${formatCount(conflicts + 1)} versions`;
}
