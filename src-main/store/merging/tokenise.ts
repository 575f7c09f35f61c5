import {
  classes,
  classOf,
  inWord,
  isLineBreak,
  isMark,
  isSpace,
  lineBreakRuns,
} from './token-classes.ts';

/**
 * Which rules texts are merged by. Part of the log's format: the text that a document shows
 * follows from its versions and these rules, and two machines must show the same. Whoever
 * changes what comes of a merge (what a token is, how tokens are matched, when two changes touch)
 * counts this up, and libraries with machines of both kinds need an answer to that.
 *
 * 1: tokens by `token-classes.ts`; blocks of lines are matched first, then, in those that differ,
 * words with the white space before them; what was only put in or taken out is so as late as it
 * may have been, and of what was replaced the common tokens at its start and end are no part.
 */
export const mergeVersion = 1;

/**
 * Cuts a text into words, runs of spaces, single line breaks (CRLF is one) and single
 * punctuation marks; of scripts that put no spaces between words each character is a token.
 * Joined they are the text again, and no token ends within a surrogate pair or before a mark that
 * belongs to its character.
 */
export function tokenise(text: string): readonly string[] {
  return cut(text, false);
}

/**
 * Tokens with the white space before them, as they are matched: a space is no sign that two texts
 * have anything in common. What white space is left at the end is by itself.
 */
export function wordsOf(text: string): readonly string[] {
  return cut(text, true);
}

/** @param joinsBlanks whether white space is one piece with the token that follows it */
function cut(text: string, joinsBlanks: boolean): readonly string[] {
  const { length } = text;
  const pieces: string[] = [];
  let start = 0;
  let open = -1;
  for (let at = 0; at < length;) {
    const unit = text.charCodeAt(at);
    const isPair = unit >= 0xd800 && unit <= 0xdbff;
    const codePoint = isPair ? text.codePointAt(at)! : unit;
    const tokenClass = isPair ? classOf(codePoint) : classes[unit]!;
    const wasBlank = open === isSpace || open === isLineBreak;
    const continues =
      (tokenClass === isMark && at > 0 && !wasBlank) ||
      (tokenClass === open && (open === inWord || open === isSpace)) ||
      (unit === 0xa && at > 0 && text.charCodeAt(at - 1) === 0xd);
    if (!continues) {
      if (at > start && !(joinsBlanks && wasBlank)) {
        pieces.push(text.slice(start, at));
        start = at;
      }
      // A mark with nothing before it begins a word.
      open = tokenClass === isMark ? inWord : tokenClass;
    }
    at += codePoint > 0xffff ? 2 : 1;
  }
  if (length > start) pieces.push(text.slice(start));
  return pieces;
}

/**
 * Cuts a text into lines, each with its line breaks and those of the empty lines after it: a
 * paragraph where paragraphs are parted by an empty line. Every such place is one between two
 * tokens, too.
 */
export function blocksOf(text: string): readonly string[] {
  const blocks: string[] = [];
  let start = 0;
  for (const { 0: breaks, index } of text.matchAll(lineBreakRuns)) {
    const end = index + breaks.length;
    blocks.push(text.slice(start, end));
    start = end;
  }
  if (text.length > start) blocks.push(text.slice(start));
  return blocks;
}

/** Whether a block of a text begins at a place, or the text ends there. */
export function beginsBlock(text: string, at: number): boolean {
  if (at === 0 || at === text.length) return true;
  return (
    classOf(text.charCodeAt(at - 1)) === isLineBreak && classOf(text.charCodeAt(at)) !== isLineBreak
  );
}

/** Whether a token parts words rather than being one. */
export function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const tokenClass = classOf(text.charCodeAt(at));
    if (tokenClass !== isSpace && tokenClass !== isLineBreak) return false;
  }
  return true;
}
