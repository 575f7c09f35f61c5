import type { DocumentOperation, DocumentState, Id } from '../../../src-main/contract/domain.ts';
import type { DocumentStep } from '../../../src-main/contract/work.ts';
import { documentStepNames } from '../../lib/document-step-words.ts';

/** What the bar offers: buttons for what comes next, and a menu for the rest. */
interface BarActions {
  readonly buttons: readonly DocumentStep[];
  readonly more: readonly DocumentStep[];
}

/** What comes next in each state, for whoever may. */
const next: Readonly<Record<DocumentState, readonly DocumentStep[]>> = {
  draft: ['submit'],
  assigned: ['start', 'submit'],
  in_edit: ['submit'],
  in_review: ['request_changes', 'approve'],
  changes_requested: ['start', 'submit'],
  approved: ['archive'],
  archived: ['unarchive'],
};

/**
 * Sorts the allowed steps. While somebody else edits a document, handing it in is theirs: a
 * sponsor finds it in the menu.
 */
export function barActions(
  state: DocumentState,
  allowed: readonly DocumentOperation[],
  { editorId, userId }: { readonly editorId: Id | null; readonly userId: Id | null },
): BarActions {
  const steps = documentStepNames.filter((step) => allowed.includes(`document:${step}`));
  const isOthers = editorId !== null && editorId !== userId;
  const comesNext = (step: DocumentStep): boolean =>
    next[state].includes(step) && !(step === 'submit' && isOthers);
  return {
    buttons: next[state].filter((step) => steps.includes(step) && comesNext(step)),
    more: steps.filter((step) => !comesNext(step)),
  };
}
