import { softmax } from './distribution.ts';
import { buildPipeline, type Pipeline } from './processors/pipeline.ts';
import { seededRandom, type RandomSource } from './random.ts';
import { choicesOfRow, outputToSample, type Choices } from './step-output.ts';
import {
  everyTokenIsBanned,
  stoppingCriterion,
  throwIfCancelled,
  type StoppingCriterion,
} from './stopping-criteria.ts';
import type { GeneratedTokens, GenerateRun } from './types.ts';

interface SampledText {
  readonly sequence: number[];
  logProbSum: number;
  isFinished: boolean;
  readonly random: RandomSource;
}

/**
 * Draws each token from the processed distribution. The texts of one request run in one batch,
 * which a finished text leaves; each has random numbers of its own, so a text does not depend
 * on how many are asked for. The same seed and scores give the same texts.
 */
export async function sample(run: GenerateRun): Promise<readonly GeneratedTokens[]> {
  const { decoder, promptTokenIds, config, onStep, signal } = run;
  const pipeline = buildPipeline(config, run);
  const isFinished = stoppingCriterion(config, run.texts);
  const texts = Array.from({ length: config.num_return_sequences }, (_, stream): SampledText => ({
    sequence: [...promptTokenIds],
    logProbSum: 0,
    isFinished: false,
    random: seededRandom(config.seed, stream),
  }));

  const outputFor = (sequences: readonly (readonly number[])[]) =>
    outputToSample(pipeline, sequences, decoder.vocabSize);

  throwIfCancelled(signal);
  let scores = await decoder.prefill(promptTokenIds, outputFor([promptTokenIds]));
  /** The texts that go on, each with its row in the last step's batch. */
  let rows = texts.map((text) => ({ text, row: 0 }));
  for (let steps = 1; ; steps++) {
    for (const { text, row } of rows) {
      extend(text, choicesOfRow(scores, row, decoder.vocabSize), pipeline, isFinished);
    }
    const first = texts[0]!;
    if (first.sequence.length === promptTokenIds.length) throw everyTokenIsBanned();
    await onStep?.({ newTokenIds: first.sequence.slice(promptTokenIds.length), steps });

    const unfinished = rows.filter(({ text }) => !text.isFinished);
    if (unfinished.length === 0) break;
    throwIfCancelled(signal);
    scores = await decoder.step(
      Int32Array.from(unfinished, ({ text }) => text.sequence.at(-1)!),
      Int32Array.from(unfinished, ({ row }) => row),
      outputFor(unfinished.map(({ text }) => text.sequence)),
    );
    rows = unfinished.map(({ text }, row) => ({ text, row }));
  }
  return texts
    .map(({ sequence, logProbSum }) => ({
      tokenIds: sequence,
      score: logProbSum / (sequence.length - promptTokenIds.length),
      logProbSum,
    }))
    .sort((a, b) => b.score - a.score);
}

/** Draws one token; its log-probability counts as the model gave it, before any processor. */
function extend(
  text: SampledText,
  { scores, placeOf, tokenAt, logProbAt }: Choices,
  pipeline: Pipeline,
  isFinished: StoppingCriterion,
): void {
  const { sequence, random } = text;
  pipeline.process(scores, sequence, placeOf);
  const place = draw(softmax(scores), random());
  if (place === null) {
    if (!pipeline.endsWhereAllIsBanned) throw everyTokenIsBanned();
    text.isFinished = true;
    return;
  }
  const token = tokenAt(place);
  text.logProbSum += logProbAt(place);
  text.isFinished = isFinished(sequence, token);
  sequence.push(token);
}

/**
 * The place in whose share of the line from 0 to 1 the number falls.
 *
 * @param uniform from 0 to below 1
 * @returns null when every token is banned
 */
function draw(probabilities: Float32Array, uniform: number): number | null {
  let sum = 0;
  for (let place = 0; place < probabilities.length; place++) sum += probabilities[place]!;
  let remaining = uniform * sum;
  let last = -1;
  for (let place = 0; place < probabilities.length; place++) {
    const probability = probabilities[place]!;
    if (!(probability > 0)) continue;
    if (remaining < probability) return place;
    remaining -= probability;
    last = place;
  }
  // Rounding used up the line: the number belongs to its end.
  return last < 0 ? null : last;
}
