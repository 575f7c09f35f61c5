/** Something the writer should know about the open document; it never blocks writing. */
export interface Notice {
  readonly kind: 'recovered' | 'changed_elsewhere' | 'trashed';
  readonly message: string;
}

export const recoveredNotice: Notice = {
  kind: 'recovered',
  message: 'This is your text as autosave kept it. Save to make it a version.',
};
export const changedElsewhereNotice: Notice = {
  kind: 'changed_elsewhere',
  message: 'Another version of this document was saved elsewhere. Both are kept, see Versions.',
};
export const trashedNotice: Notice = {
  kind: 'trashed',
  message: 'This document is in the trash.',
};
