import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import LockScreen from '../../../../src-renderer/features/accounts/lock-screen.svelte';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoPassword, demoUsers } from '../../../fixtures/fake-people.ts';
import { expectAccessible } from '../accessible.ts';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installFakeBridge({ team: { user: 'bo', isLocked: true } });
});

function show() {
  const onChanged = vi.fn();
  render(LockScreen, { user: demoUsers.bo, onChanged });
  return { onChanged };
}

const password = (): HTMLInputElement => screen.getByLabelText<HTMLInputElement>('Password');

describe('the lock screen', () => {
  it('says who is away, and waits for the password', async () => {
    show();
    screen.getByText('Bo Ekman');
    screen.getByText('bo@example.org');
    expect(document.activeElement).toBe(password());
    await expectAccessible();
  });

  it('opens with the password', async () => {
    const { onChanged } = show();
    await fireEvent.input(password(), { target: { value: demoPassword } });
    await fireEvent.click(screen.getByRole('button', { name: 'Unlock' }));
    await waitFor(() => expect(onChanged).toHaveBeenCalledOnce());
    expect(onChanged.mock.calls[0]?.[0]).toMatchObject({ is_locked: false });
  });

  it('stays shut with another', async () => {
    const { onChanged } = show();
    await fireEvent.input(password(), { target: { value: 'not this one' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Unlock' }));
    expect((await screen.findByRole('alert')).textContent).toContain('not right');
    expect(onChanged).not.toHaveBeenCalled();
  });

  it('lets somebody else sign in', async () => {
    const { onChanged } = show();
    await fireEvent.click(screen.getByRole('button', { name: 'Sign out or switch user' }));
    await waitFor(() => expect(onChanged).toHaveBeenCalledOnce());
    expect(onChanged.mock.calls[0]?.[0]).toMatchObject({ user: null, is_locked: false });
    expect(bridge.people.user).toBeNull();
  });
});
