import { defaultKeymap, history, historyKeymap, isolateHistory } from '@codemirror/commands';
import { markdown, markdownKeymap } from '@codemirror/lang-markdown';
import { search, searchKeymap } from '@codemirror/search';
import {
  Compartment,
  EditorState,
  Prec,
  Text,
  Transaction,
  type ChangeSpec,
  type Extension,
} from '@codemirror/state';
import { drawSelection, dropCursor, EditorView, keymap, placeholder } from '@codemirror/view';
import type { QuotePlace } from '../../../lib/find-quote.ts';
import type { QuoteMark, WritingSurface } from '../writing-surface.ts';
import { createFindPanel, openReplace } from './find-panel.ts';
import { joined } from './join-text.ts';
import { placesOfQuotes, quoteMarks, setQuotes, setStressedQuote } from './quote-marks.ts';
import { readingMark, setReadingMark } from './reading-mark.ts';
import { textChanges } from './text-changes.ts';
import { writingTheme } from './writing-theme.ts';

interface SurfaceOptions {
  readonly parent: HTMLElement;
  /** The page's nonce: CodeMirror makes its style sheet at run time. */
  readonly nonce: string;
  /** What an empty page says. */
  readonly placeholder: string;
  readonly onEdit: (text: Text) => void;
  /** The selected text, null when nothing is selected. */
  readonly onSelect: (text: string | null) => void;
  /** A marked passage was clicked. */
  readonly onQuote: (id: string) => void;
}

/** The writer's page on CodeMirror. */
export class CodeMirrorSurface implements WritingSurface {
  readonly #view: EditorView;
  readonly #options: SurfaceOptions;
  readonly #writing = new Compartment();
  #isWritable = true;

  constructor(options: SurfaceOptions) {
    this.#options = options;
    this.#view = new EditorView({
      parent: options.parent,
      state: this.#stateFor(Text.empty),
      dispatchTransactions: (transactions, view) => {
        view.update(transactions);
        this.#report(transactions);
      },
    });
  }

  show(text: Text): void {
    this.#view.setState(this.#stateFor(text));
    this.#options.onSelect(null);
    this.#view.scrollDOM.scrollTop = 0;
  }

  update(text: Text): void {
    this.#view.dispatch({
      changes: textChanges(this.#view.state.doc, text),
      annotations: [Transaction.addToHistory.of(false), Transaction.remote.of(true)],
    });
  }

  insert(text: string): void {
    const { from, to } = this.#view.state.selection.main;
    this.#put(from, to, joined(this.#view.state.doc, from, to, text));
  }

  append(text: string): void {
    const { doc } = this.#view.state;
    this.#put(doc.length, doc.length, joined(doc, doc.length, doc.length, text));
  }

  replaceAll(text: string): void {
    this.#put(0, this.#view.state.doc.length, text);
  }

  markReading(from: number | null): void {
    this.#view.dispatch({ effects: setReadingMark.of(from) });
  }

  markQuotes(marks: readonly QuoteMark[]): void {
    this.#view.dispatch({ effects: setQuotes.of(marks) });
  }

  quotePlaces(): ReadonlyMap<string, QuotePlace> {
    return placesOfQuotes(this.#view.state);
  }

  stressQuote(id: string | null): void {
    const place = id === null ? undefined : this.quotePlaces().get(id);
    const stress = setStressedQuote.of(place === undefined ? null : id);
    this.#view.dispatch({
      effects:
        place === undefined
          ? stress
          : [stress, EditorView.scrollIntoView(place.from, { yMargin: 64 })],
    });
  }

  selection(): QuotePlace {
    const { from, to } = this.#view.state.selection.main;
    return { from, to };
  }

  setWritable(isWritable: boolean): void {
    this.#isWritable = isWritable;
    this.#view.dispatch({ effects: this.#writing.reconfigure(this.#writable()) });
  }

  focus(): void {
    this.#view.focus();
  }

  destroy(): void {
    this.#view.destroy();
  }

  /** One step of its own in the history, with the cursor after what was put. */
  #put(from: number, to: number, insert: string): void {
    const changes: ChangeSpec = { from, to, insert };
    const { state } = this.#view;
    // Line breaks in `insert` may be of any kind: its length in the text is known afterwards.
    const inserted = state.changes(changes).newLength - state.doc.length + (to - from);
    this.#view.dispatch({
      changes,
      selection: { anchor: from + inserted },
      scrollIntoView: true,
      userEvent: 'input.draft',
      annotations: isolateHistory.of('full'),
    });
    this.#view.focus();
  }

  #report(transactions: readonly Transaction[]): void {
    const { state } = this.#view;
    const isWriting = transactions.some(
      (one) => one.docChanged && one.annotation(Transaction.remote) !== true,
    );
    if (isWriting) this.#options.onEdit(state.doc);
    if (transactions.some((one) => one.docChanged || one.selection !== undefined)) {
      const { from, to, empty } = state.selection.main;
      this.#options.onSelect(empty ? null : state.sliceDoc(from, to));
    }
  }

  /** The cursor stays where nothing may be written: the text is read and copied by keyboard. */
  #writable(): Extension {
    return this.#isWritable
      ? placeholder(this.#options.placeholder)
      : EditorState.readOnly.of(true);
  }

  #stateFor(doc: Text): EditorState {
    return EditorState.create({
      doc,
      extensions: [
        EditorView.cspNonce.of(this.#options.nonce),
        history(),
        drawSelection(),
        dropCursor(),
        EditorView.lineWrapping,
        search({ top: true, createPanel: createFindPanel }),
        markdown({ completeHTMLTags: false, pasteURLAsLink: true }),
        readingMark,
        quoteMarks((id) => this.#options.onQuote(id)),
        writingTheme,
        this.#writing.of(this.#writable()),
        EditorView.contentAttributes.of({
          'aria-label': 'Document text',
          tabindex: '0',
          spellcheck: 'true',
          autocorrect: 'on',
          autocapitalize: 'sentences',
        }),
        Prec.high(keymap.of([{ key: 'Mod-h', run: openReplace }])),
        keymap.of([...markdownKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
      ],
    });
  }
}
