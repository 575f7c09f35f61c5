import { AppError } from '../../contract/errors.ts';
import type { StepOutput } from './decoder.ts';
import { logSumExp, softmax } from './distribution.ts';
import { buildPipeline, type Pipeline } from './processors/pipeline.ts';
import { seededRandom, type RandomSource } from './random.ts';
import { logitsOfRow } from './step-output.ts';
import { isFinished, throwIfCancelled } from './stopping-criteria.ts';
import type { GeneratedTokens, GenerateRun } from './types.ts';

interface SampledText {
  readonly sequence: number[];
  logProbSum: number;
  readonly random: RandomSource;
}

const output: StepOutput = { kind: 'logits' };

/**
 * Draws each token from the processed distribution. The texts of one request run in one batch,
 * which a finished text leaves; each has random numbers of its own, so a text does not depend
 * on how many are asked for. The same seed and scores give the same texts.
 */
export async function sample(run: GenerateRun): Promise<readonly GeneratedTokens[]> {
  const { decoder, promptTokenIds, config, onStep, signal } = run;
  const pipeline = buildPipeline(config);
  const texts = Array.from({ length: config.num_return_sequences }, (_, stream): SampledText => ({
    sequence: [...promptTokenIds],
    logProbSum: 0,
    random: seededRandom(config.seed, stream),
  }));

  throwIfCancelled(signal);
  let scores = await decoder.prefill(promptTokenIds, output);
  /** The texts that go on, each with its row in the last step's batch. */
  let rows = texts.map((text) => ({ text, row: 0 }));
  for (let steps = 1; ; steps++) {
    for (const { text, row } of rows) {
      extend(text, logitsOfRow(scores, row, decoder.vocabSize), pipeline);
    }
    const first = texts[0]!;
    await onStep?.({ newTokenIds: first.sequence.slice(promptTokenIds.length), steps });

    const unfinished = rows.filter(
      ({ text: { sequence } }) => !isFinished(config, sequence.length, sequence.at(-1)!),
    );
    if (unfinished.length === 0) break;
    throwIfCancelled(signal);
    scores = await decoder.step(
      Int32Array.from(unfinished, ({ text }) => text.sequence.at(-1)!),
      Int32Array.from(unfinished, ({ row }) => row),
      output,
    );
    rows = unfinished.map(({ text }, row) => ({ text, row }));
  }
  return texts
    .map(({ sequence, logProbSum }) => ({
      tokenIds: sequence,
      score: logProbSum / (sequence.length - promptTokenIds.length),
    }))
    .sort((a, b) => b.score - a.score);
}

/** Draws one token; its log-probability counts as the model gave it, before any processor. */
function extend(text: SampledText, logits: Float32Array, pipeline: Pipeline): void {
  const processed = logits.slice();
  pipeline.process(processed, text.sequence);
  const token = draw(softmax(processed), text.random());
  text.logProbSum += logits[token]! - logSumExp(logits);
  text.sequence.push(token);
}

/**
 * The token in whose share of the line from 0 to 1 the number falls.
 *
 * @param uniform from 0 to below 1
 * @throws AppError `invalid_input` when every token is banned
 */
function draw(probabilities: Float32Array, uniform: number): number {
  let remaining = uniform * probabilities.reduce((sum, probability) => sum + probability, 0);
  let last = -1;
  for (let token = 0; token < probabilities.length; token++) {
    const probability = probabilities[token]!;
    if (!(probability > 0)) continue;
    if (remaining < probability) return token;
    remaining -= probability;
    last = token;
  }
  if (last < 0) {
    throw new AppError(
      'invalid_input',
      'The parameters ban every token of the vocabulary, so no text can go on. Allow repetition or shorten the text.',
    );
  }
  // Rounding used up the line: the number belongs to its end.
  return last;
}
