/** Words as the library counts them too: what stands between white space. */
export function countWords(text: string): number {
  const word = /\S+/gu;
  let words = 0;
  while (word.test(text)) words++;
  return words;
}

const grouped = new Intl.NumberFormat('en');

/** `1 word`, `1,204 words`. */
export function wordCount(words: number): string {
  return `${grouped.format(words)} ${words === 1 ? 'word' : 'words'}`;
}

/** `1,204`. */
export function formatCount(count: number): string {
  return grouped.format(count);
}
