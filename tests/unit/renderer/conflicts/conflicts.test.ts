import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MergeRegion } from '../../../../src-main/contract/conflicts.ts';
import App from '../../../../src-renderer/App.svelte';
import ConflictBar from '../../../../src-renderer/features/conflicts/conflict-bar.svelte';
import ConflictView from '../../../../src-renderer/features/conflicts/conflict-view.svelte';
import { ConflictsStore } from '../../../../src-renderer/features/conflicts/conflicts-store.svelte.ts';
import { call } from '../../../../src-renderer/ipc/client.ts';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { expectAccessible } from '../accessible.ts';
import { installFakeLayout } from '../library/fake-layout.ts';

let bridge: FakeBridge;
let documentId: string;
let store: ConflictsStore;

const long = 'Nobody had thought of the mower before the grass came up to the second step. '.repeat(
  20,
);
const regions: readonly MergeRegion[] = [
  { kind: 'merged', text: `${long}The cat ` },
  { kind: 'choice', base: 'sat', ours: 'sat down', theirs: 'lay down' },
  { kind: 'merged', text: ' on the mat.\n\n' },
  { kind: 'choice', base: 'The end.', ours: '', theirs: 'The very end.' },
];
const ours = `${long}The cat sat down on the mat.\n\n`;

beforeEach(() => {
  installFakeLayout();
  bridge = installFakeBridge();
  documentId = bridge.addDocument('Lawn', ours).id;
  store = new ConflictsStore();
});
afterEach(() => {
  for (const { id } of toasts.shown) toasts.dismiss(id);
  localStorage.clear();
});

const opened = () => call('documents:open', { document_id: documentId });
async function follow(): Promise<void> {
  await store.follow(await opened());
}
const card = (number: number): HTMLElement =>
  screen.getByRole('region', { name: `Passage ${number} of 2` });
const press = (name: string | RegExp, scope: HTMLElement = document.body) =>
  fireEvent.click(within(scope).getByRole('button', { name }));
const save = (): HTMLButtonElement =>
  screen.getByRole<HTMLButtonElement>('button', { name: 'Save' });

async function show() {
  await follow();
  const actions = { onClose: vi.fn(), onSaved: vi.fn() };
  render(ConflictView, { store, documentName: 'Lawn', userId: null, ...actions });
  return actions;
}

describe('the line above the text', () => {
  async function bar(canWrite = true, userId: string | null = null) {
    await follow();
    const onDecide = vi.fn();
    const { conflicts } = await opened();
    render(ConflictBar, { store, conflicts, userId, canWrite, onDecide });
    return { onDecide, text: (): string => screen.getByRole('status').textContent };
  }

  it('says who wrote and how much stands side by side', async () => {
    bridge.sharing.addConflict(documentId, regions);
    const { onDecide, text } = await bar();
    expect(text()).toContain('Maria wrote at the same time. 2 passages stand side by side.');
    await expectAccessible();
    await press('Decide…');
    expect(onDecide).toHaveBeenCalledOnce();
  });

  it('counts one passage as one, and knows oneself', async () => {
    const { created_by } = bridge.sharing.addConflict(documentId, regions.slice(0, 2));
    const { text } = await bar(true, created_by);
    expect(text()).toContain(
      'Another version was saved at the same time as yours. One passage stands side by side.',
    );
  });

  it('leaves deciding to who may write', async () => {
    bridge.sharing.addConflict(documentId, regions);
    const { text } = await bar(false);
    expect(text()).toContain('Whoever may write here decides.');
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('is not there where nothing stands beside the text', async () => {
    await follow();
    render(ConflictBar, { store, conflicts: [], userId: null, canWrite: true, onDecide: vi.fn() });
    expect(screen.queryByRole('status')).toBeNull();
  });
});

describe('deciding', () => {
  it('shows both ways side by side, and the rest shortened', async () => {
    bridge.sharing.addConflict(documentId, regions);
    await show();
    expect(within(card(1)).getByText('sat').closest('mark')).not.toBeNull();
    expect(within(card(1)).getByText('lay').closest('mark')).not.toBeNull();
    expect(card(2).textContent).toContain('Taken out here.');
    expect(screen.getByText(/Both versions stay in the history/)).toBeTruthy();
    await press(/^Show \d+ words more$/);
    expect(screen.queryByRole('button', { name: /^Show \d+ words more$/ })).toBeNull();
    await press(/^What both began with/, card(2));
    expect(card(2).textContent).toContain('The end.');
    await expectAccessible();
  });

  it('saves what was decided on top of both, once all is', async () => {
    const { base_version_ids } = bridge.sharing.addConflict(documentId, regions);
    const { onSaved } = await show();
    expect(screen.getByText('2 of 2 left')).toBeTruthy();
    expect(save().disabled).toBe(true);
    await press('Take theirs', card(1));
    screen.getByText('1 of 2 left');
    expect(
      within(card(1)).getByRole('button', { name: 'Take theirs', pressed: true }),
    ).toBeTruthy();
    await press('Edit by hand', card(2));
    const field = await within(card(2)).findByRole<HTMLTextAreaElement>('textbox');
    await waitFor(() => expect(document.activeElement).toBe(field));
    expect(field.value).toBe('The very end.');
    await fireEvent.input(field, { target: { value: 'That is all.' } });
    screen.getByText('All are decided');
    await expectAccessible();
    await fireEvent.click(save());
    await waitFor(() => expect(onSaved).toHaveBeenCalledOnce());
    expect(bridge.callsOf('documents:save')).toEqual([
      {
        document_id: documentId,
        document_body: `${long}The cat lay down on the mat.\n\nThat is all.`,
        base_version_ids,
        draft: true,
      },
    ]);
  });

  it('goes by keyboard: to the next and the previous, and digits choose', async () => {
    bridge.sharing.addConflict(documentId, regions);
    await show();
    const down = { key: 'ArrowDown', altKey: true };
    await fireEvent.keyDown(document.activeElement!, down);
    expect(document.activeElement).toBe(card(1));
    await fireEvent.keyDown(card(1), { key: '3' });
    await fireEvent.keyDown(card(1), down);
    expect(document.activeElement).toBe(card(2));
    await fireEvent.keyDown(card(2), down);
    expect(document.activeElement).toBe(card(1));
    await fireEvent.keyDown(card(1), { key: 'ArrowUp', altKey: true });
    await fireEvent.keyDown(card(2), { key: '1' });
    screen.getByText('All are decided');
    await fireEvent.keyDown(card(2), { key: '4' });
    const field = await within(card(2)).findByRole('textbox');
    // Digits are text there, and Escape leaves the field alone.
    await fireEvent.keyDown(field, { key: '2' });
    await fireEvent.keyDown(field, { key: 'Escape' });
    expect(document.activeElement).toBe(card(2));
    await waitFor(() => expect(within(card(2)).queryByText('Edited by hand')).toBeTruthy());
  });

  it('calls one’s own version one’s own', async () => {
    const { created_by } = bridge.sharing.addConflict(documentId, regions);
    await follow();
    const actions = { onClose: vi.fn(), onSaved: vi.fn() };
    render(ConflictView, { store, documentName: 'Lawn', userId: created_by, ...actions });
    within(card(1)).getByRole('heading', { name: 'Your version' });
    await press('Take yours', card(1));
    expect(store.decisionOf(1)).toEqual({ kind: 'theirs' });
  });

  it('keeps everything as it was on Escape', async () => {
    bridge.sharing.addConflict(documentId, regions);
    const { onClose } = await show();
    await press('Take both', card(1));
    await fireEvent.keyDown(screen.getByRole('heading', { level: 1 }), { key: 'Escape' });
    expect(onClose).toHaveBeenCalledOnce();
    expect(bridge.callsOf('documents:save')).toEqual([]);
    expect(bridge.body(documentId)).toBe(ours);
  });

  it('keeps what was decided when yet another version comes, where the passage is the same', async () => {
    bridge.sharing.addConflict(documentId, regions);
    await show();
    await press('Take theirs', card(1));
    await press('Take this', card(2));
    bridge.sharing.addConflict(documentId, [
      ...regions.slice(0, 3),
      { kind: 'choice', base: 'The end.', ours: '', theirs: 'The end, my friend.' },
    ]);
    await follow();
    await tick();
    screen.getByText('1 of 2 left');
    expect(
      within(card(1)).getByRole('button', { name: 'Take theirs', pressed: true }),
    ).toBeTruthy();
  });

  it('says why it could not be saved, and stays', async () => {
    bridge.sharing.addConflict(documentId, regions);
    const { onSaved } = await show();
    await press('Take this', card(1));
    await press('Take this', card(2));
    bridge.fail('documents:save', 'disk_full', 'The disk is full.');
    await fireEvent.click(save());
    expect((await screen.findByRole('alert')).textContent).toBe('The disk is full.');
    expect(onSaved).not.toHaveBeenCalled();
  });

  it('says that it was settled elsewhere', async () => {
    const { id } = bridge.sharing.addConflict(documentId, regions);
    await show();
    bridge.sharing.saved(documentId, [id]);
    await follow();
    await tick();
    screen.getByText('Nothing stands beside this text any more.');
  });
});

describe('in the window', () => {
  it('leads from the text to a decision and back', async () => {
    bridge.sharing.addConflict(documentId, regions.slice(0, 2));
    render(App);
    await screen.findByText(/Maria wrote at the same time. One passage stands/);
    await screen.findByText('2 versions');
    await press('Decide…');
    await screen.findByRole('heading', { name: 'Two versions of “Lawn”' });
    await press('Take both');
    await fireEvent.click(save());
    await waitFor(() =>
      expect(screen.queryByRole('heading', { name: 'Two versions of “Lawn”' })).toBeNull(),
    );
    expect(toasts.shown.at(-1)?.message).toBe('Saved. Both versions stay in the history.');
    await waitFor(() =>
      expect(document.querySelector('.cm-content')!.textContent).toContain(
        'The cat sat down lay down',
      ),
    );
    expect(screen.queryByText(/wrote at the same time/)).toBeNull();
    await waitFor(() => expect(screen.queryByText('2 versions')).toBeNull());
  });
});
