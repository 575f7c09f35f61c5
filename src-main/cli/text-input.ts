import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { AppError } from '../contract/errors.ts';
import { readFailure } from '../services/exchange/file-failure.ts';

/*
 * Text from outside: bytes that must be UTF-8. They are taken as they are: a final newline or
 * a byte order mark is part of the text.
 */

/** More than any document may hold. */
const maxBytes = 100_000_000;

/** A file's text; `-` is standard input. */
export async function readTextFile(file: string, stdin: Readable): Promise<string> {
  return file === '-' ? readText(stdin, 'Standard input') : readText(openFile(file), `"${file}"`);
}

function openFile(file: string): Readable {
  return createReadStream(file);
}

/** Throws `invalid_input` or `not_found`, naming the source. */
export async function readText(stream: Readable, source: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > maxBytes) throw tooLarge(source);
    }
  } catch (error) {
    throw readFailure(error, source);
  }
  return decodeText(Buffer.concat(chunks), source);
}

/** Each line of a stream with its number, from 1. The last one may lack its newline. */
export async function* readLines(
  stream: Readable,
): AsyncGenerator<{ readonly number: number; readonly text: string }> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let number = 0;
  const take = (end: Buffer): { number: number; text: string } => {
    number += 1;
    const line = Buffer.concat([...pending, end]);
    pending = [];
    pendingBytes = 0;
    return { number, text: decodeText(line, `Line ${number} of standard input`) };
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, from)) {
      yield take(chunk.subarray(from, at));
      from = at + 1;
    }
    pending.push(chunk.subarray(from));
    pendingBytes += chunk.length - from;
    if (pendingBytes > maxBytes) throw tooLarge(`Line ${number + 1} of standard input`);
  }
  if (pendingBytes > 0) yield take(Buffer.alloc(0));
}

/** Bytes as text. Throws `invalid_input` that names the first byte which is not UTF-8. */
export function decodeText(bytes: Uint8Array, source: string): string {
  try {
    return decoder().decode(bytes);
  } catch {
    const offset = firstInvalidByte(bytes);
    throw new AppError(
      'invalid_input',
      `${source} is not valid UTF-8: the byte at offset ${offset} is out of place. Save it as UTF-8 and try again.`,
      { details: { byte_offset: offset } },
    );
  }
}

const decoder = () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Where the longest valid beginning ends: found by halving, as a beginning is valid or not. */
function firstInvalidByte(bytes: Uint8Array): number {
  const beginning = (length: number): string | null => {
    try {
      return decoder().decode(bytes.subarray(0, length), { stream: true });
    } catch {
      return null;
    }
  };
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = Math.floor((valid + invalid) / 2);
    if (beginning(middle) === null) invalid = middle;
    else valid = middle;
  }
  // A character that was begun in the valid part and never ended is what is out of place.
  return Buffer.byteLength(beginning(valid) ?? '');
}

function tooLarge(source: string): AppError {
  return new AppError(
    'invalid_input',
    `${source} is larger than ${maxBytes / 1e6} MB. Nothing was changed. Split the text.`,
    { details: { limit_bytes: maxBytes } },
  );
}
