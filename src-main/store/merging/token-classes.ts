/*
 * What a character is to a merge. Fixed ranges of our own, and neither the runtime's classes nor
 * its `Intl.Segmenter`: machines differ in their versions of Unicode, and a merge must come out
 * the same on all of them.
 */

/** A word goes on with the next of them. Everything that no list below names, emoji included. */
export const inWord = 0;
export const isSpace = 1;
export const isLineBreak = 2;
/** Each a token of its own: punctuation, and characters of scripts that put no spaces between words. */
const isAlone = 3;
/** Belongs to the character before it, whatever that is. */
export const isMark = 4;

type TokenClass =
  typeof inWord | typeof isSpace | typeof isLineBreak | typeof isAlone | typeof isMark;

/** [first, last] code points. Later lists win over earlier ones. */
type Range = readonly [number, number];

const alone: readonly Range[] = [
  // ASCII punctuation.
  [0x21, 0x2f],
  [0x3a, 0x40],
  [0x5b, 0x60],
  [0x7b, 0x7e],
  // ¡ § « ¶ · » ¿ of Latin-1.
  [0xa1, 0xa1],
  [0xa7, 0xa7],
  [0xab, 0xab],
  [0xb6, 0xb7],
  [0xbb, 0xbb],
  [0xbf, 0xbf],
  // Arabic comma, semicolon, question mark and full stop; Devanagari's dandas.
  [0x60c, 0x60c],
  [0x61b, 0x61b],
  [0x61f, 0x61f],
  [0x6d4, 0x6d4],
  [0x964, 0x965],
  // Thai, Lao, Tibetan, Myanmar, Khmer.
  [0xe01, 0xe5b],
  [0xe81, 0xedf],
  [0xf00, 0xfff],
  [0x1000, 0x109f],
  [0x1780, 0x17ff],
  // Dashes, quotation marks, ellipses.
  [0x2010, 0x2027],
  [0x2030, 0x205e],
  [0x2e00, 0x2e5f],
  // Chinese and Japanese: punctuation, kana, ideographs; full and half width forms.
  [0x2e80, 0x2fff],
  [0x3001, 0x303f],
  [0x3040, 0x30ff],
  [0x3190, 0x31ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe1f],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff0f],
  [0xff1a, 0xff20],
  [0xff3b, 0xff40],
  [0xff5b, 0xff9f],
  [0x20000, 0x3ffff],
];

const marks: readonly Range[] = [
  // Accents.
  [0x300, 0x36f],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
  [0xfe20, 0xfe2f],
  // Vowels and tones above, below and after Thai, Lao, Tibetan, Myanmar and Khmer letters.
  [0xe31, 0xe31],
  [0xe33, 0xe3a],
  [0xe47, 0xe4e],
  [0xeb1, 0xeb1],
  [0xeb3, 0xebc],
  [0xec8, 0xece],
  [0xf71, 0xf84],
  [0xf8d, 0xfbc],
  [0x102b, 0x103e],
  [0x1056, 0x1059],
  [0x1062, 0x1064],
  [0x1067, 0x106d],
  [0x1071, 0x1074],
  [0x1082, 0x108d],
  [0x17b4, 0x17d3],
  // Kana's voicing, joiners, variation selectors, skin tones, tags of flags.
  [0x3099, 0x309a],
  [0xff9e, 0xff9f],
  [0x200c, 0x200d],
  [0xfe00, 0xfe0f],
  [0x1f3fb, 0x1f3ff],
  [0xe0020, 0xe007f],
  [0xe0100, 0xe01ef],
];

const spaces: readonly Range[] = [
  [0x9, 0x9],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200b],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

const lineBreaks: readonly Range[] = [
  [0xa, 0xd],
  [0x85, 0x85],
  [0x2028, 0x2029],
];

/** Line breaks, as many as follow each other. */
export const lineBreakRuns = new RegExp(`[${lineBreaks.map(asInPattern).join('')}]+`, 'g');

function asInPattern([first, last]: Range): string {
  const [from, to] = [first, last].map((unit) => unit.toString(16).padStart(4, '0'));
  return `\\u${from}-\\u${to}`;
}

const lists: readonly (readonly [readonly Range[], TokenClass])[] = [
  [alone, isAlone],
  [marks, isMark],
  [spaces, isSpace],
  [lineBreaks, isLineBreak],
];

/** The classes of the 65,536 characters that one code unit tells. Of surrogates it tells nothing. */
export const classes = new Uint8Array(0x10000);
for (const [ranges, tokenClass] of lists) {
  for (const [first, last] of ranges) classes.fill(tokenClass, first, last + 1);
}

export function classOf(codePoint: number): number {
  if (codePoint < 0x10000) return classes[codePoint]!;
  // Few texts have any of these.
  for (const [ranges, tokenClass] of lists.toReversed()) {
    if (ranges.some(([first, last]) => codePoint >= first && codePoint <= last)) return tokenClass;
  }
  return inWord;
}
