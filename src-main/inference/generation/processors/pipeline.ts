import { BannedWords } from '../banned-words/banned-words.ts';
import type { DecodingConfig } from '../resolve-config.ts';
import { requireTexts, type TokenTexts } from '../token-texts.ts';
import { badWords } from './bad-words.ts';
import { minNewTokens } from './min-new-tokens.ts';
import { minP } from './min-p.ts';
import { noRepeatNgram } from './no-repeat-ngram.ts';
import { repetitionPenalty } from './repetition-penalty.ts';
import { sequenceBias } from './sequence-bias.ts';
import { temperature } from './temperature.ts';
import { topK } from './top-k.ts';
import { topP } from './top-p.ts';
import { typicalP } from './typical-p.ts';
import { inWholeVocabulary, type LogitsProcessor, type TokenBan } from './types.ts';

/** Tokens that tie with the last of `top_k` are kept as well: so many are reckoned with. */
const mostTied = 8;

/** All that happens to a row's scores before a token is chosen. */
export interface Pipeline {
  /** False when there is nothing but bans: then the likeliest tokens are enough. */
  readonly needsAllScores: boolean;
  /**
   * Whether a text ends where every token is banned, as it does where words are: to go on would
   * mean to write one. Without banned words the reference's rule holds: all scores are equal.
   */
  readonly endsWhereAllIsBanned: boolean;
  bannedTokens(sequence: readonly number[]): ReadonlySet<number>;
  /**
   * How many of the likeliest tokens are enough to sample from, whatever is banned or made less
   * likely: `top_k` of them are left. Null where less likely ones may be drawn too.
   */
  enoughToSample(sequence: readonly number[]): number | null;
  /** Applies everything, in Hugging Face's order, in place. */
  readonly process: LogitsProcessor;
}

/** What the pipeline needs where words are banned. */
export interface TextsOfRun {
  readonly texts?: TokenTexts | undefined;
  readonly promptTokenIds: readonly number[];
}

/**
 * Biases, then penalty, then bans, then, for sampling only, what narrows the distribution. The
 * order among the bans has no effect.
 */
export function buildPipeline(config: DecodingConfig, run?: TextsOfRun): Pipeline {
  const changes = buildChanges(config);
  const bans = buildBans(config);
  const bannedWords = buildBannedWords(config, run);
  const warpers = config.strategy === 'sample' ? buildWarpers(config) : [];

  const bannedTokens = (sequence: readonly number[]): ReadonlySet<number> => {
    const banned = new Set<number>();
    for (const ban of bans) for (const token of ban(sequence)) banned.add(token);
    if (bannedWords === null) return banned;
    const words = bannedWords.after(sequence, config.max_length - sequence.length - 1);
    return banned.size === 0 ? words : new Set([...words, ...banned]);
  };
  return {
    needsAllScores: changes.length > 0 || warpers.length > 0,
    endsWhereAllIsBanned: bannedWords !== null,
    bannedTokens,
    enoughToSample(sequence) {
      const { top_k, repetition_penalty, sequence_bias } = config;
      if (top_k === 0 || repetition_penalty < 1 || sequence_bias.length > 0) return null;
      const lowered = repetition_penalty === 1 ? 0 : new Set(sequence).size;
      return top_k + bannedTokens(sequence).size + lowered + mostTied;
    },
    process(scores, sequence, placeOf = inWholeVocabulary) {
      for (const change of changes) change(scores, sequence, placeOf);
      for (const token of bannedTokens(sequence)) {
        const place = placeOf(token);
        if (place !== undefined && place < scores.length) scores[place] = -Infinity;
      }
      for (const warp of warpers) warp(scores, sequence);
    },
  };
}

function buildChanges({
  sequence_bias,
  repetition_penalty,
}: DecodingConfig): readonly LogitsProcessor[] {
  return [
    ...(sequence_bias.length === 0 ? [] : [sequenceBias(sequence_bias)]),
    ...(repetition_penalty === 1 ? [] : [repetitionPenalty(repetition_penalty)]),
  ];
}

function buildBannedWords({ bad_words }: DecodingConfig, run?: TextsOfRun): BannedWords | null {
  if (bad_words.length === 0) return null;
  return new BannedWords(bad_words, requireTexts(run?.texts), run?.promptTokenIds ?? []);
}

function buildBans(config: DecodingConfig): readonly TokenBan[] {
  const { no_repeat_ngram_size, bad_words_ids, min_new_tokens, prompt_length, eos_token_ids } =
    config;
  return [
    ...(no_repeat_ngram_size > 0 ? [noRepeatNgram(no_repeat_ngram_size)] : []),
    ...(bad_words_ids.length > 0 ? [badWords(bad_words_ids, eos_token_ids)] : []),
    ...(min_new_tokens > 0 ? [minNewTokens(min_new_tokens, prompt_length, eos_token_ids)] : []),
  ];
}

function buildWarpers(config: DecodingConfig): readonly LogitsProcessor[] {
  return [
    ...(config.temperature === 1 ? [] : [temperature(config.temperature)]),
    ...(config.top_k === 0 ? [] : [topK(config.top_k)]),
    ...(config.top_p === 1 ? [] : [topP(config.top_p)]),
    ...(config.min_p === null ? [] : [minP(config.min_p)]),
    ...(config.typical_p === 1 ? [] : [typicalP(config.typical_p)]),
  ];
}
