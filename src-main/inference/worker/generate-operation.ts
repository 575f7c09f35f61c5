import { setImmediate } from 'node:timers/promises';
import { generate } from '../generation/generate.ts';
import { resolveConfig } from '../generation/resolve-config.ts';
import { rankCandidates, type RankingModel } from '../scoring/rank-candidates.ts';
import { scoreTokens } from '../scoring/score-tokens.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { LoadedModel } from './model-slot.ts';
import type { OperationContext } from './operation-context.ts';
import type { OperationOutput, OperationPayload } from './protocol.ts';
import { Stopwatch } from './stopwatch.ts';

/** Steps can be faster than anyone reads, and telling costs as much as a step of a small model. */
const reportGapMs = 30;

/** What a draft is written with: in memory, whole. */
export interface ReadyModel extends LoadedModel {
  readonly tokenizer: Tokenizer;
  readonly loadMs: number;
}

/** Writes on from a prompt with a model that is in memory; reports as it goes. */
export async function generateTexts(
  model: ReadyModel,
  input: OperationPayload<'generate'>,
  { signal, report }: OperationContext<'generate'>,
): Promise<OperationOutput<'generate'>> {
  const { card, session, decoder, tokenizer, loadMs } = model;
  const { promptTokenIds, bannedWords = [], readsOnlyChanges = false } = input;
  const { sequence_bias = [], bad_words = [], rerank = false, ...others } = input.parameters;
  const config = resolveConfig(
    {
      ...others,
      bad_words: [...new Set([...bad_words, ...bannedWords])],
      sequence_bias: sequence_bias.map(({ text, bias }) => [tokenizer.encode(text), bias] as const),
    },
    {
      vocabSize: card.vocab_size,
      maxPositions: card.n_positions,
      eosTokenIds: card.eos_token_ids,
    },
    promptTokenIds.length,
  );
  const maxNewTokens = config.max_length - promptTokenIds.length;

  decoder.signal = signal;
  decoder.reuse = readsOnlyChanges ? 'everything' : 'pieces';
  const prefill = new Stopwatch();
  let prefillMs = 0;
  let decode = prefill;
  let tokens = 0;
  /** The first token comes with the prompt's reading; the rest are what decoding is timed by. */
  const tokensPerSecond = () =>
    tokens > 1
      ? ((tokens - 1) * 1000) / decode.elapsedMs()
      : (tokens * 1000) / Math.max(prefillMs, Number.MIN_VALUE);
  let untold: readonly number[] | null = null;
  let toldMs = -Infinity;
  const tell = (): void => {
    if (untold === null) return;
    report({
      text: tokenizer.decodeBeginning(untold, { skipSpecialTokens: true }),
      tokens,
      maxNewTokens,
      tokensPerSecond: tokensPerSecond(),
      device: session.device,
      variant: session.variant,
    });
    untold = null;
    toldMs = performance.now();
  };
  // Also where it is cancelled: what was written until then is kept.
  const sequences = await generate({
    decoder,
    promptTokenIds,
    config,
    texts: tokenizer,
    signal,
    async onStep({ newTokenIds, steps }) {
      tokens = steps;
      if (steps === 1) {
        prefillMs = prefill.elapsedMs();
        decode = new Stopwatch();
      }
      untold = newTokenIds;
      if (performance.now() - toldMs >= reportGapMs) tell();
      // Lets messages in: a cancel takes effect before the next step.
      await setImmediate();
    },
  }).finally(tell);
  const timings = {
    loadMs,
    prefillMs,
    decodeMs: decode.elapsedMs(),
    tokensPerSecond: tokensPerSecond(),
  };
  const ranked = rerank
    ? await rankCandidates(sequences, promptTokenIds.length, rankingModel(model, signal))
    : sequences.map((sequence) => ({ ...sequence, ranking: null }));
  return {
    sequences: ranked.map(({ tokenIds, score, ranking }) => ({
      tokenIds: [...tokenIds],
      text: tokenizer.decode(tokenIds.slice(promptTokenIds.length), { skipSpecialTokens: true }),
      score,
      ranking,
    })),
    device: session.device,
    variant: session.variant,
    fallBack: session.fallBack,
    seed: config.seed,
    timings,
  };
}

function rankingModel({ card, session }: LoadedModel, signal: AbortSignal): RankingModel {
  return {
    vocabSize: card.vocab_size,
    startTokenId: card.bos_token_id ?? card.eos_token_ids[0] ?? null,
    eosTokenIds: card.eos_token_ids,
    async score(tokenIds) {
      // Lets messages in: a cancel takes effect before the next text.
      await setImmediate();
      return (await scoreTokens(session, tokenIds, signal)).logProbs;
    },
  };
}
