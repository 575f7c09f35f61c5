/** How a document's state is called, and the tone of its badge. */
export const documentStateWords = {
  draft: { label: 'Draft', tone: 'neutral' },
  assigned: { label: 'Assigned', tone: 'accent' },
  in_edit: { label: 'In edit', tone: 'accent' },
  in_review: { label: 'In review', tone: 'warning' },
  changes_requested: { label: 'Changes requested', tone: 'danger' },
  approved: { label: 'Approved', tone: 'success' },
  archived: { label: 'Archived', tone: 'neutral' },
} as const;

export type DocumentStateName = keyof typeof documentStateWords;

/** In the order of a document's way. */
export const documentStateNames = Object.keys(documentStateWords) as readonly DocumentStateName[];

/** Whether nobody waits for the document any more, so that its day no longer matters. */
export function isDone(state: DocumentStateName): boolean {
  return state === 'approved' || state === 'archived';
}
