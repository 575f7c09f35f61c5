/** Something the writer should know about the open document; it never blocks writing. */
export interface Notice {
  readonly kind:
    'recovered' | 'changed_elsewhere' | 'trashed' | 'reopens' | 'held_back' | 'unwritable';
  readonly message: string;
}

export const recoveredNotice: Notice = {
  kind: 'recovered',
  message: 'This is your text as autosave kept it. Save to make it a version.',
};
export const changedElsewhereNotice: Notice = {
  kind: 'changed_elsewhere',
  message:
    'Another version of this document was saved elsewhere while you write. Both are kept: your next save is merged with it.',
};
export const trashedNotice: Notice = {
  kind: 'trashed',
  message: 'This document is in the trash.',
};
export const reopensNotice: Notice = {
  kind: 'reopens',
  message:
    'This text is approved. Saving a change opens its review again, and the sponsor is told.',
};
export const heldBackNotice: Notice = {
  kind: 'held_back',
  message:
    'The document moved on while you wrote. What you typed since the last save is kept, and comes back when you can write here again.',
};
export const unwritableNotice: Notice = {
  kind: 'unwritable',
  message:
    'The document moved on while you wrote, and your last words can no longer be saved. They are still here.',
};
