import { describe, expect, it } from 'vitest';
import type { PromptMapping } from '../../../../src-main/contract/exchange.ts';
import {
  previewOf,
  readPrompts,
  type PromptReading,
} from '../../../../src-main/services/exchange/csv/prompt-file.ts';

const noBreath = () => Promise.resolve();
const recognised: PromptReading = { encoding: null, separator: null, has_header: null };

const open = (text: string | Buffer, reading: Partial<PromptReading> = {}) =>
  readPrompts(Buffer.from(text as string), { ...recognised, ...reading }, noBreath);

async function rowsOf(text: string | Buffer, mapping?: PromptMapping) {
  const file = await open(text);
  return [...file.rows(mapping ?? file.suggested)];
}
const rejectedOf = async (text: string | Buffer, mapping?: PromptMapping) =>
  (await rowsOf(text, mapping)).flatMap((row) => (row.prompt === null ? [row.rejected] : []));
const textsOf = async (text: string | Buffer) =>
  (await rowsOf(text)).flatMap(({ prompt }) => prompt?.document_body ?? []);

describe('what is recognised of a file of prompts', () => {
  it.each([
    ['commas', 'name,prompt\nLawn,"How do I, mow?"\nTea,Brew it\n', ','],
    ['semicolons', 'name;prompt\nLawn;"One, two; three"\nTea;"Brew, it"\n', ';'],
    ['tabs', 'name\tprompt\nLawn\tOne, two\nTea\tBrew; it\n', '\t'],
    ['bars', 'name|prompt\nLawn|One, two\nTea|Brew; it\n', '|'],
    ['nothing: one column', 'prompt\nOne\nTwo\n', ','],
    ['commas within texts', 'prompt\n"One, two"\n"Three, four, five"\n', ','],
  ])('the separator: %s', async (_, text, separator) => {
    expect(await open(text)).toMatchObject({ separator, has_header: true });
  });

  it.each([
    ['UTF-8', Buffer.from('prompt\nGrüße\n'), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from('\ufeffprompt\nGrüße\n'), 'utf-8'],
    ['UTF-16 with a mark', Buffer.from('\ufeffprompt\nGrüße\n', 'utf16le'), 'utf-16le'],
    ['UTF-16 without one', Buffer.from('prompt\nGrüße\n', 'utf16le'), 'utf-16le'],
    ['UTF-16, big-endian', Buffer.from('prompt\nGrüße\n', 'utf16le').swap16(), 'utf-16be'],
    ['Windows-1252', Buffer.from('prompt\nGr\u00fc\u00dfe \u0080\n', 'latin1'), 'windows-1252'],
  ])('the encoding: %s', async (name, bytes, encoding) => {
    expect(await open(bytes)).toMatchObject({ encoding, columns: ['prompt'] });
    expect(await textsOf(bytes)).toEqual([name === 'Windows-1252' ? 'Grüße €' : 'Grüße']);
  });

  it('the columns, by their names', async () => {
    const file = await open('Tags,Title,Folder,Prompt,Other\na,b,c,d,e\n');
    expect(file.suggested).toEqual({ document_body: 3, document_name: 1, folder: 2, tags: 0 });
    expect(file.columns).toEqual(['Tags', 'Title', 'Folder', 'Prompt', 'Other']);
  });

  it('the longest column, where no name says what is the text', async () => {
    const file = await open('1,Write about the sea\n2,Write about the hills\n');
    expect(file).toMatchObject({ has_header: false, columns: ['Column 1', 'Column 2'] });
    expect(file.suggested).toEqual({
      ...{ document_body: 1, document_name: null, folder: null, tags: null },
    });
  });

  it('unless it is told otherwise', async () => {
    const file = await open('prompt\nOne;two\n', { separator: ';', has_header: false });
    expect(file).toMatchObject({ separator: ';', has_header: false });
    expect([...file.rows({ ...file.suggested, document_body: 0 })]).toMatchObject([
      { line: 1, prompt: { document_body: 'prompt' } },
      { line: 2, prompt: null },
    ]);
  });
});

describe('a row of a file of prompts', () => {
  it('becomes a document with its name, folder and tags', async () => {
    const text = 'name,text,folder,tags\n Lawn ,"Mow\nit",Garden,"green; wet,green, "\n';
    expect(await rowsOf(text)).toEqual([
      {
        line: 2,
        prompt: {
          document_name: 'Lawn',
          document_body: 'Mow\nit',
          folder: 'Garden',
          tags: ['green', 'wet'],
        },
      },
    ]);
  });

  it('is named by its first words where it has no name', async () => {
    const long = '😀'.repeat(60);
    const names = (await rowsOf(`text\n"\n  First line \nsecond"\n${long}\n`)).map(
      ({ prompt }) => prompt?.document_name,
    );
    expect(names).toEqual(['First line', `${'😀'.repeat(39)}…`]);
  });

  it('may have a name of 10,000 characters, right-to-left text, emoji and quotes', async () => {
    const name = 'ש"😀\u202e'.repeat(2_000);
    const quoted = name.replaceAll('"', '""');
    const [row] = await rowsOf(`name,text\n"${quoted}","\u202eשלום ""quoted"" 👩‍👩‍👧"\n`);
    expect(row?.prompt).toMatchObject({
      document_name: name,
      document_body: '\u202eשלום "quoted" 👩‍👩‍👧',
    });
    expect(await rejectedOf(`name,text\n${'n'.repeat(10_001)},a\n`)).toEqual([
      { line: 2, reason: 'its name is too long' },
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '=cmd|"/c calc"!A0'])(
    'keeps what looks like a formula as text: %s',
    async (formula) => {
      const cell = `"${formula.replaceAll('"', '""')}"`;
      expect(await textsOf(`text\n${cell}\n`)).toEqual([formula]);
      expect(await textsOf(`text\n"'${cell.slice(1)}\n`)).toEqual([formula]);
      expect(await textsOf(`text\n"''${cell.slice(1)}\n`)).toEqual([`'${formula}`]);
    },
  );

  it('keeps an apostrophe before anything else', async () => {
    expect(await textsOf("text\n'tis a text\n")).toEqual(["'tis a text"]);
  });

  it.each([
    ['too few columns', 'a,text\n1,x\n2\n3,y\n', 3, 'it has 1 column where the file has 2'],
    ['too many columns', 'a,text\n1,x,z\n3,y\n', 2, 'it has 3 columns where the file has 2'],
    ['no text', 'a,text\n1,"  "\n3,y\n', 2, 'its text is empty'],
    ['a NUL', 'a,text\n1,x\0\n3,y\n', 2, 'its text has characters that no text may have'],
    ['text after a quote', 'a,text\n1,"x" z\n3,y\n', 2, 'text follows a closing quote'],
    ['a quote left open', 'a,text\n1,"x\n3,y\n', 2, 'a quote is opened and never closed'],
  ])('is left out for %s, and the others stay', async (_, text, line, reason) => {
    expect(await rejectedOf(text)).toEqual([{ line, reason }]);
    expect(await textsOf(text)).toContain('y');
  });

  it('is left out for bytes that are none in the encoding', async () => {
    const bytes = Buffer.concat([
      Buffer.from('text\né\n'),
      Buffer.from([0xff, 0x0a]),
      Buffer.from('ö\n'),
    ]);
    expect(await rejectedOf(bytes)).toEqual([
      { line: 3, reason: 'it has bytes that are not valid in the file’s encoding' },
    ]);
    expect(await textsOf(bytes)).toEqual(['é', 'ö']);
    const utf16 = Buffer.from('\ufefftext\na\n\ud800b\nc\n', 'utf16le');
    expect((await rejectedOf(utf16)).map(({ line }) => line)).toEqual([3]);
  });

  it('may stand on several lines, and each row is told by its first', async () => {
    const text = 'text,name\r\n"one\r\ntwo",a\r\n\r\n,b\r\nthree,c,d';
    expect(await rejectedOf(text)).toEqual([
      { line: 5, reason: 'its text is empty' },
      { line: 6, reason: 'it has 3 columns where the file has 2' },
    ]);
  });
});

describe('the preview of a file of prompts', () => {
  it('shows the beginning, counts all and tells a hundred rows that are left out', async () => {
    const rows = Array.from({ length: 1_000 }, (_, n) =>
      n % 5 === 0 ? 'x' : `n,${'t'.repeat(300)}`,
    );
    const file = await open(['name,text', ...rows].join('\n'));
    const preview = await previewOf(file, file.suggested, 'prompts.csv', noBreath);
    expect(preview).toMatchObject({ file_name: 'prompts.csv', rows: 1_000, rejected_count: 200 });
    expect(preview.rejected).toHaveLength(100);
    expect(preview.sample.length).toBeLessThanOrEqual(10);
    expect(Math.max(...preview.sample.flat().map((cell) => cell.length))).toBe(200);
  });

  it('refuses a column that the file has not', async () => {
    const file = await open('name,text\na,b\n');
    expect(() => file.rows({ ...file.suggested, folder: 2 }).next()).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });

  it.each(['', '\ufeff', '\n\n', '"'])('refuses a file without rows: %j', async (text) => {
    await expect(open(text)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('takes time by its length alone, whatever stands in it', async () => {
    for (const piece of ['"', ',', '\n', '"a\n', '""', 'a"\n', ',"""\n']) {
      const file = await open(`text\nx\n${piece.repeat(200_000)}`).catch(() => null);
      const rows = file?.rows({ ...file.suggested, document_body: 0 }) ?? [];
      expect([...rows].length).toBeLessThan(300_000);
    }
  });
});
