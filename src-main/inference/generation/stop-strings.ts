import { requireTexts, type TokenTexts } from './token-texts.ts';

/**
 * Hugging Face's `StopStringCriteria`: a text ends with the token in whose text a stop string
 * ends, wherever in it, also where the string begins in the prompt. Compared byte by byte;
 * special tokens count as they are spelled, and a string never spans an id without a text.
 */
export function stopStrings(
  strings: readonly string[],
  texts: TokenTexts | undefined,
): (sequence: readonly number[], token: number) => boolean {
  const known = requireTexts(texts);
  const wanted = strings.map((text) => Buffer.from(text));
  const reach = Math.max(...wanted.map((bytes) => bytes.length)) - 1;

  return (sequence, token) => {
    const last = known.bytesOf(token);
    if (last === undefined) return false;
    const parts = [last];
    let before = 0;
    for (let i = sequence.length - 1; i >= 0 && before < reach; i -= 1) {
      const bytes = known.bytesOf(sequence[i]!);
      if (bytes === undefined) break;
      parts.unshift(bytes);
      before += bytes.length;
    }
    const text = Buffer.concat(parts);
    return wanted.some((bytes) => text.includes(bytes, Math.max(0, before - bytes.length + 1)));
  };
}
