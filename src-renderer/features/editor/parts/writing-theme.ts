import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/*
 * The page: the writer's text in the middle, about 70 characters wide, in colours from
 * tokens.css, so that light and dark need no second theme.
 */

const page = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'transparent', color: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--font-text)',
    fontSize: 'var(--size-writing)',
    lineHeight: 'var(--leading-writing)',
    overflowX: 'hidden',
    overflowY: 'auto',
    // The text stays where it is when the scroll bar comes. Not on both edges: CodeMirror draws
    // the caret from the scroller's left edge and would be off by the gutter there.
    scrollbarGutter: 'stable',
    padding: '0 var(--space-1)',
    // Lines fade out under the name instead of being cut.
    maskImage: 'linear-gradient(to bottom, transparent, #000 14px)',
  },
  '.cm-content': {
    boxSizing: 'content-box',
    width: '100%',
    maxWidth: 'var(--measure)',
    margin: '0 auto',
    padding: '14px 0 40vh',
    caretColor: 'var(--accent)',
  },
  // The left border is the rail that marks what the model reads.
  '.cm-line': { padding: '0 18px 0 16px', borderLeft: '2px solid transparent' },
  '.cm-panels': { backgroundColor: 'transparent', color: 'inherit', zIndex: '5' },
  '.cm-panels-top': { borderBottom: '1px solid var(--border)' },
  '.cm-placeholder': { color: 'var(--text-faint)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground':
    { background: 'var(--selection)' },
  '.cm-searchMatch': {
    backgroundColor: 'var(--warning-soft)',
    outline: '1px solid var(--warning)',
  },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--selection)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--hover)' },
});

const markdownLook = HighlightStyle.define([
  { tag: tags.heading1, fontSize: '1.55em', fontWeight: '600', lineHeight: '1.35' },
  { tag: tags.heading2, fontSize: '1.28em', fontWeight: '600', lineHeight: '1.4' },
  { tag: tags.heading3, fontSize: '1.1em', fontWeight: '600' },
  { tag: [tags.heading4, tags.heading5, tags.heading6], fontWeight: '600' },
  { tag: tags.strong, fontWeight: '600' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: tags.quote, color: 'var(--text-muted)', fontStyle: 'italic' },
  { tag: tags.monospace, fontFamily: 'var(--font-mono)', fontSize: '0.88em' },
  { tag: [tags.link, tags.url], color: 'var(--accent-text)' },
  // The signs of Markdown stand back behind the words.
  { tag: [tags.processingInstruction, tags.contentSeparator], color: 'var(--text-faint)' },
]);

export const writingTheme: Extension = [page, syntaxHighlighting(markdownLook)];
