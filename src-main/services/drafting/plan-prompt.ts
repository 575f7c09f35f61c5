import { parameterTable, type GenerationParameters } from '../../contract/generation.ts';

/*
 * The drafting layer's one decision: which part of a text the model reads, and how many
 * tokens it may write. Pure.
 *
 * A text that leaves room under `max_length` is read whole, as the original did. One that
 * leaves less than `minimumRoom` tokens would get no draft worth reading, so its last part
 * is read instead and `max_length` becomes the number of new tokens.
 */

/** A text's last part as tokens. */
export interface TextTail {
  /** Where the part starts in the text, in UTF-16 code units; 0 when it is the whole text. */
  readonly start: number;
  readonly text: string;
  readonly tokenIds: readonly number[];
  /** Where each token starts in `text`, in UTF-16 code units, ascending. */
  readonly offsets: readonly number[];
}

export interface PromptLimits {
  /** The model's context in tokens, at least 2. */
  readonly nPositions: number;
  readonly maxLength: number;
  /** Takes the place of `maxLength` when given, as in Hugging Face's `generate`. */
  readonly maxNewTokens: number | null;
}

export interface PromptPlan {
  /** At least one token. */
  readonly tokenIds: readonly number[];
  /** The prompt's place in the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** At least one; with the prompt never more than the context. */
  readonly maxNewTokens: number;
}

/** Less room than this and the text is read by its last part. */
const minimumRoom = 40;

export function limitsOf(parameters: GenerationParameters, nPositions: number): PromptLimits {
  return {
    nPositions,
    maxLength: parameters.max_length ?? parameterTable.max_length.default,
    maxNewTokens: parameters.max_new_tokens ?? null,
  };
}

/** Plans the prompt for a tail of at least one token. */
export function planPrompt(tail: TextTail, limits: PromptLimits): PromptPlan {
  const maxNewTokens = newTokens(tail, limits);
  const first = firstToken(tail, limits.nPositions - maxNewTokens);
  return {
    tokenIds: tail.tokenIds.slice(first),
    start: tail.start + (first === 0 ? 0 : tail.offsets[first]!),
    end: tail.start + tail.text.length,
    maxNewTokens,
  };
}

function newTokens(tail: TextTail, { nPositions, maxLength, maxNewTokens }: PromptLimits): number {
  const isWhole = tail.start === 0;
  const room = Math.min(maxLength, nPositions) - tail.tokenIds.length;
  if (maxNewTokens === null && isWhole && room >= minimumRoom) return room;
  // A short text leaves the draft what it does not need itself, a long one half the context.
  const half = Math.floor(nPositions / 2);
  const forText = isWhole ? Math.min(tail.tokenIds.length, nPositions - half) : nPositions - half;
  return Math.min(maxNewTokens ?? maxLength, nPositions - forText);
}

/** The first token to read so that at most `room` are read, at a sentence start where one is near. */
function firstToken({ start, text, tokenIds, offsets }: TextTail, room: number): number {
  const earliest = tokenIds.length - room;
  if (earliest <= 0 && start === 0) return 0;
  const from = Math.max(earliest, 0);
  // A sentence start in the first half of what fits is worth the tokens given up for it.
  const latest = from + Math.floor((tokenIds.length - from) / 2);
  for (const fits of [startsSentence, startsWord]) {
    for (let index = from; index <= latest; index += 1) {
      if (startsCharacter(offsets, text, index) && fits(text, offsets[index]!)) return index;
    }
  }
  for (let index = from; index < tokenIds.length; index += 1) {
    if (startsCharacter(offsets, text, index)) return index;
  }
  return tokenIds.length - 1;
}

/** Whether the token begins a character: the later bytes of one may be tokens of their own. */
function startsCharacter(offsets: readonly number[], text: string, index: number): boolean {
  const offset = offsets[index]!;
  if (index > 0 && offsets[index - 1] === offset) return false;
  return !isLowSurrogate(text.charCodeAt(offset));
}

function isLowSurrogate(codeUnit: number): boolean {
  return codeUnit >= 0xdc00 && codeUnit <= 0xdfff;
}

/** How far back a sentence's end is looked for: closing quotes and spaces are few. */
const lookBack = 16;

/** A sentence starts after a line's end, or after a space that follows `.`, `!`, `?` or `…`. */
function startsSentence(text: string, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - lookBack), offset);
  const after = text.slice(offset, offset + 2);
  if (/\n\s*$/u.test(before)) return /^\S/u.test(after);
  const hasEnded = /[.!?…]["'”’»)\]*_]*(\s*)$/u.exec(before);
  if (hasEnded === null) return false;
  // GPT-2's tokens carry their space in front: the token " The" starts the sentence "The".
  return hasEnded[1] === '' ? /^ \S/u.test(after) : /^\S/u.test(after);
}

function startsWord(text: string, offset: number): boolean {
  const after = text.slice(offset, offset + 2);
  return /^\s\S/u.test(after) || (/^\S/u.test(after) && /\s/u.test(text.charAt(offset - 1)));
}
