import type { MessageBoxOptions, OpenDialogOptions, SaveDialogOptions } from 'electron';
import { loud } from '../loud.ts';
import { BrowserWindow } from './browser-window.ts';
import { launch } from '../launch.ts';

/*
 * The system's dialogs cannot be had. A person is asked by the page's own; tests put their
 * answers in place of these functions.
 */

export const dialog = loud('dialog', {
  async showOpenDialog(
    ...args: [BrowserWindow, OpenDialogOptions] | [OpenDialogOptions]
  ): Promise<{ canceled: boolean; filePaths: string[] }> {
    const [window, options] = split(args);
    const answer = await ask(window, 'dialog.showOpenDialog', 'prompt', options.title ?? 'Path:');
    const path = typeof answer === 'string' ? answer.trim() : '';
    return { canceled: path === '', filePaths: path === '' ? [] : [path] };
  },
  async showSaveDialog(
    ...args: [BrowserWindow, SaveDialogOptions] | [SaveDialogOptions]
  ): Promise<{ canceled: boolean; filePath: string }> {
    const [window, options] = split(args);
    const answer = await ask(window, 'dialog.showSaveDialog', 'prompt', options.title ?? 'Path:');
    const filePath = typeof answer === 'string' ? answer.trim() : '';
    return { canceled: filePath === '', filePath };
  },
  /** Answers the first button for OK and the cancel button for anything else. */
  async showMessageBox(
    ...args: [BrowserWindow, MessageBoxOptions] | [MessageBoxOptions]
  ): Promise<{ response: number; checkboxChecked: boolean }> {
    const [window, { message, detail, cancelId, buttons = [] }] = split(args);
    const text = [message, detail].filter((part) => part !== undefined).join('\n\n');
    const kind = buttons.length > 1 ? 'confirm' : 'alert';
    const isAccepted = (await ask(window, 'dialog.showMessageBox', kind, text)) !== false;
    return {
      response: isAccepted ? 0 : (cancelId ?? buttons.length - 1),
      checkboxChecked: false,
    };
  },
  /** May come before any window: standard error is what remains, as Electron does on Linux. */
  showErrorBox(title: string, content: string): void {
    process.stderr.write(`${title}\n${content}\n`);
  },
});

function split<Options>(
  args: readonly [BrowserWindow, Options] | readonly [Options],
): [BrowserWindow | null, Options] {
  return args.length === 2 ? [args[0], args[1]] : [BrowserWindow.getFocusedWindow(), args[0]];
}

async function ask(
  window: BrowserWindow | null,
  caller: string,
  kind: 'prompt' | 'confirm' | 'alert',
  text: string,
): Promise<unknown> {
  if (!launch.isWindowed || window === null) {
    throw new Error(`${caller} asks a person: put the answer in place of it in the test.`);
  }
  return window.webContents.executeJavaScript(`window.${kind}(${JSON.stringify(text)})`);
}
