const excerptLength = 200;

/** The first 200 characters of a text, never half of one. */
export function openingOf(text: string): string {
  // An emoji or a rare letter is two code units, a high surrogate first: do not cut between them.
  const code = text.charCodeAt(excerptLength - 1);
  const cutsPair = code >= 0xd800 && code <= 0xdbff;
  return text.slice(0, cutsPair ? excerptLength - 1 : excerptLength);
}

/** Words as a writer's count has them: what stands between white space. */
export function countWords(text: string): number {
  const word = /\S+/gu;
  let words = 0;
  while (word.test(text)) words++;
  return words;
}
