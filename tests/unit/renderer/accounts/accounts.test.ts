import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import Accounts from '../../../../src-renderer/features/accounts/accounts.svelte';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoPassword } from '../../../fixtures/fake-people.ts';
import { expectAccessible } from '../accessible.ts';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installFakeBridge({ team: { user: null } });
});
afterEach(() => vi.useRealTimers());

function show(remembered_email = '') {
  const onSignedIn = vi.fn();
  render(Accounts, { accounts: { ...bridge.people.status, remembered_email }, onSignedIn });
  return { onSignedIn };
}

const field = (label: string): HTMLInputElement => screen.getByLabelText<HTMLInputElement>(label);
const type = (label: string, value: string): Promise<boolean> =>
  fireEvent.input(field(label), { target: { value } });
const press = (name: string): Promise<boolean> =>
  fireEvent.click(screen.getByRole('button', { name }));

async function signIn(email: string, password: string): Promise<void> {
  await type('E-mail', email);
  await type('Password', password);
  await press('Sign in');
}

async function typeNewPassword(label: string, password: string, again = password): Promise<void> {
  await type(label, password);
  await type(`${label} again`, again);
}

describe('signing in', () => {
  it('is accessible, and begins at the first empty field', async () => {
    show();
    expect(document.activeElement).toBe(field('E-mail'));
    await expectAccessible();
  });

  it('offers the remembered address, and begins at the password', () => {
    show('bo@example.org');
    expect(field('E-mail').value).toBe('bo@example.org');
    expect(field('Remember my e-mail on this machine').checked).toBe(true);
    expect(document.activeElement).toBe(field('Password'));
  });

  it('lets somebody in, and remembers the address where that is ticked', async () => {
    const { onSignedIn } = show();
    await fireEvent.click(field('Remember my e-mail on this machine'));
    await signIn('bo@example.org', demoPassword);
    await waitFor(() => expect(onSignedIn).toHaveBeenCalledOnce());
    expect(onSignedIn.mock.calls[0]?.[0]).toMatchObject({
      user: { name: 'Bo Ekman' },
      remembered_email: 'bo@example.org',
    });
    expect(bridge.callsOf('accounts:sign-in')).toEqual([
      { email: 'bo@example.org', password: demoPassword, remember: true },
    ]);
  });

  it('asks for what is missing without asking the main process', async () => {
    show();
    await press('Sign in');
    await screen.findByText('An e-mail address is needed.');
    screen.getByText('A password is needed.');
    await waitFor(() => expect(document.activeElement).toBe(field('E-mail')));
    expect(bridge.callsOf('accounts:sign-in')).toEqual([]);
  });

  it('says the same of an unknown address and a wrong password', async () => {
    show();
    const said: (string | null)[] = [];
    for (const email of ['bo@example.org', 'nobody@example.org']) {
      await signIn(email, 'not this one');
      said.push((await screen.findByRole('alert')).textContent);
    }
    expect(said[0]).toBe(said[1]);
    await waitFor(() => expect(document.activeElement).toBe(field('Password')));
  });

  it('waits after too many wrong passwords, counting down, and then goes on', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    show();
    for (let attempt = 0; attempt < 6; attempt++) await signIn('bo@example.org', 'not this one');
    await waitFor(() => expect(screen.getByRole('timer').textContent).toBe('Try again in 0:30'));
    const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Sign in' });
    expect(button.disabled).toBe(true);
    await expectAccessible();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(screen.getByRole('timer').textContent).toMatch(/0:1[78]/);
    await vi.advanceTimersByTimeAsync(19_000);
    expect(screen.queryByRole('timer')).toBeNull();
    expect(screen.queryByRole('alert')).toBeNull();
    expect(button.disabled).toBe(false);
  });

  it('says calmly that the account waits, and goes back', async () => {
    show();
    await signIn('noor@example.org', demoPassword);
    const heading = await screen.findByRole('heading', { name: 'Approval is needed' });
    await waitFor(() => expect(document.activeElement).toBe(heading));
    expect(screen.getByRole('status').textContent).toContain('until an admin approves it');
    expect(screen.queryByRole('alert')).toBeNull();
    await expectAccessible();
    await press('Back to signing in');
    screen.getByRole('heading', { name: 'Sign in' });
  });

  it('shows the password that is being typed, and hides it again', async () => {
    show();
    await press('Show: Password');
    expect(field('Password').type).toBe('text');
    await press('Hide: Password');
    expect(field('Password').type).toBe('password');
  });
});

describe('registering', () => {
  async function begin(): Promise<void> {
    show();
    await press('Register');
  }

  it('explains the two types, shows how strong a password is, and is accessible', async () => {
    await begin();
    screen.getByRole('radio', { name: 'Sponsor' });
    expect(screen.getByRole('radio', { name: 'Editor' }).getAttribute('aria-checked')).toBe('true');
    const meter = screen.getByRole('meter', { name: 'Password strength' });
    await type('Name', 'Kim Field');
    await type('Password', 'kim field kim');
    expect(meter.getAttribute('aria-valuetext')).toContain('Weak. It contains your name');
    await type('Password', 'mower-Tuesday-glue');
    expect(meter.getAttribute('aria-valuetext')).toBe('Strong');
    await screen.findByText('Password strength: Strong');
    await expectAccessible();
  });

  it('asks for an account, and says that it waits', async () => {
    await begin();
    await fireEvent.click(screen.getByRole('radio', { name: 'Sponsor' }));
    await type('Name', 'Kim');
    await type('E-mail', 'kim@example.org');
    await type('Organization (optional)', 'Field');
    await typeNewPassword('Password', 'mower-Tuesday-glue');
    await press('Register');
    await screen.findByRole('heading', { name: 'Your account waits for an admin' });
    expect(bridge.callsOf('accounts:register')).toEqual([
      {
        name: 'Kim',
        email: 'kim@example.org',
        organization: 'Field',
        user_type: 'sponsor',
        password: 'mower-Tuesday-glue',
      },
    ]);
  });

  it('says every problem beside its field, and asks nobody', async () => {
    await begin();
    await type('E-mail', 'no address');
    await typeNewPassword('Password', 'short', 'other');
    await press('Register');
    await screen.findByText('A name is needed.');
    screen.getByText('An e-mail address has one @ and no spaces.');
    screen.getByText('This is not the same password.');
    await waitFor(() => expect(document.activeElement).toBe(field('Name')));
    expect(bridge.callsOf('accounts:register')).toEqual([]);
  });

  it('says that there is such an account already', async () => {
    await begin();
    await type('Name', 'Bo');
    await type('E-mail', 'BO@example.org');
    await typeNewPassword('Password', 'mower-Tuesday-glue');
    await press('Register');
    expect((await screen.findByRole('alert')).textContent).toContain('already');
    expect(field('Name').value).toBe('Bo');
  });
});

describe('a new machine or a forgotten password', () => {
  it.each(['bo@example.org', 'nobody@example.org'])(
    'gives %s the same answer as anybody',
    async (email) => {
      show();
      await press('New machine or forgotten password');
      await expectAccessible();
      await type('E-mail of your account', email);
      await typeNewPassword('New password', 'mower-Tuesday-glue');
      await press('Ask for approval');
      await screen.findByRole('heading', { name: 'This machine waits for approval' });
      expect(screen.getByRole('status').textContent).toContain('If there is an account');
      expect(bridge.callsOf('accounts:add-device')).toEqual([
        { email, password: 'mower-Tuesday-glue' },
      ]);
    },
  );
});
