import { diffArrays } from 'diff';
import { sharedLines } from './shared-lines.ts';

/*
 * What changed between two texts, word by word. Lines are compared first and words only
 * inside the lines that changed, so a book with one new sentence costs as much as the
 * sentence. Every comparison is bounded by its number of edits: where a passage was
 * rewritten beyond that, it stands as one removal and one addition, which is also how a
 * person would read it.
 */

export interface DiffPiece {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

export interface WordDiffOptions {
  /** Gives up between two passages: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Edits after which two texts are no longer compared line by line. */
const maxLineEdits = 1_000;
/** Edits after which two passages are no longer compared word by word. */
const maxWordEdits = 600;
/** Longest passage that is cut into words, in UTF-16 code units. */
const maxPassageLength = 2_000_000;
/** How long to work before the window may draw and listen again. */
const sliceMs = 8;

/** A text as words, runs of blanks, line ends and single signs: joined they are the text again. */
export function wordTokens(text: string): string[] {
  return text.match(/\n|[^\S\n]+|[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|[^]/gu) ?? [];
}

/** A text as lines, each with its line end. */
function lineTokens(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/**
 * The pieces of both texts in reading order, a removal before the addition that takes its
 * place. Same and removed pieces joined are `before`; same and added ones are `after`.
 * Pauses often, so that a long text never blocks the window.
 */
export async function diffWords(
  before: string,
  after: string,
  { signal }: WordDiffOptions = {},
): Promise<readonly DiffPiece[]> {
  const pieces = new PieceList();
  const pause = pauser(signal);
  for (const passage of passagesOf(lineTokens(before), lineTokens(after))) {
    await pause();
    for (const piece of piecesOf(passage)) pieces.push(piece.kind, piece.text);
  }
  return pieces.items;
}

/** The same without pausing, for short texts and for those that have to be shown in this moment. */
export function diffWordsAtOnce(before: string, after: string): readonly DiffPiece[] {
  const pieces = new PieceList();
  for (const passage of passagesOf(lineTokens(before), lineTokens(after))) {
    for (const piece of piecesOf(passage)) pieces.push(piece.kind, piece.text);
  }
  return pieces.items;
}

interface Passage {
  readonly before: string;
  readonly after: string;
}

/** The texts cut into passages: between the lines they share, where both tell what changed. */
function* passagesOf(before: readonly string[], after: readonly string[]): Generator<Passage> {
  let atBefore = 0;
  let atAfter = 0;
  for (const [nextBefore, nextAfter] of sharedLines(before, after)) {
    yield* changedPassages(before.slice(atBefore, nextBefore), after.slice(atAfter, nextAfter));
    const line = before[nextBefore]!;
    yield { before: line, after: line };
    atBefore = nextBefore + 1;
    atAfter = nextAfter + 1;
  }
  yield* changedPassages(before.slice(atBefore), after.slice(atAfter));
}

/** What lies between two shared lines, cut further where the lines can be compared. */
function* changedPassages(before: readonly string[], after: readonly string[]): Generator<Passage> {
  let removed: readonly string[] = [];
  let added: readonly string[] = [];
  for (const { kind, tokens } of diffTokens(before, after, maxLineEdits) ??
    replacement(before, after)) {
    if (kind === 'removed') removed = tokens;
    else if (kind === 'added') added = tokens;
    else {
      yield* rewrittenLines(removed, added);
      removed = added = [];
      const text = tokens.join('');
      yield { before: text, after: text };
    }
  }
  yield* rewrittenLines(removed, added);
}

/** As many new lines as old ones are most likely the same lines, each rewritten. */
function* rewrittenLines(removed: readonly string[], added: readonly string[]): Generator<Passage> {
  if (removed.length === added.length) {
    for (const [index, before] of removed.entries()) yield { before, after: added[index]! };
  } else {
    yield { before: removed.join(''), after: added.join('') };
  }
}

/** Neighbouring tokens with one fate. A removal comes before the addition in its place. */
interface TokenRun {
  readonly kind: DiffPiece['kind'];
  readonly tokens: readonly string[];
}

/** The difference of two texts in tokens; null when it takes more edits than it may. */
function diffTokens(
  before: readonly string[],
  after: readonly string[],
  maxEditLength: number,
): readonly TokenRun[] | null {
  // Numbers compare in one step, and the search compares the same tokens again and again.
  const numbers = new Map<string, number>();
  const numberOf = (token: string): number => {
    const number = numbers.get(token) ?? numbers.size;
    numbers.set(token, number);
    return number;
  };
  const changes = diffArrays(before.map(numberOf), after.map(numberOf), { maxEditLength });
  if (changes === undefined) return null;

  let atBefore = 0;
  let atAfter = 0;
  return changes.map(({ added, removed, count }) => {
    const tokens = added
      ? after.slice(atAfter, atAfter + count)
      : before.slice(atBefore, atBefore + count);
    if (!added) atBefore += count;
    if (!removed) atAfter += count;
    return { kind: added ? 'added' : removed ? 'removed' : 'same', tokens };
  });
}

/** The coarsest difference there is. */
function replacement(before: readonly string[], after: readonly string[]): readonly TokenRun[] {
  return [
    { kind: 'removed', tokens: before },
    { kind: 'added', tokens: after },
  ];
}

function piecesOf(passage: Passage): readonly DiffPiece[] {
  return passage.before === passage.after
    ? [{ kind: 'same', text: passage.before }]
    : diffPassage(passage);
}

function diffPassage({ before, after }: Passage): readonly DiffPiece[] {
  const isTooLong = before.length + after.length > maxPassageLength;
  const runs = isTooLong ? null : diffTokens(wordTokens(before), wordTokens(after), maxWordEdits);
  const pieces = (runs ?? replacement([before], [after])).map(({ kind, tokens }) => ({
    kind,
    text: tokens.join(''),
  }));
  return joinRewrites(pieces);
}

/**
 * A rewritten phrase shares its blanks with what it replaces: "a dog" for "the cat" is one
 * replacement, not two with a blank between them.
 */
function joinRewrites(pieces: readonly DiffPiece[]): readonly DiffPiece[] {
  const isRewrite = (index: number) =>
    pieces[index]?.kind === 'removed' && pieces[index + 1]?.kind === 'added';
  const joined: DiffPiece[] = [];
  let index = 0;
  while (index < pieces.length) {
    if (!isRewrite(index)) {
      joined.push(pieces[index]!);
      index += 1;
      continue;
    }
    let removed = pieces[index]?.text ?? '';
    let added = pieces[index + 1]?.text ?? '';
    index += 2;
    for (
      let blank = pieces[index];
      blank?.kind === 'same' && /^[^\S\n]+$/.test(blank.text) && isRewrite(index + 1);
      blank = pieces[index]
    ) {
      removed += blank.text + (pieces[index + 1]?.text ?? '');
      added += blank.text + (pieces[index + 2]?.text ?? '');
      index += 3;
    }
    joined.push({ kind: 'removed', text: removed }, { kind: 'added', text: added });
  }
  return joined;
}

/** Collects pieces: no empty ones, neighbours of one kind joined. */
class PieceList {
  readonly items: DiffPiece[] = [];

  push(kind: DiffPiece['kind'], text: string): void {
    if (text === '') return;
    const last = this.items.at(-1);
    if (last?.kind === kind) this.items[this.items.length - 1] = { kind, text: last.text + text };
    else this.items.push({ kind, text });
  }
}

/** Lets the window draw and listen whenever a slice of time is used up. */
function pauser(signal: AbortSignal | undefined): () => Promise<void> {
  let sliceStart = performance.now();
  return async () => {
    if (performance.now() - sliceStart > sliceMs) {
      await new Promise((resume) => setTimeout(resume));
      sliceStart = performance.now();
    }
    signal?.throwIfAborted();
  };
}
