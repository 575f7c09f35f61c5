import { StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  ViewPlugin,
  WidgetType,
  type DecorationSet,
  type ViewUpdate,
} from '@codemirror/view';

/** Where the model starts to read, in UTF-16 code units; null takes the mark away. */
export const setReadingMark = StateEffect.define<number | null>();

/** The position, moved along with edits until it is measured anew. */
const readsFrom = StateField.define<number | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setReadingMark)) {
        return effect.value === null ? null : Math.min(effect.value, transaction.newDoc.length);
      }
    }
    return value === null ? null : transaction.changes.mapPos(value);
  },
});

/** A small sign in the text, at the very place. The status bar says the same in words. */
class StartWidget extends WidgetType {
  override eq(): boolean {
    return true;
  }

  override toDOM(): HTMLElement {
    const mark = document.createElement('span');
    mark.className = 'cm-reading-start';
    mark.title = 'The model reads from here to the end';
    mark.setAttribute('aria-hidden', 'true');
    return mark;
  }
}

const start = Decoration.widget({ widget: new StartWidget(), side: -1 });
const readLine = Decoration.line({ class: 'cm-read' });

/** The sign, and a rail beside the lines that the model reads, as far as they are on screen. */
function decorations(view: EditorView): DecorationSet {
  const from = markIn(view.state);
  if (from === null) return Decoration.none;
  const ranges = [start.range(from)];
  for (const visible of view.visibleRanges) {
    let position = Math.max(visible.from, view.state.doc.lineAt(from).from);
    while (position <= visible.to) {
      const line = view.state.doc.lineAt(position);
      ranges.push(readLine.range(line.from));
      position = line.to + 1;
    }
  }
  return Decoration.set(ranges, true);
}

function markIn(state: EditorState): number | null {
  return state.field(readsFrom);
}

const rail = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = decorations(view);
    }

    update(update: ViewUpdate): void {
      const isMoved = markIn(update.startState) !== markIn(update.state);
      if (isMoved || update.docChanged || update.viewportChanged) {
        this.decorations = decorations(update.view);
      }
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const look = EditorView.baseTheme({
  '.cm-reading-start': {
    display: 'inline-block',
    width: '7px',
    height: '0.8em',
    marginRight: '3px',
    borderTop: '2px solid var(--machine)',
    borderLeft: '2px solid var(--machine)',
    borderTopLeftRadius: '3px',
    opacity: '0.75',
  },
  '.cm-line.cm-read': { borderLeftColor: 'color-mix(in srgb, var(--machine) 28%, transparent)' },
});

/** Shows in the text where the model starts to read. */
export const readingMark: Extension = [readsFrom, rail, look];
