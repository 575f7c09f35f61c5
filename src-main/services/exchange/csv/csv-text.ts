import type { CsvEncoding } from '../../../contract/exchange.ts';
import type { Breathe } from '../breather.ts';

/*
 * The bytes of a file as text, in the encodings that spreadsheets write. Bytes that are none in
 * the file's encoding must cost their row alone, so nothing throws here: the lines they stand on
 * are told.
 */

export interface CsvText {
  /** Without a byte order mark. */
  readonly text: string;
  /** The lines, from 1, that have bytes which are no text in this encoding. */
  readonly invalidLines: ReadonlySet<number>;
}

/** Bytes that are looked at to recognise an encoding. */
const sampleBytes = 65_536;
/** Bytes that are decoded in one go. */
const sliceBytes = 1 << 20;

/**
 * The encoding that the bytes are most likely in: what a byte order mark says; UTF-16 where
 * every other byte is mostly zero; UTF-8 where it is valid, or at least partly so; else
 * Windows-1252, which every byte is something in.
 */
export function recognisedEncoding(bytes: Uint8Array): CsvEncoding {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, sampleBytes);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2]! += 1;
  const [even, odd] = zeros as [number, number];
  // Latin letters, digits and separators have a zero in their upper half; text has no NUL.
  const isMany = even + odd > sample.length / 8;
  if (isMany && odd > even * 4) return 'utf-16le';
  if (isMany && even > odd * 4) return 'utf-16be';
  return looksLikeUtf8(sample, bytes.length > sample.length) ? 'utf-8' : 'windows-1252';
}

/** Whether more of what is not ASCII is well-formed UTF-8 than is not. */
function looksLikeUtf8(sample: Uint8Array, isCut: boolean): boolean {
  const text = new TextDecoder('utf-8').decode(sample, { stream: isCut });
  let valid = 0;
  let invalid = 0;
  for (const character of text) {
    if (character === '\ufffd') invalid += 1;
    else if (character > '\u007f') valid += 1;
  }
  return invalid === 0 || valid > invalid;
}

/** The text of a file's bytes, slice by slice. */
export async function decodeCsv(
  bytes: Buffer,
  encoding: CsvEncoding,
  breathe: Breathe,
): Promise<CsvText> {
  const pieces: string[] = [];
  for await (const piece of decodedSlices(bytes, encoding, breathe)) pieces.push(piece);
  const text = pieces.join('');
  const hasInvalid = encoding !== 'windows-1252' && text.includes('\ufffd');
  const invalidLines = hasInvalid
    ? await linesWithInvalid(text, bytes, encoding, breathe)
    : new Set<number>();
  return { text, invalidLines };
}

async function* decodedSlices(
  bytes: Buffer,
  encoding: CsvEncoding,
  breathe: Breathe,
): AsyncGenerator<string> {
  const decoder = encoding === 'windows-1252' ? null : new TextDecoder(encoding);
  for (let from = 0; from < bytes.length; from += sliceBytes) {
    await breathe();
    const slice = bytes.subarray(from, from + sliceBytes);
    yield decoder === null ? windows1252(slice) : decoder.decode(slice, { stream: true });
  }
  if (decoder !== null) yield decoder.decode();
}

/**
 * A replacement character in the text stands for bytes that are none, or for itself where the
 * file has one: the text encoded again has the very bytes of every line that is sound.
 */
async function linesWithInvalid(
  text: string,
  bytes: Buffer,
  encoding: Exclude<CsvEncoding, 'windows-1252'>,
  breathe: Breathe,
): Promise<ReadonlySet<number>> {
  const invalid = new Set<number>();
  let at = markLength(bytes, encoding);
  let line = 1;
  for (let from = 0; from < text.length;) {
    await breathe();
    const end = endOfLine(text, from);
    const part = text.slice(from, end);
    const expected = encoded(part, encoding);
    if (!part.includes('\ufffd') || bytes.subarray(at, at + expected.length).equals(expected)) {
      at += expected.length;
    } else {
      invalid.add(line);
      at = afterByteLine(bytes, at, encoding);
    }
    from = end;
    line += 1;
  }
  return invalid;
}

/** After the line end that follows `from`: LF, CRLF or CR; else the text's end. */
function endOfLine(text: string, from: number): number {
  const match = lineEnd(text, from);
  return match < 0 ? text.length : match;
}

function lineEnd(text: string, from: number): number {
  const pattern = /\r\n|\n|\r/g;
  pattern.lastIndex = from;
  return pattern.exec(text) === null ? -1 : pattern.lastIndex;
}

/** Bytes that are no text never hold a whole line end, so the next one in bytes is the line's. */
function afterByteLine(bytes: Buffer, from: number, encoding: CsvEncoding): number {
  const width = encoding === 'utf-8' ? 1 : 2;
  const unit = (at: number): number => {
    if (at + width > bytes.length) return -1;
    if (width === 1) return bytes[at]!;
    return encoding === 'utf-16le' ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  };
  for (let at = from; at + width <= bytes.length; at += width) {
    if (unit(at) === 0x0a) return at + width;
    if (unit(at) === 0x0d) return at + (unit(at + width) === 0x0a ? 2 * width : width);
  }
  return bytes.length;
}

function markLength(bytes: Buffer, encoding: CsvEncoding): number {
  const mark = encoded('\ufeff', encoding);
  return bytes.subarray(0, mark.length).equals(mark) ? mark.length : 0;
}

function encoded(text: string, encoding: CsvEncoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  const units = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16be' ? units.swap16() : units;
}

/**
 * Where Windows-1252 differs from Latin-1 (WHATWG Encoding, index-windows-1252); a byte that
 * means nothing stays a control character. Node's own decoder took these for Latin-1 in some
 * versions.
 */
const upperHalf =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

function windows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (character) => upperHalf[character.charCodeAt(0) - 0x80]!);
}
