import type { ElectronApplication } from '@playwright/test';
import type { MenuCommand } from '../../src-main/contract/channels.ts';

/** What the menu's entry does: the stand-in's menu is nobody's to click. */
export async function fromMenu(app: ElectronApplication, command: MenuCommand): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, wanted) =>
      BrowserWindow.getAllWindows()[0]?.webContents.send('menu:command', { command: wanted }),
    command,
  );
}

/** The system's dialogs answer with this file from now on. */
export async function answerWith(app: ElectronApplication, file: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen });
  }, file);
}
