import type { Candidate } from '../../../src-main/contract/domain.ts';
import { percentText } from './token-words.ts';

/** One of the things that a candidate is ranked by, for people. */
export interface RankingFact {
  readonly label: string;
  readonly value: string;
  /** What the value says, in a sentence. */
  readonly meaning: string;
}

/** Why a candidate stands where it stands; of one that was not reranked its score alone. */
export function rankingFacts(
  { ranking, score }: Pick<Candidate, 'ranking' | 'score'>,
  strategy: unknown,
): readonly RankingFact[] {
  if (ranking === null) {
    return [
      {
        label: strategy === 'beam' ? 'Beam score' : 'Mean log-probability',
        value: score.toFixed(3),
        meaning: 'What the candidates are ordered by: nearer to 0 is better.',
      },
    ];
  }
  const { mean_log_prob, distinct, fit } = ranking;
  return [
    {
      label: 'Likely',
      value: percentText(mean_log_prob),
      meaning: 'How likely the model thinks each of its tokens is, on average.',
    },
    {
      label: 'Varied',
      value: `${Math.round(distinct * 100)}%`,
      meaning: 'How many of its phrases occur only once: repetition lowers it.',
    },
    {
      label: 'Fit',
      value: `${timesText(Math.exp(fit))}×`,
      meaning: 'How many times likelier each of its tokens is after your text than without it.',
    },
  ];
}

function timesText(times: number): string {
  return times.toFixed(times < 9.95 ? 1 : 0);
}
