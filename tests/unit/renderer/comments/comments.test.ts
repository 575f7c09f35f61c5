import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Comment, CommentAnchor } from '../../../../src-main/contract/work.ts';
import { CommentsStore } from '../../../../src-renderer/features/comments/comments-store.svelte.ts';
import Comments from '../../../../src-renderer/features/comments/comments.svelte';
import { fakeId, installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers } from '../../../fixtures/fake-people.ts';
import { expectAccessible } from '../accessible.ts';

const anchor = (quote: string, quote_start = 0): CommentAnchor => ({
  version_id: fakeId(9),
  quote_start,
  quote,
  prefix: '',
  suffix: '',
});

let bridge: FakeBridge;
let documentId: string;
let store: CommentsStore;
let stop: () => void;

/** Sofia's document, which Bo edits; Sofia looks at it. */
beforeEach(() => {
  bridge = installFakeBridge({ team: { user: 'sofia' } });
  documentId = bridge.addDocument('Lawn', 'The cat sat on the mat.', {
    editorId: demoUsers.bo.id,
    fields: { created_by: demoUsers.sofia.id, document_state: 'in_edit' },
  }).id;
  store = new CommentsStore();
  stop = store.start();
});

afterEach(() => stop());

/** What the window asks of it. */
interface Panel {
  focusThread(threadId: string): Promise<void>;
}

interface ShowOptions {
  places?: Record<string, number>;
  canWrite?: boolean;
  selected?: CommentAnchor | null;
}

async function show({ places = {}, canWrite = true, selected = null }: ShowOptions = {}) {
  store.follow(documentId);
  const onShowQuote = vi.fn();
  const placeMap = new Map(Object.entries(places).map(([id, from]) => [id, { from }]));
  const { component, unmount } = render(Comments, {
    store,
    places: placeMap,
    canWrite,
    selectedAnchor: () => selected,
    onShowQuote,
  });
  await waitFor(() => expect(store.isLoading).toBe(false));
  flushSync();
  return { onShowQuote, panel: component as Panel, unmount };
}

function add(comment_body: string, fields: Partial<Comment> = {}): Comment {
  return bridge.work.addComment({ document_id: documentId, comment_body, ...fields });
}
/** Somebody else wrote, or took away. */
function tell(): void {
  bridge.emit('store:changed', { documents: [documentId], everything: false });
}
const cards = (): HTMLElement[] => screen.queryAllByRole('article');
const card = (text: string): HTMLElement =>
  cards().find((one) => one.textContent.includes(text)) ?? expect.fail(`no thread: ${text}`);
const type = (label: string, value: string) =>
  fireEvent.input(screen.getByRole('textbox', { name: label }), { target: { value } });
const press = (name: string | RegExp, where: HTMLElement = document.body) =>
  fireEvent.click(within(where).getByRole('button', { name }));

describe('comments', () => {
  it('say what they are for while there are none', async () => {
    await show();
    expect(screen.getByText('No comments yet')).toBeInstanceOf(HTMLElement);
    await expectAccessible();
  });

  it('stand in the order of the text, then those whose text is gone, then the general ones', async () => {
    const general = add('Well done.');
    const late = add('Why?', { anchor: anchor('mat') });
    const gone = add('Which dog?', { anchor: anchor('dog') });
    const early = add('Whose?', { anchor: anchor('cat') });
    const answer = add('Mine.', { thread_id: early.id, created_by: demoUsers.bo.id });
    await show({ places: { [late.id]: 19, [early.id]: 4 } });
    expect(cards().map((one) => one.dataset.thread)).toEqual([
      early.id,
      late.id,
      gone.id,
      general.id,
    ]);
    expect(card('Whose?').textContent).toContain(answer.comment_body);
    expect(card('Whose?').textContent).toContain('Bo Ekman');
    const lost = card('Which dog?');
    expect(lost.textContent).toContain('The text it was about is gone');
    expect(lost.querySelector('del')?.textContent).toBe('dog');
    expect(screen.getAllByRole('heading', { level: 3 }).map((one) => one.textContent)).toEqual([
      'In the text',
      'Their text is gone',
      'About the whole document',
    ]);
    await expectAccessible();
  });

  it('show hand-over notes as such, with the state that came with them', async () => {
    add('Please check the numbers.', {
      document_state: 'in_review',
      created_by: demoUsers.bo.id,
    });
    await show();
    const note = screen.getByRole('article', { name: 'Hand-over note by Bo Ekman' });
    expect(note.textContent).toMatch(/Hand-over note\s+In review/);
  });

  it('are written on the passage that is selected', async () => {
    await show({ selected: anchor('cat', 4) });
    await press('New comment');
    const field = screen.getByRole('textbox', { name: 'New comment' });
    await waitFor(() => expect(document.activeElement).toBe(field));
    expect(screen.getByText('cat')).toBeInstanceOf(HTMLElement);
    await expectAccessible();
    await type('New comment', 'Whose?');
    await fireEvent.keyDown(field, { key: 'Enter', ctrlKey: true });
    await waitFor(() => expect(cards()).toHaveLength(1));
    expect(bridge.callsOf('comments:write')).toEqual([
      {
        document_id: documentId,
        thread_id: null,
        comment_body: 'Whose?',
        anchor: anchor('cat', 4),
      },
    ]);
    expect(screen.queryByRole('textbox')).toBeNull();
    await waitFor(() => expect(document.activeElement).toBe(cards()[0]));
    expect(screen.getByRole('status').textContent).toBe('The comment was added.');
  });

  it('are about the whole document where nothing is selected, and never empty', async () => {
    await show();
    await press('New comment');
    expect(screen.getByText(/^About the whole document/)).toBeInstanceOf(HTMLElement);
    const send = screen.getByRole<HTMLButtonElement>('button', { name: 'Comment' });
    expect(send.disabled).toBe(true);
    await type('New comment', '  \n ');
    expect(send.disabled).toBe(true);
    await type('New comment', 'Well done.');
    await fireEvent.click(send);
    await waitFor(() => expect(bridge.callsOf('comments:write')).toMatchObject([{ anchor: null }]));
  });

  it('are answered, resolved and opened again', async () => {
    const first = add('Whose?', { created_by: demoUsers.bo.id });
    await show();
    await press('Answer', card('Whose?'));
    await type('Answer', 'Mine.');
    await press('Answer', card('Whose?'));
    await waitFor(() => expect(card('Whose?').textContent).toContain('Mine.'));
    expect(bridge.callsOf('comments:write')).toMatchObject([{ thread_id: first.id, anchor: null }]);

    await press('Resolve', card('Whose?'));
    await waitFor(() => expect(cards()).toEqual([]));
    expect(screen.getByText('No open comments')).toBeInstanceOf(HTMLElement);
    await waitFor(() => {
      expect(document.activeElement).toBe(screen.getByRole('button', { name: 'New comment' }));
    });
    await fireEvent.click(screen.getByRole('radio', { name: 'Resolved' }));
    expect(card('Whose?').textContent).toContain('Resolved by Sofia Lind');
    await press('Reopen', card('Whose?'));
    await waitFor(() => expect(cards()).toEqual([]));
    await fireEvent.click(screen.getByRole('radio', { name: 'All' }));
    expect(cards()).toHaveLength(1);
  });

  it('are changed and taken back by their author alone', async () => {
    add('Theirs.', { created_by: demoUsers.bo.id });
    add('Mine.');
    await show();
    const more = () => screen.getAllByRole('button', { name: 'More about your comment' });
    expect(more()).toHaveLength(1);
    const choose = async (item: string) => {
      more()[0]!.focus();
      await fireEvent.keyDown(more()[0]!, { key: 'Enter' });
      await fireEvent.click(await screen.findByRole('menuitem', { name: item }));
    };
    await choose('Edit');
    const field = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Your comment' });
    expect(field.value).toBe('Mine.');
    await type('Your comment', 'Mine, surely.');
    await press('Save');
    await waitFor(() => expect(card('Mine, surely.').textContent).toContain('edited'));

    await choose('Remove…');
    const dialog = await screen.findByRole('alertdialog');
    await expectAccessible();
    await press('Remove', dialog);
    await waitFor(() => expect(cards()).toHaveLength(1));
    expect(card('Theirs.')).toBeInstanceOf(HTMLElement);
  });

  it('keep what is typed while others write', async () => {
    add('Whose?', { created_by: demoUsers.bo.id });
    await show();
    await press('New comment');
    await type('New comment', 'Half a thou');
    await press('Answer', card('Whose?'));
    await type('Answer', 'And half an ans');
    add('Another.', { created_by: demoUsers.bo.id });
    tell();
    await waitFor(() => expect(cards()).toHaveLength(2));
    const value = (name: string) =>
      screen.getByRole<HTMLTextAreaElement>('textbox', { name }).value;
    expect(value('New comment')).toBe('Half a thou');
    expect(value('Answer')).toBe('And half an ans');
  });

  it('keep what is typed where the panel closes, and where others take the thread away', async () => {
    const thread = add('Whose?');
    const { unmount } = await show();
    await press('Answer', card('Whose?'));
    await type('Answer', 'It is a long story.');
    unmount();
    await show();
    expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Answer' }).value).toBe(
      'It is a long story.',
    );
    void bridge.invoke('comments:remove', { comment_id: thread.id });
    await waitFor(() => {
      expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'New comment' }).value).toBe(
        'It is a long story.',
      );
    });
    expect(screen.getByText(/Your words are kept here/)).toBeInstanceOf(HTMLElement);
  });

  it('keep the words and say why where they could not be sent', async () => {
    await show();
    await press('New comment');
    await type('New comment', 'Whose?');
    bridge.fail('comments:write', 'not_allowed', 'You cannot comment on this document any more.');
    await press('Comment');
    expect((await screen.findByRole('alert')).textContent).toBe(
      'You cannot comment on this document any more.',
    );
    expect(screen.getByRole<HTMLTextAreaElement>('textbox').value).toBe('Whose?');
  });

  it('gives words up by the button alone, and an empty field with Escape', async () => {
    await show();
    await press('New comment');
    const field = () => screen.queryByRole('textbox', { name: 'New comment' });
    await fireEvent.keyDown(field()!, { key: 'Escape' });
    await waitFor(() => expect(field()).toBeNull());
    await press('New comment');
    await type('New comment', 'Words');
    await fireEvent.keyDown(field()!, { key: 'Escape' });
    expect(field()).not.toBeNull();
    await press('Cancel');
    await waitFor(() => expect(field()).toBeNull());
  });

  it('are only read where the document allows no more', async () => {
    add('Mine.', { created_by: demoUsers.bo.id });
    await show({ canWrite: false });
    expect(screen.getByText(/you cannot write any/)).toBeInstanceOf(HTMLElement);
    expect(screen.queryByRole('button', { name: /New comment|Answer|Resolve/ })).toBeNull();
    await expectAccessible();
  });

  it('show their passage in the text', async () => {
    const thread = add('Whose?', { anchor: anchor('cat') });
    const { onShowQuote, unmount } = await show({ places: { [thread.id]: 4 } });
    await press(/cat$/);
    await waitFor(() => expect(onShowQuote).toHaveBeenLastCalledWith(thread.id));
    expect(cards()[0]?.classList).toContain('active');
    unmount();
    expect(store.activeId).toBeNull();
  });

  it('come to the keyboard where their passage is clicked, also past the filter', async () => {
    const thread = add('Whose?', { anchor: anchor('cat') });
    const { panel } = await show({ places: { [thread.id]: 4 } });
    await fireEvent.click(screen.getByRole('radio', { name: 'Resolved' }));
    expect(cards()).toEqual([]);
    await panel.focusThread(thread.id);
    expect(document.activeElement).toBe(card('Whose?'));
  });

  it('tell the editor which passages to mark', async () => {
    const open = add('Whose?', { anchor: anchor('cat') });
    const resolved = add('Why?', {
      anchor: anchor('mat'),
      resolved_on: '2026-11-20T10:00:00.000Z',
      resolved_by: demoUsers.bo.id,
    });
    add('General.');
    await show();
    expect(store.quotes).toEqual([
      { id: open.id, anchor: anchor('cat'), isShown: true },
      { id: resolved.id, anchor: anchor('mat'), isShown: false },
    ]);
    expect(store.openCount).toBe(2);
  });

  it('are those of the open document alone', async () => {
    add('Whose?');
    await show();
    const other = bridge.addDocument('Bus', 'The bus.').id;
    store.follow(other);
    await waitFor(() => expect(cards()).toEqual([]));
    store.follow(null);
    expect(store.threads).toEqual([]);
  });
});
