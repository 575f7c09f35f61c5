import { EditorView } from '@codemirror/view';
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from '../../../../src-renderer/App.svelte';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { installFakeLayout } from '../library/fake-layout.ts';

/* Comments, the text and the rest of the window together. */

let bridge: FakeBridge;
let documentId: string;

beforeEach(() => {
  installFakeLayout();
  bridge = installFakeBridge();
  documentId = bridge.addDocument('Lawn', 'The cat sat on the mat.').id;
});

afterEach(() => {
  for (const { id } of toasts.shown) toasts.dismiss(id);
  localStorage.clear();
});

const view = (): EditorView => EditorView.findFromDOM(document.body)!;
const press = (key: string, code: string, modifiers: object = { ctrlKey: true }) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, code, ...modifiers });
const marked = (): readonly string[] =>
  [...document.querySelectorAll('[data-comment]')].map((one) => one.textContent);
const field = (): Promise<HTMLTextAreaElement> =>
  screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'New comment' });

async function open(): Promise<void> {
  render(App);
  await waitFor(() => expect(view().state.doc.toString()).toBe('The cat sat on the mat.'));
}

describe('comments in the window', () => {
  it('are written on the selection with the keyboard alone, and draft nothing', async () => {
    await open();
    view().dispatch({ selection: { anchor: 4, head: 7 } });
    await press('m', 'KeyM', { ctrlKey: true, altKey: true });
    await waitFor(async () => expect(document.activeElement).toBe(await field()));
    await fireEvent.input(await field(), { target: { value: 'Whose?' } });
    await press('Enter', 'Enter');
    await waitFor(() => expect(marked()).toEqual(['cat']));
    expect(bridge.callsOf('comments:write')).toMatchObject([
      {
        document_id: documentId,
        comment_body: 'Whose?',
        anchor: { quote: 'cat', quote_start: 4, prefix: 'The ', suffix: ' sat on the mat.' },
      },
    ]);
    expect(bridge.callsOf('autodocs:draft')).toEqual([]);
    expect(bridge.callsOf('documents:save')).toEqual([]);
  });

  it('come to the keyboard where the cursor is in their passage, and where it is clicked', async () => {
    await open();
    view().dispatch({ selection: { anchor: 4, head: 7 } });
    await press('m', 'KeyM', { ctrlKey: true, altKey: true });
    await fireEvent.input(await field(), { target: { value: 'Whose?' } });
    await press('Enter', 'Enter');
    const thread = await screen.findByRole('article');
    await press('1', 'Digit1');
    expect(screen.queryByRole('article')).toBeNull();
    view().dispatch({ selection: { anchor: 5 } });
    await press('m', 'KeyM', { ctrlKey: true, altKey: true });
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('article')));
    expect(document.activeElement?.textContent).toBe(thread.textContent);
    expect(document.querySelector('.cm-quote-stressed')?.textContent).toBe('cat');

    await press('1', 'Digit1');
    await fireEvent.click(document.querySelector('[data-comment]')!);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('article')));
  });

  it('leave the sign to whoever types one with AltGr', async () => {
    await open();
    const event = new KeyboardEvent('keydown', {
      ...{ key: 'µ', code: 'KeyM', ctrlKey: true, altKey: true },
      ...{ bubbles: true, cancelable: true, modifierAltGraph: true },
    });
    view().contentDOM.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
    expect(screen.queryByRole('textbox', { name: 'New comment' })).toBeNull();
  });

  it('are counted on their tab, and unmarked when they are resolved', async () => {
    await open();
    view().dispatch({ selection: { anchor: 4, head: 7 } });
    await press('m', 'KeyM', { ctrlKey: true, altKey: true });
    await fireEvent.input(await field(), { target: { value: 'Whose?' } });
    await press('Enter', 'Enter');
    await screen.findByRole('tab', { name: 'Comments1' });
    await fireEvent.click(screen.getByRole('button', { name: 'Resolve' }));
    await screen.findByRole('tab', { name: 'Comments' });
    await waitFor(() => expect(marked()).toEqual([]));
  });

  it('stay with their document', async () => {
    const other = bridge.addDocument('Bus', 'The cat waits for the bus.', {
      updatedOn: '2026-01-01T00:00:00.000Z',
    });
    await open();
    bridge.work.addComment({ document_id: documentId, comment_body: 'General.' });
    bridge.emit('store:changed', { documents: [documentId], everything: false });
    await screen.findByRole('tab', { name: 'Comments1' });
    await fireEvent.click(document.querySelector(`[data-document="${other.id}"]`)!);
    await screen.findByRole('tab', { name: 'Comments' });
  });
});

describe('a window with accounts', () => {
  it('has a bell that opens the document, with its comments', async () => {
    bridge = installFakeBridge({ team: { user: 'sofia' } });
    documentId = bridge.addDocument('Lawn', 'The cat sat on the mat.').id;
    bridge.work.addNotice({ kind: 'comment', document_id: documentId, actor_name: 'Bo Ekman' });
    render(App);
    await fireEvent.click(await screen.findByRole('button', { name: 'Notices, 1 unread' }));
    await fireEvent.click(await screen.findByRole('button', { name: /Bo Ekman commented on/ }));
    await waitFor(() => expect(document.title).toBe('Lawn – Autodoc'));
    await waitFor(() => {
      const tab = screen.getByRole('tab', { name: 'Comments' });
      expect(tab.getAttribute('aria-selected')).toBe('true');
    });
  });

  it('has no bell where nobody signs in', async () => {
    await open();
    expect(screen.queryByRole('button', { name: /^Notices/ })).toBeNull();
  });
});
