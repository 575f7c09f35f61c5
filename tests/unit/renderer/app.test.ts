import { EditorView } from '@codemirror/view';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../src-renderer/App.svelte';
import { toasts } from '../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../fixtures/fake-bridge.ts';
import { demoPassword, demoUsers } from '../../fixtures/fake-people.ts';
import { installFakeLayout } from './library/fake-layout.ts';

let bridge: FakeBridge;

beforeEach(() => {
  installFakeLayout();
  bridge = installFakeBridge();
});

afterEach(() => {
  for (const { id } of toasts.shown) toasts.dismiss(id);
  localStorage.clear();
  delete document.documentElement.dataset.theme;
});

const name = (): Promise<HTMLInputElement> =>
  screen.findByRole<HTMLInputElement>('textbox', { name: 'Document name' });
const page = (): HTMLElement => document.querySelector<HTMLElement>('.cm-content')!;
const press = (
  key: string,
  code: string,
  modifiers: object = { ctrlKey: true },
): Promise<boolean> =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, code, ...modifiers });

describe('the window', () => {
  it('opens on the document that was changed last', async () => {
    bridge.addDocument('Older', 'old', { updatedOn: '2026-11-01T00:00:00.000Z' });
    bridge.addDocument('Newer', 'new', { updatedOn: '2026-11-02T00:00:00.000Z' });
    render(App);
    await waitFor(async () => expect((await name()).value).toBe('Newer'));
    expect(page().textContent).toBe('new');
    expect(document.title).toBe('Newer – Autodoc');
  });

  it('goes from the first start to an empty page with its name to be written', async () => {
    bridge = installFakeBridge({ isFirstStart: true });
    render(App);
    await fireEvent.click(await screen.findByRole('button', { name: 'Start writing' }));
    await waitFor(async () => expect(document.activeElement).toBe(await name()));
    expect((await name()).value).toBe('Untitled');
    expect(bridge.callsOf('documents:create')).toHaveLength(1);
  });

  it('says why the library could not be opened, and tries again', async () => {
    bridge.fail('library:status', 'store_newer', 'A newer Autodoc wrote this library.');
    render(App);
    await screen.findByText('A newer Autodoc wrote this library.');
    bridge.succeed('library:status');
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByText('No document is open');
  });

  it('lets itself be closed at once while there is nothing to write on', async () => {
    bridge = installFakeBridge({ isFirstStart: true });
    render(App);
    await screen.findByRole('button', { name: 'Start writing' });
    bridge.emit('window:closing', null);
    expect(bridge.callsOf('window:ready-to-close')).toHaveLength(1);
  });

  it('wears the theme that the settings ask for', async () => {
    render(App);
    await screen.findByText('No document is open');
    expect(document.documentElement.dataset.theme).toBeUndefined();
    await bridge.invoke('settings:set', { theme: 'dark' });
    expect(document.documentElement.dataset.theme).toBe('dark');
    await bridge.invoke('settings:set', { theme: 'system' });
    expect(document.documentElement.dataset.theme).toBeUndefined();
  });

  it('makes a document with Ctrl+N and drafts it with Ctrl+S', async () => {
    render(App);
    await screen.findByText('No document is open');
    await press('n', 'KeyN');
    const field = await name();
    await waitFor(() => expect(document.activeElement).toBe(field));
    await fireEvent.input(field, { target: { value: 'Lawn' } });
    await fireEvent.blur(field);
    await waitFor(() => expect(document.title).toBe('Lawn – Autodoc'));
    await press('s', 'KeyS');
    await screen.findByText('Saved. There are no words yet to draft from.');
    expect(bridge.callsOf('documents:save')).toMatchObject([{ draft: true }]);
  });

  it.each([
    ['view:library', () => screen.queryByRole('complementary', { name: 'Library' }), null],
    ['view:versions', () => screen.queryByRole('tab', { name: 'Versions', selected: true }), true],
    ['view:settings', () => screen.queryByRole('heading', { name: 'Settings' }), true],
    ['view:shortcuts', () => screen.queryByRole('dialog', { name: 'Keyboard shortcuts' }), true],
    ['document:rename', () => document.activeElement?.matches('.title') === true, true],
    ['library:filter', () => document.activeElement?.matches('[type="search"]') === true, true],
  ] as const)('does %s from the menu', async (command, look, shown) => {
    bridge.addDocument('Lawn', 'Grass.');
    render(App);
    await name();
    bridge.emit('menu:command', { command });
    await waitFor(() => expect(Boolean(look())).toBe(Boolean(shown)));
  });

  it('does nothing behind a dialog', async () => {
    render(App);
    await screen.findByText('No document is open');
    await press('F1', 'F1', {});
    await screen.findByRole('dialog');
    await press('n', 'KeyN');
    expect(bridge.callsOf('documents:create')).toEqual([]);
  });

  it('moves the open document to the trash, and takes it back', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    render(App);
    await name();
    bridge.emit('menu:command', { command: 'document:trash' });
    await screen.findByText('No document is open');
    await screen.findByText('“Lawn” is in the trash.');
    await fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(bridge.callsOf('documents:restore')).toEqual([{ document_id: id }]));
    await waitFor(() => expect(page().textContent).toBe('Grass.'));
  });

  it('begins a new document from a draft and what was read before it', async () => {
    const { id } = bridge.addDocument('Lawn', 'I sat down.');
    bridge.addAutodoc(id, { autodoc_body: ' The grass grew.' });
    render(App);
    await fireEvent.click(
      await screen.findByRole('button', { name: 'New document from this draft' }),
    );
    await waitFor(async () => expect((await name()).value).toBe('Lawn (from a draft)'));
    expect(page().textContent).toBe('I sat down. The grass grew.');
  });

  it('puts a draft beside the document, and takes it over from there', async () => {
    const { id } = bridge.addDocument('Lawn', 'I sat down.');
    bridge.addAutodoc(id, { autodoc_body: ' The grass grew.' });
    render(App);
    await name();
    bridge.emit('menu:command', { command: 'view:side-by-side' });
    const insert = await screen.findByRole('button', { name: 'Insert draft' });
    expect(screen.queryByRole('tab', { name: 'Drafts' })).toBeNull();
    await fireEvent.click(insert);
    await screen.findByRole('tab', { name: 'Drafts' });
    expect(page().textContent).toContain('The grass grew.');
  });

  it('says that there is nothing to compare with', async () => {
    bridge.addDocument('Lawn', 'Grass.');
    render(App);
    await name();
    bridge.emit('menu:command', { command: 'view:side-by-side' });
    await screen.findByText('There is no draft yet to put beside the document.');
  });

  it('keeps the page, and what can be undone on it, behind the settings', async () => {
    bridge.addDocument('Lawn', 'Grass.');
    render(App);
    await name();
    const before = page();
    bridge.emit('menu:command', { command: 'view:settings' });
    const heading = await screen.findByRole('heading', { name: 'Settings' });
    const settings = heading.closest('main')!;
    await fireEvent.click(within(settings).getAllByRole('button', { name: /Close/ })[0]!);
    await waitFor(() => expect(screen.queryByRole('heading', { name: 'Settings' })).toBeNull());
    expect(page()).toBe(before);
  });
});

describe('the window of a library with accounts', () => {
  const { bo } = demoUsers;
  const commissioned = { created_by: demoUsers.sofia.id, document_state: 'in_edit' } as const;

  /** Bo at work on a document, with words that are not saved yet. */
  async function write(): Promise<{ readonly id: string }> {
    bridge = installFakeBridge({ team: { user: 'bo' } });
    const document = bridge.addDocument('Lawn', 'Grass.', {
      editorId: bo.id,
      fields: commissioned,
    });
    render(App);
    const library = await screen.findByRole('complementary', { name: 'Library' });
    const listed = await within(library).findByRole('button', { name: /^Lawn/ });
    await fireEvent.click(listed);
    await waitFor(() => expect(page().textContent).toBe('Grass.'));
    EditorView.findFromDOM(page())!.dispatch({ changes: { from: 5, insert: ', wet' } });
    await waitFor(() => expect(screen.getByText('Not saved yet')).toBeTruthy());
    return document;
  }

  const type = (label: string, value: string): Promise<boolean> =>
    fireEvent.input(screen.getByLabelText(label), { target: { value } });

  it('asks who is there, and then shows their library', async () => {
    bridge = installFakeBridge({ team: { user: null, rememberedEmail: bo.email } });
    bridge.addDocument('Lawn', 'Grass.', { editorId: bo.id, fields: commissioned });
    render(App);
    await screen.findByRole('heading', { name: 'Sign in' });
    bridge.emit('window:closing', null);
    expect(bridge.callsOf('window:ready-to-close')).toHaveLength(1);
    await type('Password', demoPassword);
    await fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByRole('complementary', { name: 'Library' });
    expect(screen.queryByRole('heading', { name: 'Sign in' })).toBeNull();
  });

  it('keeps the text, then locks, and opens again with the password', async () => {
    const { id } = await write();
    bridge.emit('menu:command', { command: 'accounts:lock' });
    await screen.findByRole('heading', { name: 'Locked' });
    const order = bridge.calls.map(({ name }) => name);
    expect(order.indexOf('documents:autosave')).toBeLessThan(order.indexOf('accounts:lock'));
    expect(bridge.journal(id)?.document_body).toBe('Grass, wet.');
    await type('Password', demoPassword);
    await fireEvent.click(screen.getByRole('button', { name: 'Unlock' }));
    await screen.findByRole('complementary', { name: 'Library' });
  });

  it('stays open where the text could not be kept', async () => {
    await write();
    bridge.fail('documents:autosave', 'disk_full', 'The disk is full.');
    bridge.emit('menu:command', { command: 'accounts:lock' });
    await screen.findByText(/could not be kept yet, so the window stays open/);
    expect(bridge.callsOf('accounts:lock')).toEqual([]);
    expect(page().textContent).toBe('Grass, wet.');
  });

  it('locks by itself once nobody has been at the keyboard for so long, or never', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      bridge = installFakeBridge({ team: { user: 'bo' } });
      render(App);
      await screen.findByRole('complementary', { name: 'Library' });
      await bridge.invoke('settings:set', { lock_after_minutes: null });
      await vi.advanceTimersByTimeAsync(60 * 60_000);
      expect(bridge.callsOf('accounts:lock')).toEqual([]);
      await bridge.invoke('settings:set', { lock_after_minutes: 5 });
      await vi.advanceTimersByTimeAsync(4 * 60_000);
      await press('Shift', 'ShiftLeft', {});
      await vi.advanceTimersByTimeAsync(4 * 60_000);
      expect(bridge.callsOf('accounts:lock')).toEqual([]);
      await vi.advanceTimersByTimeAsync(60_000);
      await screen.findByRole('heading', { name: 'Locked' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('has nothing to lock in an open library', async () => {
    render(App);
    await screen.findByRole('complementary', { name: 'Library' });
    bridge.emit('menu:command', { command: 'accounts:lock' });
    await screen.findByText(/nothing to lock it with/);
    expect(bridge.callsOf('accounts:lock')).toEqual([]);
  });

  it('saves the text as a version before somebody signs out', async () => {
    const { id } = await write();
    const account = screen.getByRole('button', { name: 'Account: Bo Ekman' });
    account.focus();
    await fireEvent.keyDown(account, { key: 'Enter' });
    await fireEvent.click(await screen.findByRole('menuitem', { name: 'Sign out or switch user' }));
    await screen.findByRole('heading', { name: 'Sign in' });
    const order = bridge.calls.map(({ name }) => name);
    expect(order.indexOf('documents:save')).toBeLessThan(order.indexOf('accounts:sign-out'));
    expect(bridge.body(id)).toBe('Grass, wet.');
  });

  it('begins anew for whoever signs in next, and with their own documents', async () => {
    await write();
    bridge.people.signIn('elif');
    await waitFor(() => expect(document.title).toBe('Autodoc'));
    expect(page().textContent).not.toContain('Grass');
  });
});
