import type { StepOutput, StepScores } from './decoder.ts';
import { logSumExp } from './distribution.ts';
import type { Pipeline } from './processors/pipeline.ts';
import { inWholeVocabulary, type PlaceOf } from './processors/types.ts';

/** Candidates cost more than the whole vocabulary's scores where they are this many a row. */
const mostCandidates = 512;

/**
 * What a step must bring back so that each row's best `count` tokens are there once its bans
 * are applied: with nothing but bans, as many more as can be banned cannot run dry.
 *
 * @param sequences the tokens of each row so far, the ones this step feeds included
 */
export function neededOutput(
  pipeline: Pipeline,
  sequences: readonly (readonly number[])[],
  count: number,
  vocabSize: number,
): StepOutput {
  if (pipeline.needsAllScores) return { kind: 'logits' };
  const banned = sequences.map((sequence) => pipeline.bannedTokens(sequence).size);
  const k = Math.min(count + Math.max(...banned), vocabSize);
  return k > mostCandidates ? { kind: 'logits' } : { kind: 'top', k };
}

/**
 * What a step must bring back for a token of each row to be drawn: as many of the likeliest as
 * can be drawn, or everything.
 *
 * @param sequences the tokens of each row so far, the ones this step feeds included
 */
export function outputToSample(
  pipeline: Pipeline,
  sequences: readonly (readonly number[])[],
  vocabSize: number,
): StepOutput {
  const enough = Math.max(...sequences.map((each) => pipeline.enoughToSample(each) ?? Infinity));
  if (enough > mostCandidates) return { kind: 'logits' };
  return { kind: 'top', k: Math.min(enough, vocabSize) };
}

/** The tokens that one row may be given next, in the order of their ids. */
export interface Choices {
  /** Logits, to be changed at will. */
  readonly scores: Float32Array;
  readonly placeOf: PlaceOf;
  readonly tokenAt: (place: number) => number;
  /** As the model gave it, over the whole vocabulary. */
  readonly logProbAt: (place: number) => number;
}

export function choicesOfRow(scores: StepScores, row: number, vocabSize: number): Choices {
  if (scores.kind === 'logits') {
    const logits = logitsOfRow(scores, row, vocabSize);
    return {
      scores: logits.slice(),
      placeOf: inWholeVocabulary,
      tokenAt: (place) => place,
      logProbAt: (place) => logits[place]! - logSumExp(logits),
    };
  }
  const { k, tokenIds, logits, logProbs } = scores;
  const start = row * k;
  const ranks = Array.from({ length: k }, (_, rank) => start + rank);
  ranks.sort((a, b) => tokenIds[a]! - tokenIds[b]!);
  const places = new Map(ranks.map((rank, place) => [tokenIds[rank]!, place]));
  return {
    scores: Float32Array.from(ranks, (rank) => logits[rank]!),
    placeOf: (token) => places.get(token),
    tokenAt: (place) => tokenIds[ranks[place]!]!,
    logProbAt: (place) => logProbs[ranks[place]!]!,
  };
}

/** One row of a step's logits, shape [vocabulary]: a view, to be copied before a change. */
export function logitsOfRow(scores: StepScores, row: number, vocabSize: number): Float32Array {
  if (scores.kind !== 'logits') {
    throw new Error('The decoder gave candidates where logits were asked for');
  }
  return scores.logits.subarray(row * vocabSize, (row + 1) * vocabSize);
}
