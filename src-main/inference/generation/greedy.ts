import type { StepOutput, StepScores } from './decoder.ts';
import { logSumExp } from './distribution.ts';
import { buildPipeline, type Pipeline } from './processors/pipeline.ts';
import { argmax } from './selection.ts';
import { neededOutput } from './step-output.ts';
import { everyTokenIsBanned, stoppingCriterion, throwIfCancelled } from './stopping-criteria.ts';
import type { GeneratedTokens, GenerateRun } from './types.ts';

/** Takes the likeliest token, again and again; equal ones by lower id. */
export async function greedySearch(run: GenerateRun): Promise<GeneratedTokens> {
  const { decoder, promptTokenIds, config, texts, onStep, signal } = run;
  const pipeline = buildPipeline(config, run);
  const isFinished = stoppingCriterion(config, texts);
  const sequence = [...promptTokenIds];
  let logProbSum = 0;
  const found = (): GeneratedTokens => {
    const newTokens = sequence.length - promptTokenIds.length;
    if (newTokens === 0) throw everyTokenIsBanned();
    return { tokenIds: sequence, score: logProbSum / newTokens, logProbSum };
  };
  const output = (): StepOutput => neededOutput(pipeline, [sequence], 1, decoder.vocabSize);

  throwIfCancelled(signal);
  let scores = await decoder.prefill(promptTokenIds, output());
  for (;;) {
    const next = likeliest(scores, pipeline, sequence);
    if (next === null) return found();
    const { token, logProb } = next;
    const isLast = isFinished(sequence, token);
    sequence.push(token);
    logProbSum += logProb;

    const newTokenIds = sequence.slice(promptTokenIds.length);
    await onStep?.({ newTokenIds, steps: newTokenIds.length });
    if (isLast) return found();
    throwIfCancelled(signal);
    scores = await decoder.step(Int32Array.of(token), Int32Array.of(0), output());
  }
}

/** `logProb` is the model's own, before any processor. Null where the text must end. */
function likeliest(
  scores: StepScores,
  pipeline: Pipeline,
  sequence: readonly number[],
): { readonly token: number; readonly logProb: number } | null {
  if (scores.kind === 'logits') {
    const processed = scores.logits.slice();
    pipeline.process(processed, sequence);
    const token = argmax(processed);
    if (pipeline.endsWhereAllIsBanned && processed[token] === -Infinity) return null;
    return { token, logProb: scores.logits[token]! - logSumExp(scores.logits) };
  }
  const { tokenIds, logProbs } = scores;
  const banned = pipeline.bannedTokens(sequence);
  let choice = tokenIds.findIndex((token) => !banned.has(token));
  if (choice < 0 && pipeline.endsWhereAllIsBanned) return null;
  // The whole vocabulary is banned: all scores are equal, and the lowest id is first.
  if (choice < 0) choice = tokenIds.indexOf(0);
  return { token: tokenIds[choice]!, logProb: logProbs[choice]! };
}
