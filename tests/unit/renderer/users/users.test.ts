import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import Users from '../../../../src-renderer/features/users/users.svelte';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers } from '../../../fixtures/fake-people.ts';
import { expectAccessible } from '../accessible.ts';
import { installFakeLayout } from '../library/fake-layout.ts';

let bridge: FakeBridge;

beforeEach(() => {
  installFakeLayout();
  bridge = installFakeBridge({ team: { user: 'ada' } });
});
afterEach(() => {
  for (const { id } of toasts.shown) toasts.dismiss(id);
});

async function show() {
  const onClose = vi.fn();
  render(Users, { onClose });
  await screen.findByRole('button', { name: /Ada/ });
  return { onClose };
}

/** The row of a user, found by the button with their name. */
const row = (name: string): HTMLElement =>
  screen
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .closest<HTMLElement>('[role="row"]')!;
const person = (name: string): HTMLElement =>
  screen.getByRole('button', { name: new RegExp(`^${name}`) });
const press = (name: string | RegExp, scope: HTMLElement = document.body): Promise<boolean> =>
  fireEvent.click(within(scope).getByRole('button', { name }));
const toast = (): string | undefined => toasts.shown.at(-1)?.message;

async function open(name: string): Promise<HTMLElement> {
  await fireEvent.click(person(name));
  return screen.findByRole('complementary', { name });
}

async function confirm(button: string): Promise<void> {
  const dialog = await screen.findByRole('alertdialog');
  await press(button, dialog);
}

/** Opens the list of a select and takes one of it. */
async function choose(select: RegExp, option: string): Promise<void> {
  const trigger = screen.getByRole('combobox', { name: select });
  trigger.focus();
  await fireEvent.keyDown(trigger, { key: 'Enter' });
  const listed = await screen.findByRole('option', { name: option });
  await fireEvent.pointerUp(listed, { button: 0 });
  await fireEvent.click(listed);
}

describe('the users', () => {
  it('are listed by name with what an admin asks for, and are accessible', async () => {
    await show();
    const cells = within(row('Bo Ekman'))
      .getAllByRole('cell')
      .map(({ textContent }) => textContent.trim());
    expect(cells.slice(1, 4)).toEqual(['Lind & Daughters', 'Editor', 'Approved']);
    expect(cells[0]).toContain('bo@example.org');
    expect(cells[4]).not.toBe('');
    expect(within(row('Noor')).getByText('never')).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Users' }));
    await expectAccessible();
  });

  it('draws only what is in view of thousands', async () => {
    bridge = installFakeBridge({ team: { user: 'ada', more: 5_000 } });
    await show();
    screen.getByText('5,009');
    expect(screen.getAllByRole('row').length).toBeLessThan(40);
    const asked = bridge.callsOf('users:list') as { limit: number }[];
    expect(Math.max(...asked.map(({ limit }) => limit))).toBe(100);
  });

  it('are found by name, e-mail and organization, and by state and type', async () => {
    await show();
    const search = screen.getByRole('searchbox', { name: 'Search users' });
    await fireEvent.input(search, { target: { value: 'daughters elif' } });
    await screen.findByText('Nobody found');
    await press('Show everybody');
    await screen.findByRole('button', { name: /^Ada/ });
    await choose(/^Type/, 'Sponsor');
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Ada/ })).toBeNull());
    person('Sofia Lind');
    await choose(/^State/, 'Rejected');
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Sofia/ })).toBeNull());
    person('Rob Reed');
  });

  it('shows who waits in one step, approves in the row, and counts on', async () => {
    await show();
    await press('2 waiting for approval');
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Ada/ })).toBeNull());
    await press('Approve Noor Haddad');
    await waitFor(() => expect(toast()).toBe('The account of Noor Haddad is approved.'));
    within(row('Noor Haddad')).getByText('Approved');
    await waitFor(() => expect(document.activeElement).toBe(person('Noor Haddad')));
    await press('Reject Viktor Stein');
    await waitFor(() => expect(toast()).toBe('The account of Viktor Stein is rejected.'));
    await press('Show everybody');
    await screen.findByRole('button', { name: /^Ada/ });
    expect(screen.queryByRole('button', { name: /waiting for approval/ })).toBeNull();
  });

  it('are walked through by keyboard, one tab stop for all', async () => {
    await show();
    const search = screen.getByRole('searchbox', { name: 'Search users' });
    search.focus();
    await fireEvent.keyDown(search, { key: 'ArrowDown' });
    await waitFor(() => expect(document.activeElement).toBe(person('Ada')));
    await fireEvent.keyDown(person('Ada'), { key: 'ArrowDown' });
    await waitFor(() => expect(document.activeElement).toBe(person('Bo Ekman')));
    await fireEvent.keyDown(person('Bo Ekman'), { key: 'End' });
    await waitFor(() => expect(document.activeElement).toBe(person('Viktor Stein')));
    const stops = screen
      .getAllByRole('row')
      .flatMap((one) => [...one.querySelectorAll<HTMLElement>('[tabindex="0"]')]);
    expect(new Set(stops.map((stop) => stop.closest('[role="row"]'))).size).toBe(1);
  });

  it('closes with Escape, the panel first', async () => {
    const { onClose } = await show();
    const panel = await open('Bo Ekman');
    await fireEvent.keyDown(within(panel).getByRole('combobox'), { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('complementary')).toBeNull());
    expect(onClose).not.toHaveBeenCalled();
    await waitFor(() => expect(document.activeElement).toBe(person('Bo Ekman')));
    await fireEvent.keyDown(person('Bo Ekman'), { key: 'Escape' });
    expect(onClose).toHaveBeenCalledOnce();
  });

  it('follows who registers meanwhile', async () => {
    await show();
    await bridge.invoke('accounts:register', {
      name: 'Kim Field',
      email: 'kim@example.org',
      organization: '',
      user_type: 'editor',
      password: 'mower-Tuesday-glue',
    });
    bridge.emit('store:changed', { documents: [], everything: true });
    await screen.findByRole('button', { name: '3 waiting for approval' });
    person('Kim Field');
  });
});

describe('one user', () => {
  it('is shown with facts and machines, accessibly', async () => {
    await show();
    const panel = await open('Bo Ekman');
    within(panel).getByText('bo-new-laptop');
    expect(panel.textContent).toContain('Lind & Daughters');
    await expectAccessible();
  });

  it('is suspended once that is confirmed, and reinstated', async () => {
    await show();
    const panel = await open('Bo Ekman');
    await press('Suspend…', panel);
    expect(bridge.callsOf('users:set-status')).toEqual([]);
    await confirm('Suspend');
    await waitFor(() => expect(toast()).toBe('Bo Ekman is suspended.'));
    within(row('Bo Ekman')).getByText('Suspended');
    await press('Reinstate', panel);
    await waitFor(() => expect(toast()).toBe('Bo Ekman is reinstated.'));
  });

  it('changes type; an admin is made once that is confirmed', async () => {
    await show();
    await open('Bo Ekman');
    await choose(/^Type: Editor/, 'Sponsor');
    await waitFor(() => expect(toast()).toBe('Bo Ekman is a sponsor now.'));
    await choose(/^Type: Sponsor/, 'Admin');
    expect(bridge.callsOf('users:set-type')).toHaveLength(1);
    await confirm('Make admin');
    await waitFor(() => expect(toast()).toBe('Bo Ekman is an admin now.'));
  });

  it('stays where it is the last admin, and says so', async () => {
    await show();
    const panel = await open('Ada');
    await press('Suspend…', panel);
    await confirm('Suspend');
    await waitFor(() => expect(toast()).toContain('this is the last one'));
    within(row('Ada')).getByText('Approved');
  });

  it('gets a machine approved, and one revoked', async () => {
    await show();
    const panel = await open('Bo Ekman');
    await press('Approve bo-new-laptop', panel);
    await waitFor(() => expect(toast()).toBe('The machine is approved.'));
    await press('Revoke bo-laptop', panel);
    await confirm('Revoke');
    await within(panel).findByText('Revoked');
  });

  it('is reset to the one machine that is left, once that is confirmed', async () => {
    await show();
    const panel = await open('Bo Ekman');
    await press('Approve and revoke the others: bo-new-laptop', panel);
    expect(bridge.callsOf('users:reset')).toEqual([]);
    await confirm('Approve and revoke the others');
    await within(panel).findByText('Revoked');
    expect(toast()).toBe('“bo-new-laptop” is the only machine of Bo Ekman now.');
    expect(bridge.callsOf('users:reset')).toHaveLength(1);
  });

  it('says why it could not be shown', async () => {
    await show();
    bridge.fail('users:show', 'not_allowed', 'Your account may not do this.');
    await fireEvent.click(person(demoUsers.bo.name));
    await waitFor(() => expect(toast()).toBe('Your account may not do this.'));
  });
});
