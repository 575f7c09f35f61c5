import type { TokenBan } from './types.ts';

/** Bans the end tokens until `minNewTokens` have been written after the prompt. */
export function minNewTokens(
  minNewTokens: number,
  promptLength: number,
  eosTokenIds: readonly number[],
): TokenBan {
  return (sequence) => (sequence.length - promptLength < minNewTokens ? eosTokenIds : []);
}
