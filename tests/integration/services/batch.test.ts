import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RejectedRow } from '../../../src-main/contract/exchange.ts';
import type { BatchRequest } from '../../../src-main/services/exchange/types.ts';
import { fileSource } from '../../../src-main/services/exchange/read-bytes.ts';
import type { FakeApplication } from './fake-application.ts';
import { openWorkplace, temporaryFolder } from './workplace.ts';

let folder: string;
let input: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  input = path.join(folder, 'prompts.csv');
  output = path.join(folder, 'drafts.csv');
});

const rowsOf = (file: string) =>
  parse<Record<string, string>>(readFileSync(file), { columns: true });

async function run(
  application: FakeApplication,
  more: Partial<BatchRequest> = {},
  options: { readonly signal?: AbortSignal; readonly onRow?: (rows: string) => void } = {},
) {
  const told: RejectedRow[] = [];
  const report = await application.services.exchange.batch(
    await application.owner(),
    {
      ...{ input: fileSource(input), inputFile: input, output, format: 'csv' },
      ...{ encoding: null, separator: null, has_header: null, textColumn: null, nameColumn: null },
      ...more,
    },
    {
      signal: options.signal ?? new AbortController().signal,
      onProgress: ({ message }) => options.onRow?.(message),
      onRejected: (row) => told.push(row),
    },
  );
  return { report, told };
}

const numbered = (count: number) =>
  `text\n${Array.from({ length: count }, (_, n) => `Prompt number ${n}`).join('\n')}\n`;

describe('a batch', () => {
  it('drafts every row in order, and tells those it leaves out', async () => {
    const application = openWorkplace();
    writeFileSync(input, 'id,text\n1,One fish\n2\n3,Two fish\n');
    const { report, told } = await run(application);
    const rejected = [{ line: 3, reason: 'it has 1 column where the file has 2' }];
    expect(report).toEqual({ rows: 2, found: 0, failed: 0, rejected_count: 1, rejected });
    expect(told).toEqual(rejected);
    expect(rowsOf(output)).toMatchObject([
      {
        line: '2',
        prompt: 'One fish',
        autodoc_body: ' one two three four five',
        autodoc_state: 'done',
      },
      {
        line: '4',
        prompt: 'Two fish',
        autodoc_body: ' one two three four five',
        autodoc_state: 'done',
      },
    ]);
  });

  it('done again makes nothing twice, and goes on with rows that came since', async () => {
    const application = openWorkplace();
    writeFileSync(input, numbered(3));
    await run(application);
    const first = readFileSync(output, 'utf8');
    expect((await run(application)).report).toMatchObject({ rows: 3, found: 3 });
    expect(readFileSync(output, 'utf8')).toBe(first);
    appendFileSync(input, 'One more\n');
    expect((await run(application)).report).toMatchObject({ rows: 4, found: 3 });
    expect(application.library.store().autodocs.list()).toHaveLength(4);
    expect(readFileSync(output, 'utf8').startsWith(first)).toBe(true);
  });

  it('stopped at any moment goes on where it stopped', async () => {
    const application = openWorkplace();
    writeFileSync(input, numbered(20));
    for (const at of [1, 4, 9, 15]) {
      const stop = new AbortController();
      const running = run(
        application,
        {},
        {
          signal: stop.signal,
          onRow: (message) => {
            if (message.startsWith(`${at} of`)) stop.abort(new Error('stopped'));
          },
        },
      );
      await expect(running).rejects.toThrow('stopped');
      // As a power cut leaves it.
      appendFileSync(output, '99,"half a li');
    }
    expect((await run(application)).report).toMatchObject({ rows: 20, failed: 0 });
    expect(rowsOf(output).map(({ line }) => Number(line))).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 2),
    );
    const drafts = application.library.store().autodocs.list();
    expect(drafts).toHaveLength(20);
    expect(new Set(drafts.map(({ document_id }) => document_id)).size).toBe(20);
  });

  it('writes JSON lines, from the column and by the names that it is told', async () => {
    const application = openWorkplace();
    output = path.join(folder, 'drafts.jsonl');
    writeFileSync(input, 'a;b;text\nSea;Swim far;no\n');
    await run(application, { format: 'jsonl', textColumn: 'b', nameColumn: 'a' });
    const [line] = readFileSync(output, 'utf8').split('\n');
    expect(JSON.parse(line!)).toMatchObject({ line: 2, document_name: 'Sea', prompt: 'Swim far' });
    await expect(run(application, { format: 'jsonl', textColumn: 'c' })).rejects.toThrow(
      'no column "c"',
    );
  });

  it('never writes over its input or over anything that is not its own', async () => {
    const application = openWorkplace();
    writeFileSync(input, numbered(1));
    await expect(run(application, { output: input })).rejects.toThrow('over the input');
    writeFileSync(output, 'My thesis');
    await expect(run(application)).rejects.toMatchObject({ code: 'invalid_input' });
    expect(readFileSync(output, 'utf8')).toBe('My thesis');
    await expect(run(application, { format: 'jsonl' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    expect(application.library.store().autodocs.list()).toEqual([]);
  });

  it('tries drafts again that failed or were called off, once each time', async () => {
    const application = openWorkplace();
    writeFileSync(input, numbered(3));
    application.engine.crashes = 2;
    const { report } = await run(application);
    expect(report).toMatchObject({ rows: 3, found: 0, failed: 1 });
    expect(rowsOf(output).map(({ autodoc_state }) => autodoc_state)).toEqual([
      ...['failed', 'done', 'done'],
    ]);
    expect((await run(application)).report).toMatchObject({ rows: 3, found: 2, failed: 0 });
    expect(rowsOf(output).map(({ autodoc_state }) => autodoc_state)).toEqual([
      ...['done', 'done', 'done'],
    ]);
    expect(application.library.store().autodocs.list()).toHaveLength(4);
  });
});
