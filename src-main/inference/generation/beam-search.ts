import type { StepOutput, StepScores, TopScores } from './decoder.ts';
import { logSoftmax, logSumExp } from './distribution.ts';
import { Hypotheses, unreachedScore } from './hypotheses.ts';
import { buildPipeline, type Pipeline } from './processors/pipeline.ts';
import type { DecodingConfig } from './resolve-config.ts';
import { logitsOfRow, neededOutput } from './step-output.ts';
import { everyTokenIsBanned, stoppingCriterion, throwIfCancelled } from './stopping-criteria.ts';
import { TopCandidates, type Candidate } from './top-candidates.ts';
import type { DecodingStep, GeneratedTokens, GenerateRun } from './types.ts';

/** A text being written. */
interface Beam {
  /** The prompt included. */
  readonly tokenIds: readonly number[];
  /** Sum of the processed log-probabilities of its new tokens, in float32. */
  readonly score: number;
  /** The same as the model gave them, before any processor. */
  readonly logProbSum: number;
}

/**
 * Keeps the `num_beams` likeliest continuations side by side, as Hugging Face's `generate`
 * does: log-probabilities are processed and not normalised again, sums are float32, and a text
 * finishes only when its end token is among the best `num_beams` candidates.
 *
 * Where scores are equal to the bit the lower beam, then the lower token id comes first;
 * PyTorch's `topk` leaves that order open.
 */
export async function beamSearch(run: GenerateRun): Promise<readonly GeneratedTokens[]> {
  const { decoder, promptTokenIds, config, onStep, signal } = run;
  const { num_beams, eos_token_ids, length_penalty, prompt_length } = config;
  const { vocabSize } = decoder;
  const pipeline = buildPipeline(config, run);
  const isFinished = stoppingCriterion(config, run.texts);
  // Each end token can take a candidate from each beam; num_beams must be left to go on with.
  const candidateCount = Math.min(
    Math.max(2, 1 + eos_token_ids.length) * num_beams,
    num_beams * vocabSize,
  );
  const finished = new Hypotheses(num_beams, length_penalty, promptTokenIds);

  // All beams start as the prompt; only the first counts, so the first step has no duplicates.
  let beams = Array.from({ length: num_beams }, (_, i): Beam => ({
    tokenIds: promptTokenIds,
    score: i === 0 ? 0 : unreachedScore,
    logProbSum: 0,
  }));
  let rowOfBeam = new Int32Array(num_beams);
  const output = (rows: readonly Beam[]): StepOutput =>
    neededOutput(
      pipeline,
      rows.map(({ tokenIds }) => tokenIds),
      candidateCount,
      vocabSize,
    );

  throwIfCancelled(signal);
  let scores = await decoder.prefill(promptTokenIds, output(beams));
  for (let length = prompt_length + 1; ; length++) {
    const rows = rowsOf(scores, rowOfBeam, vocabSize);
    const candidates = bestCandidates(rows, beams, pipeline, candidateCount);
    const isEnded = ({ row, token }: Candidate): boolean => isFinished(beams[row]!.tokenIds, token);
    const extended = ({ row, token, score }: Candidate): Beam => ({
      tokenIds: [...beams[row]!.tokenIds, token],
      score,
      logProbSum: beams[row]!.logProbSum + rows[row]!.logProbOf(token),
    });

    for (const candidate of candidates.slice(0, num_beams).filter(isEnded)) {
      finished.add(extended(candidate), length - prompt_length);
    }
    const running = candidates.filter((candidate) => !isEnded(candidate)).slice(0, num_beams);
    const next = running.map(extended);
    if (candidates.length === 0) finishAsTheyAre(beams, finished, prompt_length);

    await onStep?.(progress(next, finished, config, length));
    if (next.length === 0 || isDone(next, finished, config, length)) break;
    throwIfCancelled(signal);
    const parentRows = Int32Array.from(running, ({ row }) => rowOfBeam[row]!);
    beams = next;
    rowOfBeam = Int32Array.from(next, (_, row) => row);
    scores = await decoder.step(
      Int32Array.from(running, ({ token }) => token),
      parentRows,
      output(beams),
    );
  }
  return finished.bestFirst
    .slice(0, config.num_return_sequences)
    .filter(({ isFinished: isText }) => isText || !pipeline.endsWhereAllIsBanned)
    .map(({ tokenIds, score, logProbSum }) => ({ tokenIds, score, logProbSum }));
}

/** Where every token that could follow is banned the texts end, if there is anything of them. */
function finishAsTheyAre(beams: readonly Beam[], finished: Hypotheses, promptLength: number): void {
  const newTokens = beams[0]!.tokenIds.length - promptLength;
  if (newTokens === 0) throw everyTokenIsBanned();
  for (const beam of beams) finished.add(beam, newTokens);
}

/** What the model gave for one row. */
interface RowScores {
  /** Natural log-probabilities, a new array. Undefined where only the likeliest are known. */
  readonly all: (() => Float32Array) | undefined;
  readonly top: readonly { readonly token: number; readonly logProb: number }[];
  /** Before any processor, of a token that is among those known. */
  logProbOf(token: number): number;
}

/** For each beam what its row has. */
function rowsOf(
  scores: StepScores,
  rowOfBeam: Int32Array,
  vocabSize: number,
): readonly RowScores[] {
  const known = new Map<number, RowScores>();
  return Array.from(rowOfBeam, (row) => {
    let found = known.get(row);
    if (found === undefined) {
      found = scores.kind === 'top' ? topRow(scores, row) : wholeRow(scores, row, vocabSize);
      known.set(row, found);
    }
    return found;
  });
}

function topRow({ k, tokenIds, logProbs }: TopScores, row: number): RowScores {
  const top = Array.from({ length: k }, (_, i) => ({
    token: tokenIds[row * k + i]!,
    logProb: logProbs[row * k + i]!,
  }));
  const logProbOf = (wanted: number): number => top.find(({ token }) => token === wanted)!.logProb;
  return { all: undefined, top, logProbOf };
}

function wholeRow(scores: StepScores, row: number, vocabSize: number): RowScores {
  const logits = logitsOfRow(scores, row, vocabSize);
  const total = logSumExp(logits);
  return {
    all: () => logSoftmax(logits, total),
    top: [],
    logProbOf: (token) => logits[token]! - total,
  };
}

/** The best continuations of all beams together, best first. */
function bestCandidates(
  rows: readonly RowScores[],
  beams: readonly Beam[],
  pipeline: Pipeline,
  count: number,
): readonly Candidate[] {
  const best = new TopCandidates(count);
  for (const [beamIndex, { tokenIds, score }] of beams.entries()) {
    const { all, top } = rows[beamIndex]!;
    if (all === undefined) {
      const banned = pipeline.bannedTokens(tokenIds);
      for (const { token, logProb } of top) {
        const processed = banned.has(token) ? -Infinity : logProb;
        best.offer(Math.fround(processed + score), beamIndex, token);
      }
    } else {
      const logProbs = all();
      pipeline.process(logProbs, tokenIds);
      best.offerAll(logProbs, score, beamIndex);
    }
  }
  return pipeline.endsWhereAllIsBanned
    ? best.bestFirst.filter(({ score }) => score > -Infinity)
    : best.bestFirst;
}

/** Whether going on is pointless, by the rule that `early_stopping` names. */
function isDone(
  running: readonly Beam[],
  finished: Hypotheses,
  config: DecodingConfig,
  length: number,
): boolean {
  const { early_stopping, length_penalty, max_length, prompt_length } = config;
  if (early_stopping === true && finished.isFull) return true;
  // "never" asks for certainty: where a longer text scores better, the longest possible counts.
  const hopedLength =
    (early_stopping === 'never' && length_penalty > 0 ? max_length : length) - prompt_length;
  const hopedScore = finished.normalise(running[0]!.score, hopedLength);
  return !(hopedScore > finished.worstScore);
}

function progress(
  running: readonly Beam[],
  finished: Hypotheses,
  config: DecodingConfig,
  length: number,
): DecodingStep {
  const { prompt_length } = config;
  const steps = length - prompt_length;
  const [ended] = finished.bestFirst;
  const [leader] = running;
  const isLeaderBest =
    leader !== undefined &&
    (ended === undefined || finished.normalise(leader.score, steps) > ended.score);
  const best = isLeaderBest ? leader : ended;
  return { newTokenIds: best?.tokenIds.slice(prompt_length) ?? [], steps };
}
