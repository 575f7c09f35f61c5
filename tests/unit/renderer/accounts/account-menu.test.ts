import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import AccountMenu from '../../../../src-renderer/features/accounts/account-menu.svelte';
import { installFakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers, type DemoName } from '../../../fixtures/fake-people.ts';
import { expectAccessible } from '../accessible.ts';

async function open(name: DemoName) {
  installFakeBridge({ team: { user: name } });
  const on = {
    onProfile: vi.fn(),
    onLock: vi.fn(),
    onSignOut: vi.fn(),
    onUsers: vi.fn(),
    onAudit: vi.fn(),
  };
  render(AccountMenu, { user: demoUsers[name], ...on });
  const trigger = screen.getByRole('button', { name: `Account: ${demoUsers[name].name}` });
  trigger.focus();
  await fireEvent.keyDown(trigger, { key: 'Enter' });
  await screen.findByRole('menu', { name: 'Account' });
  return on;
}

const entries = (): string[] =>
  screen.getAllByRole('menuitem').map(({ textContent }) => textContent.trim());

describe('the account menu', () => {
  it('says who is signed in, and is accessible', async () => {
    await open('bo');
    screen.getByText('bo@example.org');
    screen.getByText('Editor');
    expect(entries()).toEqual(['Profile and password…', 'Lock', 'Sign out or switch user']);
    await expectAccessible();
  });

  it('has users and the audit log for admins', async () => {
    const { onUsers } = await open('ada');
    expect(entries()).toContain('Audit log…');
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Users…' }));
    expect(onUsers).toHaveBeenCalledOnce();
  });

  it('locks', async () => {
    const { onLock } = await open('sofia');
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Lock' }));
    expect(onLock).toHaveBeenCalledOnce();
  });
});
