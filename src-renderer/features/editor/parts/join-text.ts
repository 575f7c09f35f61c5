import type { Text } from '@codemirror/state';

/**
 * A draft as it fits between what stands before `from` and after `to`: no second space where
 * there is one, none at the start of a line, and one where two words would run together.
 */
export function joined(doc: Text, from: number, to: number, draft: string): string {
  const before = doc.sliceString(Math.max(0, from - 1), from);
  const after = doc.sliceString(to, to + 1);
  const spaced = before === '' || /\s/.test(before) ? draft.replace(/^[ \t]+/, '') : draft;
  const runsInto = /[\p{L}\p{N}]$/u.test(spaced) && /^[\p{L}\p{N}]/u.test(after);
  return runsInto ? `${spaced} ` : spaced;
}
