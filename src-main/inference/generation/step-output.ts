import type { StepOutput, StepScores } from './decoder.ts';
import type { Pipeline } from './processors/pipeline.ts';

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

/** One row of a step's logits, shape [vocabulary]: a view, to be copied before a change. */
export function logitsOfRow(scores: StepScores, row: number, vocabSize: number): Float32Array {
  if (scores.kind !== 'logits') {
    throw new Error('The decoder gave candidates where logits were asked for');
  }
  return scores.logits.subarray(row * vocabSize, (row + 1) * vocabSize);
}
