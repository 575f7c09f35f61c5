import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  csvEncodings,
  csvSeparators,
  type CsvEncoding,
  type CsvSeparator,
} from '../../../src-main/contract/exchange.ts';
import { cellText, csvLine } from '../../../src-main/services/exchange/csv/csv-cells.ts';
import { csvRows } from '../../../src-main/services/exchange/csv/csv-rows.ts';
import { decodeCsv, recognisedEncoding } from '../../../src-main/services/exchange/csv/csv-text.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';

const parameters = { seed: testSeed(), numRuns: largeCount(3_000) };

/** Characters that mean something to CSV, to spreadsheets or to encodings, and others. */
const cell = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'B',
        '7',
        ' ',
        '"',
        '""',
        "'",
        ',',
        ';',
        '\t',
        '|',
        '\n',
        '\r',
        '\r\n',
        '=',
        '-',
        '@',
      ],
      ...['é', '€', 'ש', '漢', '😀', '\u00a0', '\ufffd', '\0', 'a longer piece of text'],
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));
const table = fc.integer({ min: 1, max: 5 }).chain((width) =>
  fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
    minLength: 1,
    maxLength: 8,
  }),
);
const separator = fc.constantFrom<CsvSeparator>(...csvSeparators);
const noBreath = () => Promise.resolve();

const rowsOf = (text: string, by: CsvSeparator) => [...csvRows(text, by)];

function encode(text: string, encoding: CsvEncoding): Buffer {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text);
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
    case 'windows-1252':
      return Buffer.from(text.replaceAll('€', '\u0080'), 'latin1');
  }
}

describe('CSV', () => {
  it('reads back every table that it wrote, whatever the separator', () => {
    fc.assert(
      fc.property(table, separator, (rows, by) => {
        const text = rows.map((row) => csvLine(row, by)).join('');
        const read = rowsOf(text, by);
        expect(read.map(({ problem }) => problem)).toEqual(rows.map(() => null));
        expect(read.map(({ cells }) => cells.map(cellText))).toEqual(rows);
      }),
      parameters,
    );
  });

  it('reads a table with every cell in quotes as csv-parse does', () => {
    fc.assert(
      fc.property(table, separator, fc.constantFrom('\n', '\r\n', '\r'), (rows, by, lineEnd) => {
        const quoted = rows.map((row) =>
          row.map((one) => `"${one.replaceAll('"', '""')}"`).join(by),
        );
        const text = quoted.join(lineEnd);
        const expected: unknown = parse(text, { delimiter: by, record_delimiter: lineEnd });
        expect(rowsOf(text, by).map(({ cells }) => cells)).toEqual(expected);
      }),
      parameters,
    );
  });

  it('reads any text to its end, in lines that go up', () => {
    fc.assert(
      fc.property(fc.array(cell), separator, (parts, by) => {
        const text = parts.join('');
        const rows = rowsOf(text, by);
        const lines = text.split(/\r\n|\n|\r/).length;
        let last = 0;
        for (const row of rows) {
          expect(row.line).toBeGreaterThan(last);
          expect(row.lastLine).toBeGreaterThanOrEqual(row.line);
          last = row.line;
        }
        expect(last).toBeLessThanOrEqual(lines);
        expect(rows.flatMap((row) => row.cells).join('').length).toBeLessThanOrEqual(text.length);
      }),
      parameters,
    );
  });

  it('decodes every encoding, with a byte order mark and without', async () => {
    const text = fc.array(cell, { minLength: 1, maxLength: 20 }).map((parts) => parts.join(''));
    const encoding = fc.constantFrom<CsvEncoding>(...csvEncodings);
    await fc.assert(
      fc.asyncProperty(text, encoding, fc.boolean(), async (any, name, hasMark) => {
        // Windows-1252 has 250 characters and no mark.
        const isSmall = name === 'windows-1252';
        const given = isSmall ? any.replaceAll(/[^\0-\u007fé€\u00a0]/gu, '?') : any;
        const marked = hasMark && !isSmall;
        const bytes = encode(`${marked ? '\ufeff' : ''}${given}`, name);
        const decoded = await decodeCsv(bytes, name, noBreath);
        expect(decoded.text).toBe(given);
        expect([...decoded.invalidLines]).toEqual([]);
        if (marked) expect(recognisedEncoding(bytes)).toBe(name);
      }),
      parameters,
    );
  });

  it('names exactly the lines with bytes that are not UTF-8', async () => {
    const line = fc.record({
      text: fc.constantFrom('', 'abc', 'é', '\ufffd', '漢字', 'a,b'),
      bad: fc.constantFrom('', '', 'ff', 'e282', 'c3', 'eda080', '80'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        async (lines, lineEnd) => {
          const bytes = Buffer.concat(
            lines.flatMap(({ text, bad }) => [
              ...[Buffer.from(text), Buffer.from(bad, 'hex'), Buffer.from(lineEnd)],
            ]),
          );
          const { invalidLines } = await decodeCsv(bytes, 'utf-8', noBreath);
          const expected = lines.flatMap(({ bad }, index) => (bad === '' ? [] : [index + 1]));
          expect([...invalidLines]).toEqual(expected);
        },
      ),
      parameters,
    );
  });
});
