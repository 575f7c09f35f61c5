import { documentStates, type DocumentState } from '../../contract/domain.ts';
import { headVersions } from './document-versions.ts';
import { approvedVersions } from './entities.ts';
import { oneOf, textList } from './field-readers.ts';
import { fieldHeads, fieldValue, type EntityHistory } from './fold.ts';

/**
 * The state of a document. What was approved is what the approval saw: where somebody wrote apart
 * from it, it is in review again, on every machine that hears of both. The derived rows and the
 * judging of changes go by this one function.
 */
export function documentState(history: EntityHistory): DocumentState {
  const state = oneOf(fieldValue(history, 'document_state'), documentStates, 'draft');
  return state === 'approved' && !isAllApproved(history) ? 'in_review' : state;
}

function isAllApproved(history: EntityHistory): boolean {
  const approvals = fieldHeads(history, approvedVersions);
  // Approvals of an earlier Autodoc did not say what they saw.
  if (approvals.length === 0) return true;
  const heads = headVersions(history);
  return approvals.some((approval) => {
    const seen = new Set(textList(history.valueOf(approval)));
    return heads.every(({ id }) => seen.has(id));
  });
}
