import { Text, type ChangeSpec } from '@codemirror/state';
import { diffWordsAtOnce } from '../../../lib/word-diff.ts';
import { commonEnds } from './common-ends.ts';

/**
 * What turns one text into another, word by word: a cursor between two changes stays among the
 * words it stands in. Far too different texts are one change between their common ends.
 */
export function textChanges(before: Text, after: Text): ChangeSpec[] {
  const { from, to, insert } = commonEnds(before, after);
  const changes: { from: number; to: number; insert: Text }[] = [];
  let at = from;
  for (const { kind, text } of diffWordsAtOnce(before.sliceString(from, to), insert.toString())) {
    const last = changes.at(-1);
    if (kind === 'added') {
      const added = Text.of(text.split('\n'));
      if (last?.to === at && last.insert.length === 0) last.insert = added;
      else changes.push({ from: at, to: at, insert: added });
      continue;
    }
    if (kind === 'removed') changes.push({ from: at, to: at + text.length, insert: Text.empty });
    at += text.length;
  }
  return changes;
}
