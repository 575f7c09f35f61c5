/* The module `electron` of the main process: what this application uses of it. */

export { app } from './main/app.ts';
export { BrowserWindow } from './main/browser-window.ts';
export { dialog } from './main/dialog.ts';
export { ipcMain } from './main/ipc-main.ts';
export { Menu } from './main/menu.ts';
export { nativeTheme } from './main/native-theme.ts';
export { Notification } from './main/notification.ts';
export { protocol } from './main/protocol.ts';
export { safeStorage } from './main/safe-storage.ts';
export { screen } from './main/screen.ts';
export { session } from './main/session.ts';
export { shell } from './main/shell.ts';
export { utilityProcess } from './main/utility-process.ts';
export { webContents } from './main/web-contents.ts';
