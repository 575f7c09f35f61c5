import { undo } from '@codemirror/commands';
import { Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodeMirrorSurface } from '../../../../src-renderer/features/editor/parts/code-mirror-surface.ts';

let parent: HTMLElement;
let surface: CodeMirrorSurface;
let edits: string[];
let selections: (string | null)[];
let clicked: string[];

beforeEach(() => {
  parent = document.createElement('div');
  document.body.append(parent);
  edits = [];
  selections = [];
  clicked = [];
  surface = new CodeMirrorSurface({
    parent,
    nonce: 'n0nce',
    placeholder: 'Write here.',
    onEdit: (text) => edits.push(text.toString()),
    onSelect: (text) => selections.push(text),
    onQuote: (id) => clicked.push(id),
  });
});

afterEach(() => {
  surface.destroy();
  parent.remove();
});

const view = (): EditorView => EditorView.findFromDOM(parent)!;
const textOf = (...lines: string[]): Text => Text.of(lines);

describe('the writing surface', () => {
  it('gives its style sheet the nonce of the page', () => {
    const nonces = [...document.querySelectorAll('style')].map((style) => style.nonce);
    expect(nonces).toContain('n0nce');
  });

  it('shows a document without calling it an edit, and with nothing to undo', () => {
    surface.show(textOf('one', 'two'));
    expect(view().state.doc.toString()).toBe('one\ntwo');
    expect(edits).toEqual([]);
    expect(undo(view())).toBe(false);
  });

  it('reports what the writer types', () => {
    surface.show(textOf('one'));
    view().dispatch({ changes: { from: 3, insert: ' two' }, userEvent: 'input.type' });
    expect(edits).toEqual(['one two']);
  });

  it('takes in a text from elsewhere with the cursor where it was', () => {
    surface.show(textOf('one two three'));
    view().dispatch({ selection: { anchor: 9 } });
    surface.update(textOf('ONE AND two three'));
    expect(view().state.selection.main.head).toBe(13);
    expect(edits).toEqual([]);
    expect(undo(view())).toBe(false);
  });

  it('keeps the cursor among its words when there are changes on both sides', () => {
    surface.show(textOf('one', 'two three', 'four'));
    view().dispatch({ changes: { from: 7, insert: '!' }, userEvent: 'input.type' });
    view().dispatch({ selection: { anchor: 12 } });
    surface.update(textOf('zero one', 'two! three', 'four five'));
    const { doc, selection } = view().state;
    expect(doc.sliceString(0, selection.main.head)).toBe('zero one\ntwo! thr');
    // Undo takes back one's own words alone.
    expect(undo(view())).toBe(true);
    expect(view().state.doc.toString()).toBe('zero one\ntwo three\nfour five');
  });

  it.each([
    ['insert', 'one DRAFT three'],
    ['append', 'one two three DRAFT'],
    ['replaceAll', ' DRAFT'],
  ] as const)('undoes an %s in one step', (act, expected) => {
    surface.show(textOf('one two three'));
    view().dispatch({
      selection: { anchor: 4, head: 7 },
      changes: [],
    });
    surface[act](' DRAFT');
    expect(view().state.doc.toString()).toBe(expected);
    expect(edits).toEqual([expected]);
    view().dispatch({ changes: { from: 0, insert: '!' }, userEvent: 'input.type' });
    undo(view());
    expect(view().state.doc.toString()).toBe(expected);
    undo(view());
    expect(view().state.doc.toString()).toBe('one two three');
  });

  it('puts the cursor after what was put, whatever its line ends', () => {
    surface.show(textOf('one'));
    surface.append('\r\ntwo\r\n');
    expect(view().state.doc.toString()).toBe('one\ntwo\n');
    expect(view().state.selection.main.head).toBe(8);
  });

  it('says what is selected', () => {
    surface.show(textOf('one two three'));
    selections.length = 0;
    view().dispatch({ selection: { anchor: 4, head: 7 } });
    view().dispatch({ selection: { anchor: 0 } });
    expect(selections).toEqual(['two', null]);
  });

  it('marks where the model starts to read, and moves the mark with the text', () => {
    surface.show(textOf('one two three'));
    expect(parent.querySelector('.cm-reading-start')).toBeNull();
    surface.markReading(8);
    expect(markedText()).toBe('three');
    view().dispatch({ changes: { from: 0, insert: 'zero ' } });
    expect(markedText()).toBe('three');
    surface.markReading(null);
    expect(parent.querySelector('.cm-reading-start')).toBeNull();
  });

  it('names the page for screen readers', () => {
    const content = parent.querySelector('.cm-content');
    expect(content?.getAttribute('aria-label')).toBe('Document text');
    expect(content?.getAttribute('spellcheck')).toBe('true');
  });

  function markedText(): string {
    const mark = parent.querySelector('.cm-reading-start')!;
    let text = '';
    for (let next = mark.nextSibling; next !== null; next = next.nextSibling) {
      text += next.textContent ?? '';
    }
    return text;
  }

  describe('with passages that comments are about', () => {
    const marked = (): string[] =>
      [...parent.querySelectorAll('[data-comment]')].map((one) => one.textContent);

    beforeEach(() => {
      surface.show(textOf('The cat sat on the mat.'));
      surface.markQuotes([
        { id: 'cat', from: 4, to: 7, isShown: true },
        { id: 'sat', from: 8, to: 11, isShown: false },
      ]);
    });

    it('marks those that are to be seen, and follows all of them through edits', () => {
      expect(marked()).toEqual(['cat']);
      view().dispatch({ changes: { from: 0, insert: 'Look! ' } });
      expect(marked()).toEqual(['cat']);
      expect(surface.quotePlaces()).toEqual(
        new Map([
          ['cat', { from: 10, to: 13 }],
          ['sat', { from: 14, to: 17 }],
        ]),
      );
    });

    it('forgets one whose text was deleted', () => {
      view().dispatch({ changes: { from: 3, to: 8 } });
      expect([...surface.quotePlaces().keys()]).toEqual(['sat']);
    });

    it('does not take in what is typed at its ends', () => {
      view().dispatch({ changes: { from: 7, insert: 's' } });
      expect(marked()).toEqual(['cat']);
    });

    it('stresses one, and keeps it stressed while others are marked', () => {
      surface.stressQuote('cat');
      surface.markQuotes([
        { id: 'cat', from: 4, to: 7, isShown: true },
        { id: 'mat', from: 19, to: 22, isShown: true },
      ]);
      const stressed = parent.querySelectorAll('.cm-quote-stressed');
      expect([...stressed].map((one) => one.textContent)).toEqual(['cat']);
      surface.stressQuote(null);
      expect(parent.querySelector('.cm-quote-stressed')).toBeNull();
    });

    it('tells of a click on one, unless the click selects a part of it', () => {
      const passage = () => parent.querySelector<HTMLElement>('[data-comment]')!;
      passage().click();
      expect(clicked).toEqual(['cat']);
      view().dispatch({ selection: { anchor: 4, head: 6 } });
      passage().click();
      expect(clicked).toEqual(['cat']);
    });
  });
});
