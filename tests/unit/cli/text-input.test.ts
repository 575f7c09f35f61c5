import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, readLines, readTextFile } from '../../../src-main/cli/text-input.ts';

describe('decodeText', () => {
  it('takes every byte, a byte order mark too', () => {
    expect(decodeText(Buffer.from('\uFEFFa\r\n😀\0'), 'It')).toBe('\uFEFFa\r\n😀\0');
  });

  it.each([
    ['a byte that is none', [0x61, 0xff, 0x62], 1],
    ['a character cut off at the end', [0x61, 0x62, 0xe6, 0xbc], 2],
    ['a character cut off in the middle', [0x61, 0xf0, 0x9f, 0x62, 0x62], 1],
    ['half of a surrogate pair', [0x61, 0xed, 0xa0, 0x80], 1],
    ['a later byte alone', [0x80], 0],
    ['a character written too long', [0xc3, 0xa4, 0xc0, 0x80], 2],
  ])('says where %s is', (_, bytes, byte_offset) => {
    expect(() => decodeText(Uint8Array.from(bytes), 'It')).toThrow(
      expect.objectContaining({ code: 'invalid_input', details: { byte_offset } }),
    );
  });
});

describe('readLines', () => {
  async function linesOf(chunks: readonly Uint8Array[]) {
    const lines = [];
    for await (const line of readLines(Readable.from(chunks))) lines.push(line);
    return lines;
  }

  it('numbers lines from one; the last may lack its newline', async () => {
    const lines = await linesOf([Buffer.from('one\n\nthree')]);
    expect(lines).toEqual([
      { number: 1, text: 'one' },
      { number: 2, text: '' },
      { number: 3, text: 'three' },
    ]);
    expect(await linesOf([Buffer.from('one\n')])).toHaveLength(1);
    expect(await linesOf([])).toEqual([]);
  });

  it('does not depend on where chunks are cut', async () => {
    const text = fc.array(fc.constantFrom('a', '\n', 'ä', '😀'), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(60)), async (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''));
        const places = [0, ...cuts.map((at) => at % (bytes.length + 1)), bytes.length].sort(
          (one, other) => one - other,
        );
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        const expected = parts.join('').split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect((await linesOf(chunks)).map((line) => line.text)).toEqual(expected);
      }),
    );
  });

  it('names the line that is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('one\n'), Buffer.from([0x61, 0xff, 0x0a])]);
    await expect(linesOf([bytes])).rejects.toThrow(/^Line 2 of standard input .* offset 1 /);
  });
});

describe('readTextFile', () => {
  it('says that a file is not there, or is a folder', async () => {
    const stdin = Readable.from([Buffer.from('piped')]);
    await expect(readTextFile('/nowhere/prompt.txt', stdin)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(readTextFile('/', stdin)).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await readTextFile('-', stdin)).toBe('piped');
  });
});
