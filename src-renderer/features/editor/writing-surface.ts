import type { Text } from '@codemirror/state';
import type { QuotePlace } from '../../lib/find-quote.ts';

/** A passage that a comment is about. */
export interface QuoteMark extends QuotePlace {
  readonly id: string;
  /** Whether the eye sees it; others are only followed through edits. */
  readonly isShown: boolean;
}

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
  /** Marks passages in the place of those that were marked; they move along with edits. */
  markQuotes(marks: readonly QuoteMark[]): void;
  /** Where the marked passages are by now, by id; one whose text is gone is missing. */
  quotePlaces(): ReadonlyMap<string, QuotePlace>;
  /** Stresses one of the passages, for null none, and scrolls to it where it is out of sight. */
  stressQuote(id: string | null): void;
  /** What is selected; empty, at the cursor, where nothing is. */
  selection(): QuotePlace;
  /** Whether the writer may change the text. */
  setWritable(isWritable: boolean): void;
  focus(): void;
}
