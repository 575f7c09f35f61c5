import type { MenuItemConstructorOptions } from 'electron';
import { loud } from '../loud.ts';
import type { AcceleratorKey } from '../page/messages.ts';
import { setAccelerators, type Accelerator } from './accelerators.ts';
import { app } from './app.ts';
import { focusedWindow } from './open-windows.ts';

interface Role {
  /** Electron's own for this role. */
  readonly accelerator?: string;
  run(): void;
}

/** Roles that do something here when chosen. The others are Chromium's or the system's own. */
const roles: Readonly<Record<string, Role>> = {
  quit: {
    ...(process.platform !== 'win32' && { accelerator: 'CmdOrCtrl+Q' }),
    run: () => app.quit(),
  },
  close: { accelerator: 'CmdOrCtrl+W', run: () => focusedWindow()?.close() },
  togglefullscreen: {
    accelerator: process.platform === 'darwin' ? 'Control+Command+F' : 'F11',
    run: () => {
      const window = focusedWindow();
      window?.setFullScreen(!window.isFullScreen());
    },
  },
};

class MenuItem {
  readonly id: string | undefined;
  readonly label: string;
  readonly role: string | undefined;
  readonly accelerator: string | undefined;
  readonly type: string;
  readonly submenu: Menu | undefined;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  readonly #options: MenuItemConstructorOptions;

  constructor(options: MenuItemConstructorOptions) {
    this.#options = options;
    this.id = options.id;
    this.role = options.role;
    this.label = options.label ?? options.role ?? '';
    this.accelerator = options.accelerator ?? roles[options.role ?? '']?.accelerator;
    this.type = options.type ?? (options.submenu === undefined ? 'normal' : 'submenu');
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    this.checked = options.checked ?? false;
    if (Array.isArray(options.submenu)) this.submenu = Menu.buildFromTemplate(options.submenu);
  }

  /** Chooses the item, as a person would. */
  click(): void {
    const window = focusedWindow() ?? undefined;
    if (this.role === undefined) this.#options.click?.(this as never, window as never, {});
    else if (this.role in roles) roles[this.role]?.run();
    else throw new Error(`The stand-in for Electron does nothing for the role ${this.role}.`);
  }
}

export class Menu {
  static #applicationMenu: Menu | null = null;
  readonly items: readonly MenuItem[];

  constructor(items: readonly MenuItem[] = []) {
    this.items = items;
  }

  static buildFromTemplate(template: readonly MenuItemConstructorOptions[]): Menu {
    return new Menu(template.map((options) => new MenuItem(options)));
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#applicationMenu = menu;
    setAccelerators(acceleratorsOf(menu));
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#applicationMenu;
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : (item.submenu?.getMenuItemById(id) ?? null);
      if (found !== null) return found;
    }
    return null;
  }
}

Object.setPrototypeOf(Menu.prototype, loud('menu', {}));
Object.setPrototypeOf(MenuItem.prototype, loud('menuItem', {}));

/** Reads `CmdOrCtrl+Shift+F` and its like, by Electron's documentation of accelerators. */
export function parseAccelerator(text: string): AcceleratorKey {
  const parts = text.split('+');
  const name = parts.pop() ?? '';
  const modifiers = new Set(parts.map((part) => part.toLowerCase()));
  const isMac = process.platform === 'darwin';
  const has = (...names: string[]) => names.some((modifier) => modifiers.has(modifier));
  const either = has('cmdorctrl', 'commandorcontrol');
  return {
    key: keyNames[name.toLowerCase()] ?? name.toLowerCase(),
    ctrl: has('ctrl', 'control') || (either && !isMac),
    meta: has('cmd', 'command', 'super', 'meta') || (either && isMac),
    shift: has('shift'),
    alt: has('alt', 'option'),
  };
}

/** Electron's names of keys whose `KeyboardEvent.key` is another. */
const keyNames: Readonly<Record<string, string>> = {
  return: 'enter',
  esc: 'escape',
  space: ' ',
  plus: '+',
  up: 'arrowup',
  down: 'arrowdown',
  left: 'arrowleft',
  right: 'arrowright',
};

function acceleratorsOf(menu: Menu | null | undefined): Accelerator[] {
  return (menu?.items ?? []).flatMap((item) => [
    ...(item.accelerator === undefined
      ? []
      : [{ key: parseAccelerator(item.accelerator), press: () => item.click() }]),
    ...acceleratorsOf(item.submenu),
  ]);
}
