import { dialog, shell, type BrowserWindow } from 'electron';
import { AppError } from '../contract/errors.ts';

/** Asks for a model's folder with the system's dialog; null when it was closed. */
export async function chooseModelFolder(parent: BrowserWindow | null): Promise<string | null> {
  const options = {
    title: 'Import a model',
    message: 'Choose a Hugging Face folder of the GPT-2 family',
    buttonLabel: 'Import',
    properties: ['openDirectory' as const],
  };
  const { canceled, filePaths } = await (parent === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(parent, options));
  return canceled ? null : (filePaths[0] ?? null);
}

/** Shows a folder in the system's file manager. Throws `not_found` where that cannot be done. */
export async function showFolder(directory: string): Promise<null> {
  const problem = await shell.openPath(directory);
  if (problem === '') return null;
  throw new AppError(
    'not_found',
    `The folder could not be shown (${problem}). It is ${directory}.`,
    { details: { path: directory } },
  );
}
