import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import CreateTeam from '../../../../src-renderer/features/team/create-team.svelte';
import JoinForm from '../../../../src-renderer/features/team/join-form.svelte';
import JoinTeam from '../../../../src-renderer/features/team/join-team.svelte';
import TeamIndicator from '../../../../src-renderer/features/team/team-indicator.svelte';
import TeamSettings from '../../../../src-renderer/features/team/team-settings.svelte';
import { TeamStore } from '../../../../src-renderer/features/team/team-store.svelte.ts';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { expectAccessible } from '../accessible.ts';

let bridge: FakeBridge;
let stops: (() => void)[];

beforeEach(() => {
  bridge = installFakeBridge();
  stops = [];
});
afterEach(() => {
  for (const stop of stops) stop();
  for (const { id } of toasts.shown) toasts.dismiss(id);
  vi.useRealTimers();
});

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const type = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
const text = (): string => document.body.textContent.replace(/\s+/g, ' ');

async function aStore(): Promise<TeamStore> {
  const store = new TeamStore();
  stops.push(store.start());
  await waitFor(() => expect(store.status).not.toBeNull());
  return store;
}

describe('the status bar', () => {
  const button = (): HTMLElement => screen.getByRole('button', { name: /^Team file:/ });

  it('says nothing of a library of one’s own', async () => {
    render(TeamIndicator, { store: await aStore(), onOpen: vi.fn() });
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('says when it was shared, and goes on counting by itself', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    bridge.sharing.share();
    const onOpen = vi.fn();
    render(TeamIndicator, { store: await aStore(), onOpen });
    expect(button().textContent).toContain('Shared 2 minutes ago');
    await vi.advanceTimersByTimeAsync(3 * 60_000);
    expect(button().textContent).toContain('Shared 5 minutes ago');
    await fireEvent.click(button());
    expect(onOpen).toHaveBeenCalledOnce();
    await expectAccessible();
  });

  it('says what is going on, and aloud only what goes wrong', async () => {
    bridge.sharing.share();
    render(TeamIndicator, { store: await aStore(), onOpen: vi.fn() });
    const aloud = (): string => screen.getByRole('status').textContent;
    bridge.sharing.change({ unshared: 3 });
    flushSync();
    expect(button().textContent).toContain('3 not yet shared');
    bridge.sharing.change({ state: 'importing', fraction: 0.4 });
    flushSync();
    expect(button().textContent).toContain('Taking in changes… 40%');
    expect(aloud()).toBe('');
    const message = 'A newer Autodoc wrote the team file. Update Autodoc.';
    bridge.sharing.change({ state: 'problem', problem: { code: 'file_newer', message } });
    flushSync();
    expect(button().textContent).toContain('Update Autodoc to share · 3 not yet shared');
    expect(aloud()).toBe(message);
    bridge.sharing.change({ state: 'idle', problem: null, unshared: 0 });
    flushSync();
    expect(aloud()).toBe('The team file is shared again.');
  });
});

describe('the team file in the settings', () => {
  const actions = {
    onCreate: vi.fn(),
    onJoin: vi.fn(),
    onRefused: vi.fn(),
    onBefore: vi.fn(() => Promise.resolve()),
  };
  beforeEach(() => vi.clearAllMocks());

  const show = async () => render(TeamSettings, { store: await aStore(), ...actions });

  it('explains itself where nothing is shared', async () => {
    await show();
    await press('Create a team file…');
    expect(actions.onCreate).toHaveBeenCalledOnce();
    await press('Join a team file…');
    expect(actions.onJoin).toHaveBeenCalledOnce();
    await expectAccessible();
  });

  it('shows file, state, notices and fingerprint, and looks at once when asked', async () => {
    bridge.sharing.share({
      unshared: 2,
      notices: [{ on: new Date().toISOString(), message: 'The conflict copy “a” was merged.' }],
    });
    await show();
    expect(text()).toContain('/home/ada/Dropbox/Press/catalogue.autodoc');
    expect(text()).toContain('4f1c 22aa 9b03 7d5e');
    expect(text()).toContain('The conflict copy “a” was merged.');
    expect(text()).toContain('2 not yet shared');
    await expectAccessible();
    await press('Sync now');
    await waitFor(() => expect(text()).toContain('Shared just now'));
    await press('The audit log lists it');
    expect(actions.onRefused).toHaveBeenCalledOnce();
  });

  it('says what keeps it from sharing', async () => {
    const message = 'The disk is full. Your work is kept here. Make room.';
    bridge.sharing.share({ state: 'problem', problem: { code: 'disk_full', message } });
    await show();
    expect(text()).toContain(message);
    bridge.fail('team:sync', 'disk_full', 'The disk is still full.');
    await press('Sync now');
    expect((await screen.findByRole('alert')).textContent).toBe('The disk is still full.');
  });

  it('moves the file where the system’s dialog says', async () => {
    bridge.sharing.share();
    await show();
    bridge.sharing.isDismissed = true;
    await press('Move…');
    await waitFor(() => expect(bridge.callsOf('team:move')).toHaveLength(1));
    expect(text()).toContain('catalogue.autodoc');
    bridge.sharing.isDismissed = false;
    await waitFor(() => press('Move…'));
    await waitFor(() => expect(text()).toContain('/home/ada/Nextcloud/it.db'));
  });

  it('shows the folder that the file lies in', async () => {
    bridge.sharing.share();
    await show();
    await press('Show in folder');
    expect(bridge.callsOf('folders:show')).toEqual([{ folder: 'team' }]);
  });

  it('leaves after asking, and says that the work is kept', async () => {
    bridge.sharing.share();
    await show();
    await press('Leave…');
    const asked = await screen.findByRole('alertdialog');
    expect(asked.textContent).toContain('all your work stay on this computer');
    await fireEvent.click(within(asked).getByRole('button', { name: 'Leave' }));
    await screen.findByRole('button', { name: 'Create a team file…' });
    expect(toasts.shown.at(-1)?.message).toContain('stays on this computer');
  });

  it('lists earlier files, and makes a library of one', async () => {
    bridge.sharing.generations = Array.from({ length: 7 }, (_, index) => ({
      id: `g${index}`,
      kept_on: new Date(Date.now() - index * 3_600_000).toISOString(),
      bytes: 8_400_000,
    }));
    bridge.sharing.share();
    await show();
    const restores = () => screen.findAllByRole('button', { name: /^Restore the file of/ });
    expect(await restores()).toHaveLength(5);
    await press('Show 2 more');
    expect(await restores()).toHaveLength(7);
    await fireEvent.click((await restores())[1]!);
    const asked = await screen.findByRole('alertdialog');
    expect(asked.textContent).toContain('a library of its own');
    await fireEvent.click(within(asked).getByRole('button', { name: 'Restore' }));
    await waitFor(() => expect(bridge.callsOf('team:restore-generation')).toEqual([{ id: 'g1' }]));
    expect(actions.onBefore).toHaveBeenCalledOnce();
    await screen.findByRole('progressbar', { name: 'Restoring.' });
    bridge.sharing.fail('The file cannot be read any more.');
    expect((await screen.findByRole('alert')).textContent).toContain('cannot be read any more');
  });

  it('keeps as many as one likes', async () => {
    bridge.sharing.share();
    await show();
    const field = screen.getByLabelText<HTMLInputElement>('Files at most');
    await fireEvent.input(field, { target: { value: '5000' } });
    await fireEvent.change(field);
    await screen.findByText('A whole number up to 1,000.');
    expect(bridge.callsOf('team:set-limits')).toEqual([]);
    await fireEvent.input(field, { target: { value: '5' } });
    await fireEvent.change(field);
    await waitFor(() =>
      expect(bridge.callsOf('team:set-limits')).toEqual([{ count: 5, megabytes: 1_000 }]),
    );
    expect(screen.queryByText('A whole number up to 1,000.')).toBeNull();
  });
});

describe('creating a team file', () => {
  const onBefore = vi.fn(() => Promise.resolve());
  beforeEach(() => vi.clearAllMocks());

  it('takes the chosen documents and nothing else, says so, and can be stopped', async () => {
    const one = bridge.addDocument('Lawn', 'Grass.').id;
    const two = bridge.addDocument('Meadow', 'Hay.').id;
    bridge.addDocument('Diary', 'Private.');
    render(CreateTeam, { open: true, name: 'Ada', onBefore });
    await screen.findByRole('dialog', { name: 'Create a team file' });
    expect(text()).toContain('No document goes in');
    expect(text()).toContain('Whoever holds the file can read all of it');
    await fireEvent.click(await screen.findByRole('checkbox', { name: /^Lawn/ }));
    await type('Search documents', 'mead');
    await waitFor(() => expect(screen.getAllByRole('checkbox')).toHaveLength(1));
    await fireEvent.click(screen.getByRole('checkbox', { name: /^Meadow/ }));
    expect(text()).toContain('2 documents go in, and nothing else of this library.');
    await expectAccessible();

    await press('Choose where it lies…');
    await screen.findByText('The team’s library needs a title.');
    expect(bridge.callsOf('team:create')).toEqual([]);
    await type('Title of the team’s library', 'Catalogue');
    bridge.sharing.isDismissed = true;
    await press('Choose where it lies…');
    await waitFor(() => expect(bridge.callsOf('team:create')).toHaveLength(1));
    await screen.findByRole('button', { name: 'Choose where it lies…' });

    bridge.sharing.isDismissed = false;
    await press('Choose where it lies…');
    await screen.findByRole('progressbar', { name: 'Creating “Catalogue”.' });
    expect(bridge.callsOf('team:create').at(-1)).toEqual({
      title: 'Catalogue',
      member_name: 'Ada',
      document_ids: [one, two],
    });
    expect(onBefore).toHaveBeenCalledTimes(2);
    // It is not closed by accident.
    await fireEvent.keyDown(document.activeElement!, { key: 'Escape' });
    screen.getByRole('dialog');
    expect(screen.queryByRole('button', { name: 'Close' })).toBeNull();
    await press('Cancel');
    await screen.findByRole('button', { name: 'Choose where it lies…' });
  });

  it('takes all of them', async () => {
    bridge.addDocument('Lawn', 'Grass.');
    render(CreateTeam, { open: true, name: '', onBefore });
    await fireEvent.click(
      await screen.findByRole('radio', { name: 'All documents of this library' }),
    );
    expect(screen.queryByRole('checkbox')).toBeNull();
    await type('Title of the team’s library', 'Catalogue');
    await type('Your name', 'Ada');
    await press('Choose where it lies…');
    await waitFor(() =>
      expect(bridge.callsOf('team:create')).toEqual([
        { title: 'Catalogue', member_name: 'Ada', document_ids: null },
      ]),
    );
  });

  it('begins nothing where the text could not be kept', async () => {
    onBefore.mockRejectedValueOnce(new Error('bug'));
    render(CreateTeam, { open: true, name: 'Ada', onBefore });
    await type('Title of the team’s library', 'Catalogue');
    await press('Choose where it lies…');
    await screen.findByRole('alert');
    expect(bridge.callsOf('team:create')).toEqual([]);
  });
});

describe('joining a team file', () => {
  it('shows what is in the file, asks for a name, and joins', async () => {
    render(JoinForm, { backLabel: 'Back', onBack: vi.fn() });
    await press('Choose the team file…');
    await screen.findByText('Sofia Lind, Bo Ekman');
    expect(text()).toContain('4f1c 22aa 9b03 7d5e');
    expect(screen.getByLabelText<HTMLInputElement>('Title of the library').value).toBe('catalogue');
    await expectAccessible();
    await press('Join');
    await screen.findByText(/^Your name is needed/);
    await type('Your name', 'Ada');
    await press('Join');
    await screen.findByRole('progressbar', { name: 'Joining “catalogue”.' });
    expect(bridge.callsOf('team:join')).toMatchObject([{ title: 'catalogue', member_name: 'Ada' }]);
    bridge.stepWork();
    flushSync();
    expect(text()).toContain('Copying changes');
    await press('Cancel');
    await screen.findByRole('button', { name: 'Join' });
  });

  it('asks for no name where people sign in', async () => {
    bridge.sharing.preview = { ...bridge.sharing.preview, accounts_are_on: true, members: [] };
    render(JoinForm, { backLabel: 'Back', onBack: vi.fn() });
    await press('Choose the team file…');
    await screen.findByText(/^This team has accounts/);
    expect(screen.queryByLabelText('Your name')).toBeNull();
    await press('Join');
    await waitFor(() => expect(bridge.callsOf('team:join')).toMatchObject([{ member_name: '' }]));
  });

  it('says what is wrong with a file, and goes back', async () => {
    const onBack = vi.fn();
    render(JoinForm, { backLabel: 'Back', onBack });
    bridge.fail('team:choose-file', 'invalid_input', 'This is no team file.');
    await press('Choose the team file…');
    expect((await screen.findByRole('alert')).textContent).toBe('This is no team file.');
    await press('Back');
    expect(onBack).toHaveBeenCalledOnce();
  });

  it('is a dialog beside a library that stays', async () => {
    const onBefore = vi.fn(() => Promise.resolve());
    render(JoinTeam, { open: true, name: 'Ada', onBefore });
    await screen.findByRole('dialog', { name: 'Join a team file' });
    await press('Choose the team file…');
    await screen.findByLabelText('Your name');
    await press('Join');
    await screen.findByRole('progressbar');
    expect(onBefore).toHaveBeenCalledOnce();
    expect(screen.queryByRole('button', { name: 'Close' })).toBeNull();
  });
});
