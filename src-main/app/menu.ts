import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../contract/channels.ts';

export interface MenuOptions {
  readonly platform: NodeJS.Platform;
  readonly appName: string;
  readonly hasDeveloperTools: boolean;
  /** Tells the window; the window decides what the command means where the focus is. */
  readonly send: (command: MenuCommand) => void;
}

/**
 * The application's menu. The window listens to the same keys and prevents their default, so
 * a key does one thing: Chromium offers it to the page first and to the menu after that.
 */
export function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const isMac = options.platform === 'darwin';
  const item = (
    label: string,
    command: MenuCommand,
    accelerator?: string,
  ): MenuItemConstructorOptions => ({
    id: command,
    label,
    ...(accelerator !== undefined && { accelerator }),
    click: () => {
      options.send(command);
    },
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const settings = item('Settings…', 'view:settings', 'CmdOrCtrl+,');

  const application: MenuItemConstructorOptions = {
    label: options.appName,
    submenu: [
      { role: 'about' },
      separator,
      settings,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      item('New document', 'document:new', 'CmdOrCtrl+N'),
      item('New commission…', 'document:commission', 'CmdOrCtrl+Shift+N'),
      item('Save and draft', 'document:save', 'CmdOrCtrl+S'),
      item('Draft now', 'document:draft', 'CmdOrCtrl+Enter'),
      separator,
      item('Rename…', 'document:rename', 'F2'),
      item('Document details…', 'document:details'),
      item('Move to trash', 'document:trash'),
      separator,
      item('Export as JSON…', 'exchange:export'),
      item('Import JSON…', 'exchange:import'),
      item('Import prompts from CSV…', 'exchange:prompts'),
      item('Export drafts…', 'exchange:drafts'),
      separator,
      item('Create a team file…', 'team:create'),
      item('Join a team file…', 'team:join'),
      item('Sync with the team file', 'team:sync'),
      separator,
      item('Lock', 'accounts:lock', 'CmdOrCtrl+Shift+L'),
      ...(isMac
        ? [separator, { role: 'close' } as const]
        : [separator, settings, separator, { role: 'quit' } as const]),
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: '&Edit',
    submenu: [
      { role: 'undo' },
      { role: 'redo' },
      separator,
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'pasteAndMatchStyle' },
      { role: 'selectAll' },
      separator,
      item('Search all documents', 'library:filter', 'CmdOrCtrl+Shift+F'),
      item('Comment on the selection', 'document:comment', 'CmdOrCtrl+Alt+M'),
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      item('Home', 'view:home', 'CmdOrCtrl+0'),
      item('Library', 'view:library', 'CmdOrCtrl+B'),
      item('Drafts', 'view:drafts', 'CmdOrCtrl+1'),
      item('Versions', 'view:versions', 'CmdOrCtrl+2'),
      item('Side by side', 'view:side-by-side', 'CmdOrCtrl+3'),
      item('Comments', 'view:comments', 'CmdOrCtrl+4'),
      separator,
      item('Users', 'view:users'),
      item('Audit log', 'view:audit'),
      separator,
      // Its usual key leads home.
      { role: 'resetZoom', accelerator: 'CmdOrCtrl+Shift+0' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
      ...(options.hasDeveloperTools ? [separator, { role: 'toggleDevTools' } as const] : []),
    ],
  };
  const window: MenuItemConstructorOptions = {
    label: '&Window',
    submenu: [
      { role: 'minimize' },
      ...(isMac ? [{ role: 'zoom' } as const] : []),
      { role: 'close' },
    ],
  };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    label: '&Help',
    submenu: [
      item('Keyboard shortcuts', 'view:shortcuts', 'F1'),
      ...(isMac ? [] : [{ role: 'about' } as const]),
    ],
  };
  return [...(isMac ? [application] : []), file, edit, view, window, help];
}
