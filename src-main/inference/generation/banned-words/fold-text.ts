/*
 * Texts as banned words are compared: without case, accents taken apart from their letters, all
 * white space alike. Character by character, so that a text folds the same however it is cut.
 */

export const space = 0x20;

const folded = new Map<number, readonly number[]>();

/** The code points that a character counts as: "É" as "e" and an accent, "ß" as "ss". */
function foldCodePoint(codePoint: number): readonly number[] {
  let result = folded.get(codePoint);
  if (result === undefined) {
    const character = String.fromCodePoint(codePoint);
    // There and back: some capitals are two small letters, and some small letters share one.
    const uncased = character.toLowerCase().toUpperCase().toLowerCase();
    result = /\s/u.test(character)
      ? [space]
      : Array.from(uncased.normalize('NFD'), (part) => part.codePointAt(0)!);
    folded.set(codePoint, result);
  }
  return result;
}

export function foldText(text: string): readonly number[] {
  return Array.from(text, (character) => foldCodePoint(character.codePointAt(0)!)).flat();
}

/** Most text is ASCII, and a character there is one byte. */
export function foldAscii(byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) return byte + 0x20;
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) ? space : byte;
}

const wordPattern = /[\p{L}\p{M}\p{N}_]/u;
const areWord = new Map<number, boolean>();
const asciiWords = Array.from({ length: 0x80 }, (_, code) =>
  wordPattern.test(String.fromCharCode(code)),
);

/** Whether a word can go on with it: letters, their accents, digits, underscores. */
export function isWordCodePoint(codePoint: number): boolean {
  if (codePoint < 0x80) return asciiWords[codePoint]!;
  let isWord = areWord.get(codePoint);
  if (isWord === undefined) {
    isWord = wordPattern.test(String.fromCodePoint(codePoint));
    areWord.set(codePoint, isWord);
  }
  return isWord;
}
