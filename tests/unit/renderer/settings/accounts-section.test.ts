import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Settings from '../../../../src-renderer/features/settings/settings.svelte';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoPassword } from '../../../fixtures/fake-people.ts';
import { expectAccessible } from '../accessible.ts';

let bridge: FakeBridge;

const models = createRawSnippet(() => ({ render: () => '<p>Models</p>' }));
const show = (): unknown =>
  render(Settings, { onClose: () => undefined, models, team: models, section: 'accounts' });
const field = (label: string): HTMLInputElement => screen.getByLabelText<HTMLInputElement>(label);
const type = (label: string, value: string): Promise<boolean> =>
  fireEvent.input(field(label), { target: { value } });
const press = (name: string, scope: HTMLElement = document.body): Promise<boolean> =>
  fireEvent.click(within(scope).getByRole('button', { name }));
const toast = (): string | undefined => toasts.shown.at(-1)?.message;

afterEach(() => {
  for (const { id } of toasts.shown) toasts.dismiss(id);
});

describe('an open library', () => {
  beforeEach(async () => {
    bridge = installFakeBridge();
    show();
    await screen.findByRole('heading', { name: 'Make this a team’s library' });
  });

  async function fill(): Promise<void> {
    await type('E-mail', 'ada@example.org');
    await type('Password', 'mower-Tuesday-glue');
    await type('Password again', 'mower-Tuesday-glue');
    await press('Switch accounts on…');
  }

  it('says what becomes of it, and is accessible', async () => {
    const text = screen.getByRole('form').textContent;
    expect(text).toContain('Nothing is lost');
    expect(text).toContain('You become the admin');
    expect(text).toContain('It cannot be undone');
    expect(field('Name').value).toBe('Ada');
    await expectAccessible();
  });

  it('becomes a team’s once that is confirmed, and its owner the admin', async () => {
    await fill();
    expect(bridge.callsOf('accounts:switch-on')).toEqual([]);
    const dialog = await screen.findByRole('alertdialog');
    await press('Switch accounts on', dialog);
    await screen.findByRole('heading', { name: 'Your machines' });
    await waitFor(() =>
      expect(toast()).toBe('This is a team’s library now, and you are its admin.'),
    );
    expect(bridge.callsOf('accounts:switch-on')).toEqual([
      {
        name: 'Ada',
        email: 'ada@example.org',
        organization: '',
        password: 'mower-Tuesday-glue',
      },
    ]);
  });

  it('stays as it is where that is not confirmed', async () => {
    await fill();
    await press('Cancel', await screen.findByRole('alertdialog'));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    expect(bridge.callsOf('accounts:switch-on')).toEqual([]);
    expect(field('E-mail').value).toBe('ada@example.org');
  });

  it('asks nothing while something is missing', async () => {
    await press('Switch accounts on…');
    await screen.findByText('An e-mail address is needed.');
    expect(screen.queryByRole('alertdialog')).toBeNull();
  });
});

describe('a library with accounts', () => {
  beforeEach(async () => {
    bridge = installFakeBridge({ team: { user: 'bo' } });
    show();
    await screen.findByText('bo-laptop');
  });

  it('is accessible', () => expectAccessible());

  it('locks after as long as is chosen, or never', async () => {
    const trigger = screen.getByRole('combobox', { name: /^Lock the window after/ });
    trigger.focus();
    await fireEvent.keyDown(trigger, { key: 'Enter' });
    const never = await screen.findByRole('option', { name: 'Never' });
    await fireEvent.pointerUp(never, { button: 0 });
    await fireEvent.click(never);
    await waitFor(() =>
      expect(bridge.callsOf('settings:set')).toEqual([{ lock_after_minutes: null }]),
    );
  });

  it('takes another profile', async () => {
    expect(field('E-mail').value).toBe('bo@example.org');
    await type('Organization (optional)', 'Ekman & Co');
    await press('Save profile');
    await waitFor(() => expect(toast()).toBe('Your profile is saved.'));
    expect(bridge.people.user?.organization).toBe('Ekman & Co');
  });

  it('says that an address is taken, and keeps what was typed', async () => {
    await type('E-mail', 'ada@example.org');
    await press('Save profile');
    expect((await screen.findByRole('alert')).textContent).toContain('already');
    expect(field('E-mail').value).toBe('ada@example.org');
  });

  it('changes the password, and empties the fields', async () => {
    await type('Present password', demoPassword);
    await type('New password', 'mower-Tuesday-glue');
    await type('New password again', 'mower-Tuesday-glue');
    await press('Change password');
    await waitFor(() => expect(toast()).toBe('Your password on this machine is changed.'));
    expect(field('New password').value).toBe('');
    expect(field('Present password').value).toBe('');
  });

  it('keeps the password where the present one is wrong or missing', async () => {
    await type('New password', 'mower-Tuesday-glue');
    await type('New password again', 'mower-Tuesday-glue');
    await press('Change password');
    await screen.findByText('Your present password is needed.');
    await type('Present password', 'not this one');
    await press('Change password');
    expect((await screen.findByText(/is not right/)).getAttribute('role')).toBe('alert');
    expect(field('New password').value).toBe('mower-Tuesday-glue');
  });

  it('approves a machine, and revokes one once that is confirmed', async () => {
    await press('Approve bo-new-laptop');
    await waitFor(() => expect(screen.queryByText('Waiting')).toBeNull());
    await press('Revoke bo-laptop');
    expect(bridge.callsOf('users:revoke-device')).toEqual([]);
    await press('Revoke', await screen.findByRole('alertdialog'));
    await screen.findByText('Revoked');
  });
});
