/** Where the text on the screen is: kept on disk, about to be, or in memory alone. */
export type SaveState =
  | { readonly state: 'saved' }
  | { readonly state: 'unsaved' }
  | { readonly state: 'saving' }
  | { readonly state: 'failed'; readonly reason: string };
