import { dialog, type BrowserWindow } from 'electron';

/** Asks whether a window may close although its text could not be kept. Staying open is the default. */
export async function mayCloseUnsaved(parent: BrowserWindow, reason: string): Promise<boolean> {
  const stay = 0;
  const { response } = await dialog.showMessageBox(parent, {
    type: 'warning',
    message: 'Your last words could not be saved',
    detail: `${reason}\n\nThey are in the window alone. Keep it open to copy them or to save again.`,
    buttons: ['Keep the window open', 'Close without them'],
    defaultId: stay,
    cancelId: stay,
  });
  return response !== stay;
}
