/*
 * What a person types becomes an FTS5 query in which nothing they type is syntax: each word is
 * a quoted string. All words must occur; the last one, unless white space follows it, may be
 * the beginning of a word, because it may still be being typed.
 */

/** A word as the index has it: letters and digits. */
const wordPattern = /[\p{L}\p{N}]+/gu;

/** The query in FTS5's language, or null when there is no word in it. */
export function toFullTextQuery(query: string): string | null {
  const phrases = query
    .split(/\s+/u)
    .filter((part) => part.match(wordPattern) !== null)
    .map((part) => `"${part.replaceAll('"', '""')}"`);
  if (phrases.length === 0) return null;
  return phrases.join(' ') + (/\s$/u.test(query) ? '' : ' *');
}

/** The words of a query, to find them again in a text. */
export function searchWords(query: string): readonly string[] {
  return query.match(wordPattern) ?? [];
}
