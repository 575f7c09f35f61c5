import fs from 'node:fs';

const pieceBytes = 1_048_576;
/** As much as a disk keeps while somebody who types does not notice. */
const flushBytes = 4 * pieceBytes;

/**
 * Copies a file to a place where nothing is. In pieces: while a system copies a large file in one
 * step, or keeps all of it at once, whoever else waits for the disk may wait a tenth of a second.
 *
 * @param isFlushed whether the disk is to keep it, which is asked of it every few pieces
 */
export function copyInPieces(from: string, to: string, isFlushed: boolean): void {
  if (!isFlushed && isCloned(from, to)) return;
  const source = fs.openSync(from, 'r');
  try {
    const target = fs.openSync(to, 'wx', fs.fstatSync(source).mode & 0o777);
    try {
      copyContents(source, target, isFlushed);
    } catch (thrown) {
      fs.rmSync(to, { force: true });
      throw thrown;
    } finally {
      fs.closeSync(target);
    }
  } finally {
    fs.closeSync(source);
  }
}

/** Where the file system copies a file by having it under two names. */
function isCloned(from: string, to: string): boolean {
  const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE } = fs.constants;
  try {
    fs.copyFileSync(from, to, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    // What else is in the way, the copy finds as well.
    return false;
  }
}

function copyContents(source: number, target: number, isFlushed: boolean): void {
  const piece = Buffer.allocUnsafe(pieceBytes);
  let unflushed = 0;
  for (;;) {
    const length = fs.readSync(source, piece, 0, piece.length, null);
    if (length === 0) break;
    for (let written = 0; written < length;) {
      written += fs.writeSync(target, piece, written, length - written);
    }
    unflushed += length;
    if (isFlushed && unflushed >= flushBytes) {
      fs.fdatasyncSync(target);
      unflushed = 0;
    }
  }
  if (isFlushed) fs.fsyncSync(target);
}
