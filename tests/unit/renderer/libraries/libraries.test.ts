import { EditorView } from '@codemirror/view';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from '../../../../src-renderer/App.svelte';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { expectAccessible } from '../accessible.ts';
import { installFakeLayout } from '../library/fake-layout.ts';

let bridge: FakeBridge;

beforeEach(() => {
  installFakeLayout();
  bridge = installFakeBridge();
});
afterEach(() => {
  for (const { id } of toasts.shown) toasts.dismiss(id);
  localStorage.clear();
});

async function openMenu(): Promise<HTMLElement> {
  const switcher = await screen.findByRole('button', { name: /^Library: / });
  switcher.focus();
  await fireEvent.keyDown(switcher, { key: 'Enter' });
  return screen.findByRole('menu', { name: 'Libraries' });
}
const choose = async (name: string | RegExp) =>
  fireEvent.click(within(await openMenu()).getByRole('menuitem', { name }));
const page = (): HTMLElement => document.querySelector<HTMLElement>('.cm-content')!;
const text = (): HTMLElement => page();

describe('the switcher', () => {
  it('names the open library, lists the others, and says which are shared', async () => {
    bridge.sharing.addLibrary({ name: 'team', title: 'Catalogue', team_file: '/srv/team' });
    render(App);
    const items = within(await openMenu()).getAllByRole('menuitem');
    expect(items.map((item) => item.textContent.trim())).toEqual([
      'Mine (open)',
      'Catalogue, shared',
      'Create a team file…',
      'Join a team file…',
    ]);
    await expectAccessible();
  });

  it('opens another one once the text is a version, and begins anew', async () => {
    bridge.sharing.addLibrary({ name: 'team', title: 'Catalogue' });
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    render(App);
    await waitFor(() => expect(text().textContent).toBe('Grass.'));
    const before = page();
    EditorView.findFromDOM(before)!.dispatch({ changes: { from: 5, insert: ', wet' } });
    await choose('Catalogue');
    await waitFor(() => expect(bridge.callsOf('libraries:open')).toEqual([{ name: 'team' }]));
    expect(bridge.body(id)).toBe('Grass, wet.');
    await waitFor(() => expect(page()).not.toBe(before));
    await screen.findByRole('button', { name: 'Library: Catalogue' });
    expect(bridge.callsOf('library:status')).toHaveLength(2);
  });

  it('stays where the text could not be kept', async () => {
    bridge.sharing.addLibrary({ name: 'team', title: 'Catalogue' });
    bridge.addDocument('Lawn', 'Grass.');
    render(App);
    await waitFor(() => expect(text().textContent).toBe('Grass.'));
    EditorView.findFromDOM(page())!.dispatch({ changes: { from: 5, insert: ', wet' } });
    bridge.fail('documents:save', 'disk_full', 'The disk is full.');
    bridge.fail('documents:autosave', 'disk_full', 'The disk is full.');
    await choose('Catalogue');
    await waitFor(() => expect(toasts.shown.at(-1)?.message).toBe('The disk is full.'));
    expect(bridge.callsOf('libraries:open')).toEqual([]);
    expect(text().textContent).toBe('Grass, wet.');
  });

  it('stands before a library where nobody is signed in, too', async () => {
    bridge = installFakeBridge({ team: { user: null } });
    bridge.sharing.addLibrary({ name: 'own', title: 'My letters' });
    render(App);
    await screen.findByRole('heading', { name: 'Sign in' });
    await choose('My letters');
    await waitFor(() => expect(bridge.callsOf('libraries:open')).toEqual([{ name: 'own' }]));
  });

  it('is not in the way where there is one library and nobody signed in', async () => {
    bridge = installFakeBridge({ team: { user: null } });
    render(App);
    await screen.findByRole('heading', { name: 'Sign in' });
    await waitFor(() => expect(bridge.callsOf('libraries:list')).toHaveLength(1));
    expect(screen.queryByRole('button', { name: /^Library: / })).toBeNull();
  });
});

describe('the team file from the menu', () => {
  it('creates, joins, and looks at once', async () => {
    render(App);
    await screen.findByText('No document is open');
    bridge.emit('menu:command', { command: 'team:sync' });
    await screen.findByText(/^This library is shared by no file/);
    bridge.emit('menu:command', { command: 'team:create' });
    await screen.findByRole('dialog', { name: 'Create a team file' });
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    bridge.emit('menu:command', { command: 'team:join' });
    await screen.findByRole('dialog', { name: 'Join a team file' });
    bridge.sharing.share({ unshared: 3 });
    bridge.emit('menu:command', { command: 'team:sync' });
    await waitFor(() => expect(bridge.callsOf('team:sync')).toHaveLength(1));
  });

  it('is a click away in the status bar', async () => {
    bridge.sharing.share();
    render(App);
    await fireEvent.click(await screen.findByRole('button', { name: /^Team file: Shared/ }));
    await screen.findByRole('heading', { name: 'How it stands' });
    await fireEvent.click(screen.getByRole('button', { name: 'The audit log lists it' }));
    await screen.findByRole('heading', { name: 'Audit log' });
  });

  it('is a way to begin: joined, the window opens on the team’s library', async () => {
    bridge = installFakeBridge({ isFirstStart: true });
    render(App);
    await fireEvent.click(await screen.findByRole('button', { name: 'Join a team file…' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Choose the team file…' }));
    await fireEvent.input(await screen.findByLabelText('Your name'), { target: { value: 'Ada' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Join' }));
    await screen.findByRole('progressbar');
    for (let count = 0; count < 3; count++) bridge.stepWork();
    await screen.findByRole('button', { name: 'Library: catalogue' });
    expect(screen.queryByRole('heading', { name: 'Welcome to Autodoc' })).toBeNull();
  });
});
