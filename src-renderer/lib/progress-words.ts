import { formatCount, wordCount } from './count-words.ts';

/** A text's words against how many it should get: `820 / 1,200`; `820` without a target. */
export function wordsOfTarget(words: number, target: number | null): string {
  return target === null ? formatCount(words) : `${formatCount(words)} / ${formatCount(target)}`;
}

/** The same for a sentence: `820 of 1,200 words`, `820 words`. */
export function wordsOfTargetSpoken(words: number, target: number | null): string {
  return target === null ? wordCount(words) : `${formatCount(words)} of ${wordCount(target)}`;
}
