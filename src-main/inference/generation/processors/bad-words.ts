import type { TokenBan } from './types.ts';

/**
 * Bans the last token of a word wherever the tokens before it are the sequence's end. A word
 * that is a single end token is passed over: a text must be able to end.
 */
export function badWords(
  words: readonly (readonly number[])[],
  eosTokenIds: readonly number[],
): TokenBan {
  const active = words.filter((word) => word.length > 1 || !eosTokenIds.includes(word[0]!));
  return (sequence) => {
    const banned = new Set<number>();
    for (const word of active) {
      const start = sequence.length - (word.length - 1);
      const isReached =
        start >= 0 && word.slice(0, -1).every((token, i) => sequence[start + i] === token);
      if (isReached) banned.add(word.at(-1)!);
    }
    return banned;
  };
}
