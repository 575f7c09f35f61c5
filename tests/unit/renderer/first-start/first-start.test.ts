import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import FirstStart from '../../../../src-renderer/features/first-start/first-start.svelte';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { expectAccessible } from '../accessible.ts';

let bridge: FakeBridge;
const join = createRawSnippet<[() => void]>(() => ({ render: () => '<p>How to join</p>' }));

beforeEach(() => {
  bridge = installFakeBridge({ isFirstStart: true });
});

describe('the first start', () => {
  it('begins a library for one, with a name or without', async () => {
    const onStarted = vi.fn();
    render(FirstStart, { onStarted, join });
    await fireEvent.input(screen.getByRole('textbox', { name: 'Your name (optional)' }), {
      target: { value: 'Ada' },
    });
    await fireEvent.click(screen.getByRole('button', { name: 'Start writing' }));
    await vi.waitFor(() => expect(onStarted).toHaveBeenCalledOnce());
    expect(bridge.callsOf('library:start')).toEqual([{ mode: 'just_me', name: 'Ada' }]);
    expect(onStarted.mock.calls[0]?.[0]).toMatchObject({ is_first_start: false });
  });

  it('says what went wrong, and can be tried again', async () => {
    const onStarted = vi.fn();
    render(FirstStart, { onStarted, join });
    bridge.fail('library:start', 'store_unwritable', 'The folder cannot be written.');
    await fireEvent.click(screen.getByRole('button', { name: 'Start writing' }));
    expect((await screen.findByRole('alert')).textContent).toBe('The folder cannot be written.');
    bridge.succeed('library:start');
    await fireEvent.click(screen.getByRole('button', { name: 'Start writing' }));
    await vi.waitFor(() => expect(onStarted).toHaveBeenCalledOnce());
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('is honest: about the model, about where everything is, about the way to a team', async () => {
    render(FirstStart, { onStarted: () => undefined, join });
    const page = screen.getByRole('main').textContent;
    expect(page).toContain('small and weak');
    expect(page).toContain('Settings → Models');
    expect(page).toContain('Everything stays on this computer');
    expect(page).toContain('can become a team later');
    await expectAccessible();
  });
});

it('leads to joining a team file', async () => {
  render(FirstStart, { onStarted: () => undefined, join });
  await fireEvent.click(screen.getByRole('button', { name: 'Join a team file…' }));
  screen.getByText('How to join');
  screen.getByRole('heading', { name: 'Join a team file' });
  expect(screen.queryByRole('button', { name: 'Start writing' })).toBeNull();
});

describe('the first start of a team', () => {
  const field = (label: string): HTMLInputElement => screen.getByLabelText<HTMLInputElement>(label);
  const type = (label: string, value: string): Promise<boolean> =>
    fireEvent.input(field(label), { target: { value } });
  const press = (name: string): Promise<boolean> =>
    fireEvent.click(screen.getByRole('button', { name }));

  async function begin() {
    const onStarted = vi.fn();
    render(FirstStart, { onStarted, join });
    await press('Set up a team');
    return { onStarted };
  }

  it('says what accounts mean, shows how strong the password is, and is accessible', async () => {
    await begin();
    expect(document.activeElement).toBe(field('Name'));
    const page = screen.getByRole('main').textContent;
    expect(page).toContain('Passwords stay on this machine');
    expect(page).toContain('Whoever has the file can read it');
    expect(page).toContain('Roles decide who may change what');
    await type('Password', 'password12');
    const meter = screen.getByRole('meter', { name: 'Password strength' });
    expect(meter.getAttribute('aria-valuetext')).toContain('Weak');
    await expectAccessible();
  });

  it('makes the first admin', async () => {
    const { onStarted } = await begin();
    await type('Name', 'Ada');
    await type('E-mail', 'ada@example.org');
    await type('Organization (optional)', 'The Engine Press');
    await type('Password', 'mower-Tuesday-glue');
    await type('Password again', 'mower-Tuesday-glue');
    await press('Start the team’s library');
    await vi.waitFor(() => expect(onStarted).toHaveBeenCalledOnce());
    expect(bridge.callsOf('library:start')).toEqual([
      {
        mode: 'team',
        name: 'Ada',
        email: 'ada@example.org',
        organization: 'The Engine Press',
        password: 'mower-Tuesday-glue',
      },
    ]);
    expect(onStarted.mock.calls[0]?.[0]).toMatchObject({
      is_first_start: false,
      accounts: { is_on: true, user: { user_type: 'admin', email: 'ada@example.org' } },
    });
  });

  it('says what is missing beside each field, and starts nothing', async () => {
    const { onStarted } = await begin();
    await type('Password', 'too short');
    await press('Start the team’s library');
    await screen.findByText('A name is needed.');
    screen.getByText('An e-mail address is needed.');
    screen.getByText('This is not the same password.');
    await waitFor(() => expect(document.activeElement).toBe(field('Name')));
    expect(onStarted).not.toHaveBeenCalled();
    expect(bridge.callsOf('library:start')).toEqual([]);
  });

  it('goes back to the choice', async () => {
    await begin();
    await press('Back');
    screen.getByRole('button', { name: 'Start writing' });
  });
});
