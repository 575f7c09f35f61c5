import { inWholeVocabulary, type LogitsProcessor } from './types.ts';

/**
 * Makes every token that already occurred less likely (penalty above 1) or more likely
 * (below 1), once however often it occurred. Keskar et al., "CTRL", 2019.
 */
export function repetitionPenalty(penalty: number): LogitsProcessor {
  const factor = Math.fround(penalty);
  return (scores, sequence, placeOf = inWholeVocabulary) => {
    for (const token of new Set(sequence)) {
      const place = placeOf(token) ?? -1;
      const score = scores[place];
      if (score !== undefined) scores[place] = score < 0 ? score * factor : score / factor;
    }
  };
}
