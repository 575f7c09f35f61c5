import { Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { undo } from '@codemirror/commands';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CodeMirrorSurface } from '../../../../src-renderer/features/editor/parts/code-mirror-surface.ts';
import { Quotes } from '../../../../src-renderer/features/editor/quotes.svelte.ts';
import { anchorAt } from '../../../../src-renderer/lib/find-quote.ts';

const body = 'The cat sat on the mat. The dog lay beside it.';
const pauseMs = 400;

let parent: HTMLElement;
let surface: CodeMirrorSurface;
let quotes: Quotes;

beforeEach(() => {
  // Frames stay real: CodeMirror would measure in them, and there is nothing to measure here.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  parent = document.createElement('div');
  document.body.append(parent);
  surface = new CodeMirrorSurface({
    parent,
    nonce: '',
    placeholder: '',
    onEdit: () => quotes.follow(),
    onSelect: () => undefined,
    onQuote: () => undefined,
  });
  surface.show(Text.of([body]));
  quotes = new Quotes({ text: () => view().state.doc, surface: () => surface });
});

afterEach(() => {
  quotes.stop();
  surface.destroy();
  parent.remove();
  vi.useRealTimers();
});

const view = (): EditorView => EditorView.findFromDOM(parent)!;
function quote(phrase: string, isShown = true) {
  const from = body.indexOf(phrase);
  return { id: phrase, anchor: anchorAt(body, { from, to: from + phrase.length })!, isShown };
}
const found = (): Record<string, string> =>
  Object.fromEntries(
    [...quotes.places].map(([id, { from, to }]) => [id, view().state.sliceDoc(from, to)]),
  );

describe('the passages that comments are about', () => {
  it('are found where they are, and those that are gone are missing', () => {
    const gone = { ...quote('cat'), id: 'gone', anchor: { ...quote('cat').anchor, quote: 'cow' } };
    quotes.mark([quote('the mat'), gone, quote('dog')]);
    expect(found()).toEqual({ 'the mat': 'the mat', dog: 'dog' });
  });

  it('stay themselves while they are written on', () => {
    quotes.mark([quote('the mat')]);
    view().dispatch({ changes: { from: 18, to: 19, insert: ' red ' } });
    vi.advanceTimersByTime(pauseMs);
    expect(found()).toEqual({ 'the mat': 'the red mat' });
  });

  it('are gone with their text, and come back with it', () => {
    quotes.mark([quote('the mat'), quote('dog')]);
    view().dispatch({ changes: { from: 0, to: 24 } });
    vi.advanceTimersByTime(pauseMs);
    expect(found()).toEqual({ dog: 'dog' });
    undo(view());
    vi.advanceTimersByTime(pauseMs);
    expect(found()).toEqual({ 'the mat': 'the mat', dog: 'dog' });
  });

  it('make an anchor of what is selected, and none of nothing', () => {
    expect(quotes.selected()).toBeNull();
    view().dispatch({ selection: { anchor: 4, head: 8 } });
    expect(quotes.selected()).toEqual(quote('cat').anchor);
  });

  it('tell which of them the cursor is in', () => {
    quotes.mark([quote('cat sat on'), quote('sat'), quote('dog', false)]);
    const at = (anchor: number): string | null => {
      view().dispatch({ selection: { anchor } });
      return quotes.atCursor();
    };
    expect([at(0), at(5), at(9), at(30)]).toEqual([null, 'cat sat on', 'sat', null]);
  });

  it('belong to one text alone', () => {
    quotes.mark([quote('dog')]);
    surface.show(Text.of(['The dog of another text.']));
    quotes.restart();
    quotes.again();
    expect(found()).toEqual({});
  });
});
