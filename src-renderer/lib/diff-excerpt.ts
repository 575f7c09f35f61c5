import type { DiffPiece } from './word-diff.ts';

/*
 * What a screen shows of a difference: the changes with some text around them. Long
 * unchanged stretches are folded, and very long results are shown in parts.
 */

export type ExcerptPiece = DiffPiece | { readonly kind: 'folded'; readonly text: string };

/** Unchanged text left standing on either side of a change, in UTF-16 code units. */
const contextLength = 240;
/** A fold that hides less than this would only be in the way. */
const shortestFold = 400;

/** Folds the middle of unchanged stretches. The texts of the pieces joined stay the same. */
export function foldUnchanged(pieces: readonly DiffPiece[]): readonly ExcerptPiece[] {
  return pieces.flatMap((piece, index) => {
    if (piece.kind !== 'same') return [piece];
    const { text } = piece;
    const headEnd = index === 0 ? 0 : boundaryBefore(text, contextLength);
    const tailStart =
      index === pieces.length - 1
        ? text.length
        : Math.max(headEnd, boundaryBefore(text, text.length - contextLength));
    if (tailStart - headEnd < shortestFold) return [piece];
    const parts: readonly ExcerptPiece[] = [
      { kind: 'same', text: text.slice(0, headEnd) },
      { kind: 'folded', text: text.slice(headEnd, tailStart) },
      { kind: 'same', text: text.slice(tailStart) },
    ];
    return parts.filter((part) => part.text !== '');
  });
}

/** The first pieces that together have at most `limit` characters on show; folds cost nothing. */
export function takeCharacters(
  pieces: readonly ExcerptPiece[],
  limit: number,
): { readonly shown: readonly ExcerptPiece[]; readonly isWhole: boolean } {
  const shown: ExcerptPiece[] = [];
  let left = limit;
  for (const piece of pieces) {
    if (piece.kind === 'folded') {
      shown.push(piece);
    } else if (piece.text.length <= left) {
      shown.push(piece);
      left -= piece.text.length;
    } else {
      const text = piece.text.slice(0, boundaryBefore(piece.text, left));
      if (text !== '') shown.push({ kind: piece.kind, text });
      return { shown, isWhole: false };
    }
  }
  return { shown, isWhole: true };
}

/** Longest word that is kept whole at a cut. */
const longestWord = 80;

/** The last place at or before `position` that cuts no word and no surrogate pair. */
function boundaryBefore(text: string, position: number): number {
  if (position <= 0) return 0;
  if (position >= text.length) return text.length;
  const start = Math.max(0, position - longestWord);
  const blank = text.slice(start, position).search(/\s\S*$/);
  if (blank >= 0) return start + blank + 1;
  return /[\uDC00-\uDFFF]/.test(text.charAt(position)) ? position - 1 : position;
}
