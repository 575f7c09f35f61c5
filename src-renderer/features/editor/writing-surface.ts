import type { Text } from '@codemirror/state';

/** What the document store needs of the editor on the screen. */
export interface WritingSurface {
  /** Shows another document: cursor at the start, nothing to undo. */
  show(text: Text): void;
  /** The same document, changed elsewhere: cursor and scroll position stay where they can. */
  update(text: Text): void;
  /** Puts text in the place of the selection, as one step that can be undone. */
  insert(text: string): void;
  /** Puts text at the end, as one step that can be undone. */
  append(text: string): void;
  /** Takes `text` in the place of everything, as one step that can be undone. */
  replaceAll(text: string): void;
  /** Marks where the model starts to read, in UTF-16 code units; null takes the mark away. */
  markReading(from: number | null): void;
  focus(): void;
}
