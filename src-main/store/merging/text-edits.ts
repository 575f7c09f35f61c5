import { matchByUnique, matchPieces, type Hunk } from './match-pieces.ts';
import { beginsBlock, blocksOf, tokenise, wordsOf } from './tokenise.ts';

/** A piece of a text that became another: from `start` to before `end`, in UTF-16 code units. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/*
 * Matching costs the square of what differs. What lies beyond these bounds counts as replaced as
 * a whole; they are numbers of steps, never times, because every machine must come to the same.
 */
const maxBlockEdits = 400;
const maxWordEdits = 700;
/** Of all blocks of a text together: the squares of what differs in each. */
const maxWordSteps = 1_000_000;

/**
 * What makes `to` of `from`, in order. Blocks of lines are matched first, then the words within
 * those that differ: a rewritten chapter costs little, and does not take the words of another
 * for its own.
 */
export function editsBetween(from: string, to: string): readonly TextEdit[] {
  if (from === to) return [];
  const edits: TextEdit[] = [];
  let steps = maxWordSteps;
  for (const edit of blockEdits(from, to)) {
    const before = from.slice(edit.start, edit.end);
    const whole = editWords(before, edit.text, edit.start);
    edits.push(...(whole ?? editPairs(before, edit) ?? [edit]));
  }
  return edits;

  /** Null where more differs than there are steps left for. */
  function editWords(before: string, after: string, offset: number): readonly TextEdit[] | null {
    const [beforeWords, afterWords] = [wordsOf(before), wordsOf(after)];
    const bound = Math.min(maxWordEdits, Math.floor(Math.sqrt(steps)));
    const { hunks, editLength, isWhole } = matchPieces(beforeWords, afterWords, bound);
    steps -= editLength ** 2;
    if (isWhole) return null;
    return textEdits(beforeWords, afterWords, hunks, offset).map((edit) =>
      trimmed(edit, before.slice(edit.start - offset, edit.end - offset)),
    );
  }

  /** As many blocks as before, and none the same: a word was replaced in each, most likely. */
  function editPairs(before: string, { start, text }: TextEdit): readonly TextEdit[] | null {
    const [beforeBlocks, afterBlocks] = [blocksOf(before), blocksOf(text)];
    if (beforeBlocks.length < 2 || beforeBlocks.length !== afterBlocks.length) return null;
    let offset = start;
    return beforeBlocks.flatMap((block, index) => {
      const at = offset;
      offset += block.length;
      const replaced = { start: at, end: offset, text: afterBlocks[index]! };
      return editWords(block, replaced.text, at) ?? [replaced];
    });
  }
}

/** What makes `to` of `from` in whole blocks of lines. */
export function blockEdits(from: string, to: string): readonly TextEdit[] {
  const { head, tail } = commonBlocks(from, to);
  const before = blocksOf(from.slice(head, from.length - tail));
  const after = blocksOf(to.slice(head, to.length - tail));
  return textEdits(before, after, matchByUnique(before, after, maxBlockEdits), head);
}

/** How long the blocks are that two texts begin and end with alike: most of a book. */
function commonBlocks(from: string, to: string): { readonly head: number; readonly tail: number } {
  const shorter = Math.min(from.length, to.length);
  let head = 0;
  while (head < shorter && from.charCodeAt(head) === to.charCodeAt(head)) head += 1;
  while (head > 0 && !(beginsBlock(from, head) && beginsBlock(to, head))) head -= 1;
  const most = shorter - head;
  let tail = 0;
  while (
    tail < most &&
    from.charCodeAt(from.length - 1 - tail) === to.charCodeAt(to.length - 1 - tail)
  ) {
    tail += 1;
  }
  while (
    tail > 0 &&
    !(beginsBlock(from, from.length - tail) && beginsBlock(to, to.length - tail))
  ) {
    tail -= 1;
  }
  return { head, tail };
}

/** An edit without the tokens that are the same at its start and end. */
function trimmed(edit: TextEdit, before: string): TextEdit {
  if (before === '' || edit.text === '') return edit;
  const [from, to] = [tokenise(before), tokenise(edit.text)];
  const shorter = Math.min(from.length, to.length);
  let [head, start] = [0, 0];
  for (; head < shorter && from[head] === to[head]; head += 1) start += from[head]!.length;
  let [tail, end] = [0, 0];
  for (; tail < shorter - head && from.at(-1 - tail) === to.at(-1 - tail); tail += 1) {
    end += from.at(-1 - tail)!.length;
  }
  return {
    start: edit.start + start,
    end: edit.end - end,
    text: edit.text.slice(start, edit.text.length - end),
  };
}

/** Hunks of pieces as edits of the text, which begins at `offset`. */
function textEdits(
  from: readonly string[],
  to: readonly string[],
  hunks: readonly Hunk[],
  offset: number,
): readonly TextEdit[] {
  let [at, piece] = [offset, 0];
  const advanceTo = (end: number): number => {
    for (; piece < end; piece += 1) at += from[piece]!.length;
    return at;
  };
  return hunks.map(({ fromStart, fromEnd, toStart, toEnd }) => ({
    start: advanceTo(fromStart),
    end: advanceTo(fromEnd),
    text: to.slice(toStart, toEnd).join(''),
  }));
}
