import { dialog, type BrowserWindow, type FileFilter } from 'electron';

interface FileQuestion {
  readonly title: string;
  readonly buttonLabel: string;
  readonly filters: FileFilter[];
}

/** Asks where to write a file with the system's dialog; null when it was closed. */
export async function chooseFileToWrite(
  parent: BrowserWindow | null,
  question: FileQuestion & { readonly defaultPath: string },
): Promise<string | null> {
  const { canceled, filePath } = await (parent === null
    ? dialog.showSaveDialog(question)
    : dialog.showSaveDialog(parent, question));
  return canceled || filePath === '' ? null : filePath;
}

/** Asks for a file to read with the system's dialog; null when it was closed. */
export async function chooseFileToRead(
  parent: BrowserWindow | null,
  question: FileQuestion,
): Promise<string | null> {
  const options = { ...question, properties: ['openFile' as const] };
  const { canceled, filePaths } = await (parent === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(parent, options));
  return canceled ? null : (filePaths[0] ?? null);
}
