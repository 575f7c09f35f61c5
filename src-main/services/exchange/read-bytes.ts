import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { AppError } from '../../contract/errors.ts';
import { readFailure } from './file-failure.ts';

export interface ByteSource {
  /** What messages call it: a file's name in quotes, or "Standard input". */
  readonly name: string;
  readonly open: () => Readable;
}

export const fileSource = (file: string): ByteSource => ({
  name: `"${file}"`,
  open: () => createReadStream(file),
});

interface ReadLimit {
  readonly maxBytes: number;
  /** What to do with a larger one, as a sentence. */
  readonly advice: string;
  readonly signal?: AbortSignal;
}

/**
 * All bytes of a source, read piece by piece. Throws `invalid_input` for a folder and for more
 * than `maxBytes`, of which no more is read, `not_found` and `not_allowed`, naming the source.
 */
export async function readBytes(
  { name, open }: ByteSource,
  { maxBytes, advice, signal }: ReadLimit,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of open()) {
      signal?.throwIfAborted();
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > maxBytes) throw tooLarge(name, maxBytes, advice);
    }
  } catch (error) {
    throw readFailure(error, name);
  }
  return Buffer.concat(chunks);
}

function tooLarge(name: string, maxBytes: number, advice: string): AppError {
  return new AppError(
    'invalid_input',
    `${name} is larger than ${maxBytes / 1e6} MB. Nothing was changed. ${advice}`,
    { details: { limit_bytes: maxBytes } },
  );
}
