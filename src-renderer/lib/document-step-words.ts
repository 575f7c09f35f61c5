/** What the steps of a document's way are called, and what they do. */
export const documentStepWords = {
  start: {
    label: 'Start editing',
    title: 'Start editing?',
    effect: 'The sponsor sees that you are at work on it.',
  },
  submit: {
    label: 'Submit for review',
    title: 'Submit for review?',
    effect: 'The sponsor is told. The editor cannot change the text until the review is done.',
  },
  request_changes: {
    label: 'Request changes',
    title: 'Request changes?',
    effect: 'The document goes back to its editor, who is told.',
  },
  approve: {
    label: 'Approve',
    title: 'Approve the document?',
    effect: 'The editor is told. A later change of the text opens the review again.',
  },
  reopen: {
    label: 'Reopen the review',
    title: 'Reopen the review?',
    effect: 'The document is in review again, and the sponsor is told.',
  },
  archive: {
    label: 'Archive',
    title: 'Archive the document?',
    effect: 'It can still be read, and nobody changes it. It can be taken out again.',
  },
  unarchive: {
    label: 'Take out of the archive',
    title: 'Take out of the archive?',
    effect: 'The document is approved, as it was before.',
  },
} as const;

type DocumentStepName = keyof typeof documentStepWords;

/** In the order in which they are offered. */
export const documentStepNames = Object.keys(documentStepWords) as readonly DocumentStepName[];
