import type { StepOutput, StepScores } from './decoder.ts';
import { logSoftmax } from './distribution.ts';
import { Hypotheses, unreachedScore } from './hypotheses.ts';
import { buildPipeline, type Pipeline } from './processors/pipeline.ts';
import type { DecodingConfig } from './resolve-config.ts';
import { logitsOfRow, neededOutput } from './step-output.ts';
import { isFinished, throwIfCancelled } from './stopping-criteria.ts';
import { TopCandidates, type Candidate } from './top-candidates.ts';
import type { DecodingStep, GeneratedTokens, GenerateRun } from './types.ts';

/** A text being written. */
interface Beam {
  /** The prompt included. */
  readonly tokenIds: readonly number[];
  /** Sum of the processed log-probabilities of its new tokens, in float32. */
  readonly score: number;
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
  const pipeline = buildPipeline(config);
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
    const candidates = bestCandidates(
      scores,
      rowOfBeam,
      beams,
      pipeline,
      candidateCount,
      vocabSize,
    );
    const isEnded = ({ token }: Candidate): boolean => isFinished(config, length, token);
    const extended = ({ row, token }: Candidate): number[] => [...beams[row]!.tokenIds, token];

    for (const candidate of candidates.slice(0, num_beams).filter(isEnded)) {
      finished.add(extended(candidate), candidate.score, length - prompt_length);
    }
    const running = candidates.filter((candidate) => !isEnded(candidate)).slice(0, num_beams);
    const next = running.map((candidate): Beam => ({
      tokenIds: extended(candidate),
      score: candidate.score,
    }));

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
    .map(({ tokenIds, score }) => ({ tokenIds, score }));
}

/** The best continuations of all beams together, best first. */
function bestCandidates(
  scores: StepScores,
  rowOfBeam: Int32Array,
  beams: readonly Beam[],
  pipeline: Pipeline,
  count: number,
  vocabSize: number,
): readonly Candidate[] {
  const best = new TopCandidates(count);
  for (const [beamIndex, beam] of beams.entries()) {
    const row = rowOfBeam[beamIndex]!;
    if (scores.kind === 'top') {
      const banned = pipeline.bannedTokens(beam.tokenIds);
      for (let i = row * scores.k; i < (row + 1) * scores.k; i++) {
        const token = scores.tokenIds[i]!;
        const logProb = banned.has(token) ? -Infinity : scores.logProbs[i]!;
        best.offer(Math.fround(logProb + beam.score), beamIndex, token);
      }
    } else {
      const logProbs = logSoftmax(logitsOfRow(scores, row, vocabSize));
      pipeline.process(logProbs, beam.tokenIds);
      for (let token = 0; token < vocabSize; token++) {
        best.offer(Math.fround(logProbs[token]! + beam.score), beamIndex, token);
      }
    }
  }
  return best.bestFirst;
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
