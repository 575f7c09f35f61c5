import type { StepOutput, StepScores } from './decoder.ts';
import { logSumExp } from './distribution.ts';
import { buildPipeline, type Pipeline } from './processors/pipeline.ts';
import { argmax } from './selection.ts';
import { neededOutput } from './step-output.ts';
import { isFinished, throwIfCancelled } from './stopping-criteria.ts';
import type { GeneratedTokens, GenerateRun } from './types.ts';

/** Takes the likeliest token, again and again; equal ones by lower id. */
export async function greedySearch(run: GenerateRun): Promise<GeneratedTokens> {
  const { decoder, promptTokenIds, config, onStep, signal } = run;
  const pipeline = buildPipeline(config);
  const sequence = [...promptTokenIds];
  let logProbSum = 0;
  const output = (): StepOutput => neededOutput(pipeline, [sequence], 1, decoder.vocabSize);

  throwIfCancelled(signal);
  let scores = await decoder.prefill(promptTokenIds, output());
  for (;;) {
    const { token, logProb } = likeliest(scores, pipeline, sequence);
    sequence.push(token);
    logProbSum += logProb;

    const newTokenIds = sequence.slice(promptTokenIds.length);
    await onStep?.({ newTokenIds, steps: newTokenIds.length });
    if (isFinished(config, sequence.length, token)) {
      return { tokenIds: sequence, score: logProbSum / newTokenIds.length };
    }
    throwIfCancelled(signal);
    scores = await decoder.step(Int32Array.of(token), Int32Array.of(0), output());
  }
}

/** `logProb` is the model's own, before any processor. */
function likeliest(
  scores: StepScores,
  pipeline: Pipeline,
  sequence: readonly number[],
): { readonly token: number; readonly logProb: number } {
  if (scores.kind === 'logits') {
    const processed = scores.logits.slice();
    pipeline.process(processed, sequence);
    const token = argmax(processed);
    return { token, logProb: scores.logits[token]! - logSumExp(scores.logits) };
  }
  const { tokenIds, logProbs } = scores;
  const banned = pipeline.bannedTokens(sequence);
  let choice = tokenIds.findIndex((token) => !banned.has(token));
  // The whole vocabulary is banned: all scores are equal, and the lowest id is first.
  if (choice < 0) choice = tokenIds.indexOf(0);
  return { token: tokenIds[choice]!, logProb: logProbs[choice]! };
}
