import { StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';
import type { QuotePlace } from '../../../lib/find-quote.ts';
import type { QuoteMark } from '../writing-surface.ts';

/** The passages that comments are about, in the place of those that there were. */
export const setQuotes = StateEffect.define<readonly QuoteMark[]>();
/** The one that stands out from the others; null for none. */
export const setStressedQuote = StateEffect.define<string | null>();

interface Quotes {
  readonly stressed: string | null;
  /** Each decoration's `quote` is the mark that it was made for. */
  readonly marks: DecorationSet;
}

/** Moved along with every edit; a passage that was deleted whole is dropped. */
const quotes = StateField.define<Quotes>({
  create: () => ({ stressed: null, marks: Decoration.none }),
  update(value, transaction) {
    let { stressed, marks } = value;
    if (transaction.docChanged) marks = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setQuotes)) {
        marks = decorations(effect.value, stressed, transaction.newDoc.length);
      } else if (effect.is(setStressedQuote)) {
        stressed = effect.value;
        marks = decorations(marksIn(marks), stressed, transaction.newDoc.length);
      }
    }
    return marks === value.marks && stressed === value.stressed ? value : { stressed, marks };
  },
  provide: (field) => EditorView.decorations.from(field, ({ marks }) => marks),
});

function decorations(
  marks: readonly QuoteMark[],
  stressed: string | null,
  length: number,
): DecorationSet {
  return Decoration.set(
    marks.flatMap((quote) => {
      const to = Math.min(quote.to, length);
      if (quote.from >= to) return [];
      const isStressed = quote.id === stressed;
      const look = [quote.isShown && 'cm-quote', isStressed && 'cm-quote-stressed'];
      const decoration = Decoration.mark({
        quote,
        class: look.filter(Boolean).join(' '),
        ...(quote.isShown && { attributes: { 'data-comment': quote.id } }),
      });
      return [decoration.range(quote.from, to)];
    }),
    true,
  );
}

function marksIn(set: DecorationSet): readonly QuoteMark[] {
  const marks: QuoteMark[] = [];
  const range = set.iter();
  while (range.value !== null) {
    const { quote } = range.value.spec as { readonly quote: QuoteMark };
    marks.push({ ...quote, from: range.from, to: range.to });
    range.next();
  }
  return marks;
}

/** Where the marked passages are, by id. */
export function placesOfQuotes(state: EditorState): ReadonlyMap<string, QuotePlace> {
  return new Map(marksIn(state.field(quotes).marks).map(({ id, from, to }) => [id, { from, to }]));
}

const look = EditorView.baseTheme({
  '.cm-quote': {
    borderBottom: '2px solid color-mix(in srgb, var(--warning) 55%, transparent)',
    backgroundColor: 'color-mix(in srgb, var(--warning) 11%, transparent)',
    cursor: 'pointer',
  },
  '.cm-quote-stressed': {
    borderBottom: '2px solid var(--warning)',
    backgroundColor: 'color-mix(in srgb, var(--warning) 26%, transparent)',
  },
});

/** Shows softly which passages have comments, and tells of clicks on them. */
export function quoteMarks(onClick: (id: string) => void): Extension {
  const clicks = EditorView.domEventHandlers({
    click(event, view) {
      const passage =
        event.target instanceof Element ? event.target.closest('[data-comment]') : null;
      const id = passage?.getAttribute('data-comment') ?? null;
      // Whoever selects a part of it means the words, not the comment.
      if (id !== null && view.state.selection.main.empty) onClick(id);
    },
  });
  return [quotes, clicks, look];
}
