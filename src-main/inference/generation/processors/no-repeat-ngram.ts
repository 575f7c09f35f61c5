import type { TokenBan } from './types.ts';

/** Bans each token that would complete a run of `size` tokens for the second time. */
export function noRepeatNgram(size: number): TokenBan {
  return (sequence) => {
    const banned = new Set<number>();
    const prefixStart = sequence.length - size + 1;
    for (let end = size - 1; end < sequence.length; end++) {
      const start = end - size + 1;
      let isPrefix = true;
      for (let i = 0; i < size - 1 && isPrefix; i++) {
        isPrefix = sequence[start + i] === sequence[prefixStart + i];
      }
      if (isPrefix) banned.add(sequence[end]!);
    }
    return banned;
  };
}
