import { createHash, type Hash } from 'node:crypto';
import { constants, open, type FileHandle } from 'node:fs/promises';
import type { FileProgress } from './download-record.ts';

/*
 * A file that is being fetched. It is cut into pieces, and each piece's SHA-256 is taken as it is
 * received: hubs vouch for whole files only, so this is what tells which part of a file was
 * damaged on disk, and what makes it safe to go on in the middle.
 */

const readBytes = 2 ** 20;

/** `wrong`: all pieces are as they were received, and yet it is not the file that the hub means. */
export type FileState = 'whole' | 'missing' | 'wrong';

export class PartialFile {
  readonly #handle: FileHandle;
  readonly #file: FileProgress;
  readonly #pieceBytes: number;
  /** Where the next byte goes while a range is being received. */
  #position = 0;
  #piece: { readonly hash: Hash; readonly start: number } | null = null;

  private constructor(handle: FileHandle, file: FileProgress, pieceBytes: number) {
    this.#handle = handle;
    this.#file = file;
    this.#pieceBytes = pieceBytes;
  }

  /**
   * Opens a file, making it when it is missing.
   *
   * @param file its part of the record, which is kept up to date
   */
  static async open(
    filePath: string,
    file: FileProgress,
    pieceBytes: number,
  ): Promise<PartialFile> {
    const handle = await open(filePath, constants.O_RDWR | constants.O_CREAT, 0o600);
    const pieces = Math.ceil(file.size_bytes / pieceBytes);
    file.pieces = Array.from({ length: pieces }, (_, index) => file.pieces[index] ?? null);
    const { size } = await handle.stat();
    if (size > file.size_bytes) await handle.truncate(file.size_bytes);
    return new PartialFile(handle, file, pieceBytes);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /** Forgets everything that was received. */
  forget(): void {
    this.#file.pieces.fill(null);
    this.#file.etag = null;
    this.#piece = null;
  }

  /** Reads what is recorded, and forgets the pieces that are not on disk as they were received. */
  async check(signal: AbortSignal): Promise<FileState> {
    const { pieces, git_sha1, sha256, size_bytes } = this.#file;
    const whole = createHash(sha256 === null ? 'sha1' : 'sha256');
    if (sha256 === null) whole.update(`blob ${size_bytes}\0`);
    let isComplete = true;
    for (const [index, piece] of pieces.entries()) {
      const length = this.#lengthOf(index);
      const isReceived = piece?.bytes === length;
      const hash = createHash('sha256');
      const isThere =
        isReceived &&
        (await this.#read(index * this.#pieceBytes, length, signal, (part) => {
          hash.update(part);
          if (isComplete) whole.update(part);
        }));
      const isAsReceived = isThere && hash.digest('hex') === piece.sha256;
      if (isReceived && !isAsReceived) pieces[index] = null;
      isComplete &&= isAsReceived;
    }
    if (!isComplete) return 'missing';
    return whole.digest('hex') === (sha256 ?? git_sha1) ? 'whole' : 'wrong';
  }

  /** The next bytes [start, end) to fetch, ready to be written; null when none are missing. */
  async nextGap(
    signal: AbortSignal,
  ): Promise<{ readonly start: number; readonly end: number } | null> {
    const { pieces } = this.#file;
    const isMissing = (index: number): boolean => pieces[index]?.bytes !== this.#lengthOf(index);
    const first = pieces.findIndex((_, index) => isMissing(index));
    if (first === -1) return null;
    let last = first;
    while (last + 1 < pieces.length && isMissing(last + 1)) last += 1;
    const end = last * this.#pieceBytes + this.#lengthOf(last);
    const hash = await this.#headOf(first, signal);
    const start = first * this.#pieceBytes + (pieces[first]?.bytes ?? 0);
    this.#position = start;
    this.#piece = { hash, start: first * this.#pieceBytes };
    return { start, end };
  }

  /** Begins again at the file's first byte: the server sends the whole of it. */
  restart(): void {
    this.forget();
    this.#position = 0;
    this.#piece = this.#file.pieces.length === 0 ? null : { hash: createHash('sha256'), start: 0 };
  }

  /** Puts bytes where the last ones ended. Answers whether a piece became whole. */
  async write(chunk: Uint8Array): Promise<boolean> {
    let hasFinished = false;
    let rest = chunk;
    while (rest.byteLength > 0) {
      if (this.#piece === null) throw new RangeError('Bytes behind the end of a file');
      const { hash, start } = this.#piece;
      const index = start / this.#pieceBytes;
      const length = this.#lengthOf(index);
      const part = rest.subarray(0, start + length - this.#position);
      await this.#writeAll(part);
      hash.update(part);
      this.#position += part.byteLength;
      rest = rest.subarray(part.byteLength);
      if (this.#position < start + length) continue;
      this.#file.pieces[index] = { bytes: length, sha256: hash.digest('hex') };
      hasFinished = true;
      const next = index + 1;
      this.#piece =
        next < this.#file.pieces.length
          ? { hash: createHash('sha256'), start: this.#position }
          : null;
    }
    return hasFinished;
  }

  /** Records the piece that was being received as far as it came. */
  settle(): void {
    const piece = this.#piece;
    if (piece === null) return;
    const index = piece.start / this.#pieceBytes;
    const bytes = this.#position - piece.start;
    // What is recorded beyond this point is looked at before it is built upon.
    if (bytes <= (this.#file.pieces[index]?.bytes ?? 0)) return;
    this.#file.pieces[index] = { bytes, sha256: piece.hash.copy().digest('hex') };
  }

  /** Bytes received of the piece that is not recorded yet. */
  get unrecordedBytes(): number {
    const piece = this.#piece;
    if (piece === null) return 0;
    const recorded = this.#file.pieces[piece.start / this.#pieceBytes]?.bytes ?? 0;
    return Math.max(0, this.#position - piece.start - recorded);
  }

  #lengthOf(index: number): number {
    return Math.min(this.#pieceBytes, this.#file.size_bytes - index * this.#pieceBytes);
  }

  /** The hash of a piece's head, to go on with; forgets a head that is not as it was received. */
  async #headOf(index: number, signal: AbortSignal): Promise<Hash> {
    const piece = this.#file.pieces[index] ?? null;
    const hash = createHash('sha256');
    if (piece === null) return hash;
    const start = index * this.#pieceBytes;
    const isThere = await this.#read(start, piece.bytes, signal, (part) => hash.update(part));
    if (isThere && hash.copy().digest('hex') === piece.sha256) return hash;
    this.#file.pieces[index] = null;
    return createHash('sha256');
  }

  /** Whether the file has all these bytes. */
  async #read(
    start: number,
    length: number,
    signal: AbortSignal,
    take: (part: Uint8Array) => void,
  ): Promise<boolean> {
    const buffer = new Uint8Array(Math.min(readBytes, length));
    for (let done = 0; done < length;) {
      signal.throwIfAborted();
      const most = Math.min(buffer.byteLength, length - done);
      const { bytesRead } = await this.#handle.read(buffer, 0, most, start + done);
      if (bytesRead === 0) return false;
      take(buffer.subarray(0, bytesRead));
      done += bytesRead;
    }
    return true;
  }

  async #writeAll(part: Uint8Array): Promise<void> {
    for (let done = 0; done < part.byteLength;) {
      const position = this.#position + done;
      const { bytesWritten } = await this.#handle.write(part, done, undefined, position);
      done += bytesWritten;
    }
  }
}
