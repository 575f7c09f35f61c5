import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { writeFailure } from './file-failure.ts';

/** Texts are gathered to pieces of about this many characters before they are written. */
const pieceLength = 1 << 18;

/**
 * Writes a file whole or not at all: beside its place under another name, to the disk, then
 * over what was there. Throws `not_found`, `not_allowed`, `invalid_input` or `disk_full`; the
 * file that was there is kept then, and also when `texts` or the signal end it.
 */
export async function writeFileWhole(
  file: string,
  texts: AsyncIterable<string> | Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  const target = `"${file}"`;
  await refuseFolder(file);
  const temporary = path.join(path.dirname(file), `.~${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600).catch((error: unknown) => {
      throw writeFailure(error, target);
    });
    try {
      for await (const piece of inPieces(texts)) {
        signal.throwIfAborted();
        await handle.writeFile(piece);
      }
      await handle.sync();
    } catch (error) {
      throw writeFailure(error, target);
    } finally {
      await handle.close();
    }
    await rename(temporary, file).catch((error: unknown) => {
      throw writeFailure(error, target);
    });
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

async function refuseFolder(file: string): Promise<void> {
  const there = await stat(file).catch(() => null);
  if (there === null || there.isFile()) return;
  throw new AppError(
    'invalid_input',
    `"${file}" is ${there.isDirectory() ? 'a folder' : 'no ordinary file'}. Nothing was written. Name a file.`,
  );
}

async function* inPieces(texts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let gathered: string[] = [];
  let length = 0;
  for await (const text of texts) {
    gathered.push(text);
    length += text.length;
    if (length < pieceLength) continue;
    yield gathered.join('');
    gathered = [];
    length = 0;
  }
  if (length > 0) yield gathered.join('');
}

/** A new name lasts once its folder is on the disk. Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
