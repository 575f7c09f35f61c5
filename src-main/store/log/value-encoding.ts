import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { maxBodyLength } from '../../contract/domain.ts';
import { matchBlocks, type Match } from './block-matching.ts';

/*
 * How the JSON text of a value lies in the log where it does not lie there as text, in bytes of
 * UTF-8. The first byte is the format; numbers are little-endian, 7 bits a byte, the eighth bit
 * set where more follow. But for format 1 the last four bytes are the CRC-32 of all before them:
 * DEFLATE alone has bits that mean nothing, and a flipped one is to be found.
 *
 *   1  as former versions of this program wrote what differs from another value, its base: the
 *      lengths of the common start and of the common end (32 bits each); the new middle as raw
 *      DEFLATE, the base's middle (its last 32 KiB) as dictionary
 *   2  what differs from the base: the text's length; the length of the instructions; where in
 *      the base the dictionary begins; and as one raw DEFLATE, with 32 KiB of the base as
 *      dictionary, the instructions and then all new bytes. An instruction: how many new bytes,
 *      then how many of the base, and how far these begin (zigzag) from where the last copy
 *      ended. New bytes that are left over are the text's end
 *   3  the same, the base being further away (see `Rung`)
 *   4  the whole text: its length; the text as raw DEFLATE
 *
 * Zstandard with the whole base as its dictionary needs no instructions, but Node has it only
 * since 22.15 and a library must open wherever Autodoc runs.
 */

const middleFormat = 1;
const wholeFormat = 4;
const middleHeadBytes = 9;
const sealBytes = 4;
/** Shorter values are kept plain: there is nothing to win. */
const minDeltaBytes = 512;
/** Without a base: what is short stays readable with any SQLite tool. */
const minWholeBytes = 4_096;
const dictionaryBytes = 32_768;
/** What is longer is deflated quickly rather than well: whoever saves it waits. */
const quickBytes = 262_144;

/** The longest body as JSON: no unit of it takes more than six bytes (`\u0000`). */
const maxTextBytes = 6 * maxBodyLength + 2;

/**
 * How a delta hangs in its chain: a step from the version before it or, when there are many
 * steps, a stride from where they began.
 */
export type Rung = 'step' | 'stride';
const deltaFormats: Readonly<Record<Rung, number>> = { step: 2, stride: 3 };

/** `text` against `base`, or null when that is not clearly smaller than the plain text. */
export function encodeAgainst(text: Buffer, base: Buffer, rung: Rung): Buffer | null {
  if (text.length < minDeltaBytes || text.length > maxTextBytes) return null;
  const matches = matchBlocks(text, base);
  const copied = matches.reduce((sum, { length }) => sum + length, 0);
  if (copied * 2 < text.length) return null;

  const instructions: number[] = [];
  const newParts: Buffer[] = [];
  let [done, expected] = [0, 0];
  for (const { at, from, length } of matches) {
    pushNumber(instructions, at - done);
    pushNumber(instructions, length);
    pushNumber(instructions, zigzag(from - expected));
    newParts.push(text.subarray(done, at));
    done = at + length;
    expected = from + length;
  }
  newParts.push(text.subarray(done));

  const dictionaryStart = dictionaryStartFor(matches[0]!, base.length);
  const head: number[] = [deltaFormats[rung]];
  pushNumber(head, text.length);
  pushNumber(head, instructions.length);
  pushNumber(head, dictionaryStart);
  const body = deflate(Buffer.concat([Buffer.from(instructions), ...newParts]), {
    dictionary: base.subarray(dictionaryStart, dictionaryStart + dictionaryBytes),
  });
  const encoded = sealed(head, body);
  return encoded.length * 2 < text.length ? encoded : null;
}

/** The text alone, or null when it is short or hardly shrinks. */
export function encodeWhole(text: Buffer): Buffer | null {
  if (text.length < minWholeBytes || text.length > maxTextBytes) return null;
  const head: number[] = [wholeFormat];
  pushNumber(head, text.length);
  const encoded = sealed(head, deflate(text));
  return encoded.length * 4 < text.length * 3 ? encoded : null;
}

/** The text again. Throws when `encoded` is not such an encoding or does not fit `base`. */
export function decodeAgainst(encoded: Uint8Array, base: Buffer): Buffer {
  const bytes = asBuffer(encoded);
  if (bytes[0] === middleFormat) return decodeMiddle(bytes, base);
  if (bytes[0] !== deltaFormats.step && bytes[0] !== deltaFormats.stride) {
    throw new Error('Unknown encoding of what differs');
  }
  const reader = unsealed(bytes);
  const length = reader.number(maxTextBytes);
  const instructionsLength = reader.number(maxInstructionsLength(length));
  const dictionaryStart = reader.number(base.length - 1);
  const body = inflate(reader.rest(), instructionsLength + length, {
    dictionary: base.subarray(dictionaryStart, dictionaryStart + dictionaryBytes),
  });
  return follow(
    new Reader(body.subarray(0, instructionsLength)),
    body.subarray(instructionsLength),
    base,
    length,
  );
}

/** Undoes `encodeWhole`. Throws when `encoded` is not such an encoding. */
export function decodeWhole(encoded: Uint8Array): Buffer {
  const bytes = asBuffer(encoded);
  if (bytes[0] !== wholeFormat) throw new Error('Unknown encoding of a whole value');
  const reader = unsealed(bytes);
  const length = reader.number(maxTextBytes);
  const text = inflate(reader.rest(), length);
  if (text.length !== length) throw new Error('A value is shorter than it was');
  return text;
}

/** Of an encoding that is against a base. Former versions of the program took steps alone. */
export function rungOf(encoded: Uint8Array): Rung {
  return encoded[0] === deltaFormats.stride ? 'stride' : 'step';
}

function decodeMiddle(encoded: Buffer, base: Buffer): Buffer {
  if (encoded.length < middleHeadBytes) throw new Error('A value is shorter than it was');
  const start = encoded.readUInt32LE(1);
  const end = encoded.readUInt32LE(5);
  if (start + end > base.length) throw new Error('A value does not fit its base');
  const baseMiddle = base.subarray(start, base.length - end);
  const middle = inflate(
    encoded.subarray(middleHeadBytes),
    maxTextBytes,
    baseMiddle.length === 0 ? {} : { dictionary: baseMiddle.subarray(-dictionaryBytes) },
  );
  return Buffer.concat([base.subarray(0, start), middle, base.subarray(base.length - end)]);
}

/** The text of so many bytes that the instructions make of what is new and of the base. */
function follow(instructions: Reader, newBytes: Buffer, base: Buffer, length: number): Buffer {
  const text = Buffer.allocUnsafe(length);
  let [done, taken, expected] = [0, 0, 0];
  while (!instructions.isAtEnd()) {
    const fresh = instructions.number(newBytes.length - taken);
    const copied = instructions.number(base.length);
    const from = expected + unzigzag(instructions.number(2 * base.length));
    if (from < 0 || from + copied > base.length || done + fresh + copied > length) {
      throw new Error('A value does not fit its base');
    }
    newBytes.copy(text, done, taken, taken + fresh);
    base.copy(text, done + fresh, from, from + copied);
    done += fresh + copied;
    taken += fresh;
    expected = from + copied;
  }
  if (length - done !== newBytes.length - taken) throw new Error('A value has another length');
  newBytes.copy(text, done, taken);
  return text;
}

function sealed(head: readonly number[], body: Buffer): Buffer {
  const bytes = Buffer.concat([Buffer.from(head), body, Buffer.alloc(sealBytes)]);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -sealBytes)), bytes.length - sealBytes);
  return bytes;
}

/** What lies between the format and the seal. Throws when it is not what was sealed. */
function unsealed(bytes: Buffer): Reader {
  if (bytes.length <= sealBytes) throw new Error('A value is shorter than it was');
  const content = bytes.subarray(0, -sealBytes);
  if (crc32(content) !== bytes.readUInt32LE(content.length)) {
    throw new Error('A value is not what it was');
  }
  return new Reader(content.subarray(1));
}

/** Where the text begins to differ, most of what stands there being from before. */
function dictionaryStartFor({ at, from, length }: Match, baseLength: number): number {
  const place = at === 0 ? from + length : 0;
  return Math.max(0, Math.min(place - dictionaryBytes / 2, baseLength - dictionaryBytes));
}

function deflate(bytes: Buffer, options: { readonly dictionary?: Buffer } = {}): Buffer {
  return deflateRawSync(bytes, bytes.length > quickBytes ? { ...options, level: 1 } : options);
}

/** Throws when there is more than `most` of it, before it takes more memory than that. */
function inflate(
  bytes: Buffer,
  most: number,
  options: { readonly dictionary?: Buffer } = {},
): Buffer {
  return inflateRawSync(bytes, { ...options, maxOutputLength: Math.max(1, most) });
}

/** No instruction but the first and the last copies less than a block. */
function maxInstructionsLength(textLength: number): number {
  return textLength + 64;
}

function pushNumber(bytes: number[], number: number): void {
  let rest = number;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function zigzag(number: number): number {
  return number < 0 ? -2 * number - 1 : 2 * number;
}

function unzigzag(number: number): number {
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}

/** Bytes from the first to the last. Throws where one is asked for that is not there. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Error('A value is shorter than it was');
    this.#at += 1;
    return byte;
  }

  number(most: number): number {
    let number = 0;
    for (let factor = 1; factor < 2 ** 49; factor *= 128) {
      const byte = this.byte();
      number += (byte % 128) * factor;
      if (number > most) break;
      if (byte < 128) return number;
    }
    throw new Error('A length that cannot be');
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
