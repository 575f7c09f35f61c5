import fs from 'node:fs';
import path from 'node:path';

const pieceBytes = 8 * 1_048_576;
/** For others to have something kept in between. */
const pauseMs = 2;

/**
 * Removes a folder that nobody else reads in. A large file in it is shortened piece by piece
 * first: where a file system tells the disk at once what has become free, whoever waits for the
 * disk waits for all of that.
 */
export function removeInPieces(folder: string): void {
  for (const file of filesIn(folder)) shorten(file);
  fs.rmSync(folder, { recursive: true, force: true });
}

/** Those that lie in it: what a link in it points at is somebody else's. */
function filesIn(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const place = path.join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(place);
      return entry.isFile() ? [place] : [];
    });
  } catch {
    // What is in the way is told by the removal.
    return [];
  }
}

function shorten(file: string): void {
  try {
    const { size, nlink } = fs.lstatSync(file);
    // By its other name it is somebody's.
    if (nlink > 1) return;
    for (let left = size - pieceBytes; left > 0; left -= pieceBytes) {
      fs.truncateSync(file, left);
      Atomics.wait(nobody, 0, 0, pauseMs);
    }
  } catch {
    // It goes as it is.
  }
}

const nobody = new Int32Array(new SharedArrayBuffer(4));
