import { countWords } from '../../lib/count-words.ts';
import type { DiffPiece } from '../../lib/word-diff.ts';

/** How many words of a difference have one fate. */
export function wordsOf(pieces: readonly DiffPiece[], wanted: DiffPiece['kind']): number {
  return pieces
    .filter(({ kind }) => kind === wanted)
    .reduce((sum, { text }) => sum + countWords(text), 0);
}
