import type { Candidate, CandidateRanking } from '../../contract/domain.ts';
import type { JsonValue } from '../log/change.ts';
import { integerOrNull, numberOrNull, objectList, objectOrEmpty } from './field-readers.ts';

/** The candidates that a draft's outcome names; those that are not understood are left out. */
export function candidateList(value: JsonValue | undefined): readonly Candidate[] {
  return objectList(value).flatMap(({ autodoc_body, tokens, score, ranking }) => {
    const count = integerOrNull(tokens);
    const reached = numberOrNull(score);
    if (typeof autodoc_body !== 'string' || count === null || reached === null) return [];
    return [{ autodoc_body, tokens: count, score: reached, ranking: rankingOrNull(ranking) }];
  });
}

function rankingOrNull(value: JsonValue | undefined): CandidateRanking | null {
  const given = objectOrEmpty(value);
  const mean_log_prob = numberOrNull(given.mean_log_prob);
  const distinct = numberOrNull(given.distinct);
  const fit = numberOrNull(given.fit);
  const total = numberOrNull(given.total);
  const isWhole = mean_log_prob !== null && distinct !== null && fit !== null && total !== null;
  return isWhole ? { mean_log_prob, distinct, fit, total } : null;
}
