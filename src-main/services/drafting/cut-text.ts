/*
 * What the decoder leaves to the drafting layer: a text that ended at a stop string still has
 * the string at its end, as in Hugging Face's `generate`. A draft does not.
 */

/**
 * The text up to the first stop string, which may begin in the prompt.
 *
 * @param prompt what the text goes on from
 */
export function cutAtStopString(
  text: string,
  prompt: string,
  stopStrings: readonly string[],
): string {
  const longest = Math.max(0, ...stopStrings.map(({ length }) => length));
  const before = longest > 1 ? prompt.slice(1 - longest) : '';
  const whole = before + text;
  let cut = { start: whole.length, end: Infinity };
  for (const wanted of stopStrings) {
    const start = whole.indexOf(wanted, Math.max(0, before.length - wanted.length + 1));
    const end = start + wanted.length;
    const isEarlier = end < cut.end || (end === cut.end && start < cut.start);
    if (start >= 0 && isEarlier) cut = { start, end };
  }
  return text.slice(0, Math.max(0, cut.start - before.length));
}

/** The text without banned words at its end: a cut may leave one where a longer word stood. */
export function cutBannedEnd(text: string, badWords: readonly string[]): string {
  const ends = badWords.map((word) => {
    const parts = word.trim().split(/\s+/u).map(escapeForPattern);
    const startsAlone = /^[\p{L}\p{M}\p{N}_]/u.test(word.trim())
      ? '(?<![\\p{L}\\p{M}\\p{N}_])'
      : '';
    return new RegExp(`${startsAlone}${parts.join('\\s+')}$`, 'iu');
  });
  for (let cut = text; ;) {
    const start = ends.map((end) => cut.search(end)).find((at) => at >= 0);
    if (start === undefined) return cut;
    cut = cut.slice(0, start);
  }
}

function escapeForPattern(text: string): string {
  // Where the u flag is set, only these may be escaped.
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
}
