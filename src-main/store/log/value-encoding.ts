import { deflateRawSync, inflateRawSync } from 'node:zlib';

/*
 * How a value lies in the log: as its JSON text, or, when it is a version of a value that the
 * log already has, as what differs from that one. A writer changes a place in a long text, so
 * the common start and end are left out and the middle is deflated with the base's middle as
 * its dictionary:
 *
 *   byte 0       1, the format
 *   bytes 1-4    length of the common start, little-endian, in bytes of UTF-8
 *   bytes 5-8    length of the common end
 *   bytes 9-     the new middle, raw DEFLATE, the base's middle (its last 32 KiB) as dictionary
 *
 * Zstandard with the whole base as its dictionary is smaller where an edit touches many
 * places, but Node has it only since 22.15 and a library must open wherever Autodoc runs.
 */

const format = 1;
const headBytes = 9;
/** Shorter values are kept plain: there is nothing to win. */
const minBytes = 512;
const dictionaryBytes = 32_768;

/** `text` against `baseText`, or null when that is not clearly smaller than the plain text. */
export function encodeAgainst(text: string, baseText: string): Buffer | null {
  const target = Buffer.from(text);
  if (target.length < minBytes) return null;
  const base = Buffer.from(baseText);
  const shorter = Math.min(target.length, base.length);
  let start = 0;
  while (start < shorter && target[start] === base[start]) start++;
  let end = 0;
  while (end < shorter - start && target[target.length - 1 - end] === base[base.length - 1 - end]) {
    end++;
  }
  const head = Buffer.alloc(headBytes);
  head[0] = format;
  head.writeUInt32LE(start, 1);
  head.writeUInt32LE(end, 5);
  const middle = deflateRawSync(
    target.subarray(start, target.length - end),
    withDictionary(base.subarray(start, base.length - end)),
  );
  const encoded = Buffer.concat([head, middle]);
  return encoded.length * 2 < target.length ? encoded : null;
}

/** The text again. Throws when `encoded` is not such an encoding or does not fit `baseText`. */
export function decodeAgainst(encoded: Uint8Array, baseText: string): string {
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  if (bytes.length < headBytes || bytes[0] !== format) throw new Error('Unknown value encoding');
  const base = Buffer.from(baseText);
  const start = bytes.readUInt32LE(1);
  const end = bytes.readUInt32LE(5);
  if (start + end > base.length) throw new Error('A value does not fit its base');
  const middle = inflateRawSync(
    bytes.subarray(headBytes),
    withDictionary(base.subarray(start, base.length - end)),
  );
  return Buffer.concat([
    base.subarray(0, start),
    middle,
    base.subarray(base.length - end),
  ]).toString();
}

function withDictionary(baseMiddle: Buffer) {
  return baseMiddle.length === 0 ? {} : { dictionary: baseMiddle.subarray(-dictionaryBytes) };
}
