const passageLength = 200;
/** How much stands before the word that was found. */
const leadLength = 60;

/**
 * The part of a text around the first of `words` that occurs in it at the beginning of a word,
 * whatever its case and accents; null when none does.
 */
export function findPassage(text: string, words: readonly string[]): string | null {
  const folded = fold(text);
  for (const word of words) {
    const at = indexOfWord(folded, fold(word));
    if (at >= 0) return around(text, at);
  }
  return null;
}

function indexOfWord(text: string, word: string): number {
  let at = text.indexOf(word);
  while (at > 0 && /[\p{L}\p{N}]/u.test(text.charAt(at - 1))) at = text.indexOf(word, at + 1);
  return at;
}

function around(text: string, at: number): string {
  let start = Math.max(0, at - leadLength);
  if (start > 0) {
    // Begin with a whole word where there is one to begin with.
    const space = text.slice(start, at).search(/\s/u);
    start = space < 0 ? at : start + space + 1;
  }
  const end = Math.min(text.length, start + passageLength);
  const passage = text
    .slice(start, end)
    .toWellFormed()
    .replace(/^\uFFFD|\uFFFD$/gu, '');
  return `${start > 0 ? '…' : ''}${passage}${end < text.length ? '…' : ''}`;
}

/** Lower case without accents, code unit for code unit, so that places stay the same. */
function fold(text: string): string {
  const folded = text.replace(/[\u0080-\uffff]/g, (unit) => unit.normalize('NFD').charAt(0));
  const lower = folded.toLowerCase();
  return lower.length === text.length ? lower : folded;
}
