import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { menuTemplate } from '../../../src-main/app/menu.ts';
import { menuCommands, type MenuCommand } from '../../../src-main/contract/channels.ts';

function itemsOf(platform: NodeJS.Platform, sent: MenuCommand[] = []) {
  const flatten = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])]);
  return flatten(
    menuTemplate({
      platform,
      appName: 'Autodoc',
      hasDeveloperTools: false,
      send: (command) => sent.push(command),
    }),
  );
}

describe.each(['linux', 'win32', 'darwin'] as const)('the menu on %s', (platform) => {
  it('offers every command of the contract once, and sends it', () => {
    const sent: MenuCommand[] = [];
    for (const item of itemsOf(platform, sent)) {
      if (item.click !== undefined) (item.click as () => void)();
    }
    expect(sent.toSorted()).toEqual([...menuCommands].toSorted());
  });

  it('gives no key two meanings', () => {
    const keys = itemsOf(platform).flatMap((item) => item.accelerator ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toContain('CmdOrCtrl+S');
  });

  it('can quit, and undo', () => {
    const roles = itemsOf(platform).map((item) => item.role);
    expect(roles).toContain('quit');
    expect(roles).toContain('undo');
    expect(roles.includes('services')).toBe(platform === 'darwin');
  });
});
