import type { DocumentState, User } from '../../../src-main/contract/domain.ts';

interface Standing {
  readonly document_state: DocumentState;
  readonly sponsor: User | null;
  readonly editor: User | null;
  /** Who reads it. */
  readonly userId: string | null;
}

/** Why somebody may not write in a document, in one calm sentence. */
export function readOnlyWords({ document_state, sponsor, editor, userId }: Standing): string {
  if (document_state === 'archived') {
    return 'This document is archived. It can be read, and nobody changes it.';
  }
  if (editor !== null && editor.id === userId) {
    const reader = sponsor?.name ?? 'The sponsor';
    return document_state === 'in_review'
      ? `In review: ${reader} reads it now. You can write again when changes are requested.`
      : 'You cannot change this document as it stands.';
  }
  return 'You can read this document. Its sponsor and its editor write it.';
}
