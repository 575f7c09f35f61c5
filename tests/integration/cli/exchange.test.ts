import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchReport } from '../../../src-main/services/exchange/types.ts';
import { makeHome, runCommand, runJson, startCommand } from './run-command.ts';

const { home, remove } = makeHome();
afterAll(remove);
const store = path.join(home, 'store');
const prompts = path.join(home, 'prompts.csv');

const command = (...args: string[]) => runCommand([...args, '--store', store], { home });
const json = <T>(...args: string[]) => runJson<T>([...args, '--store', store], { home });
const rowsOf = (file: string) =>
  parse<Record<string, string>>(readFileSync(file), { columns: true });
const pause = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(() => {
  const rows = Array.from({ length: 6 }, (_, n) => `Garden ${n};How do I mow lawn number ${n}?`);
  // As a spreadsheet writes it: a byte order mark, CRLF, semicolons.
  writeFileSync(prompts, `\ufeff${['title;prompt', ...rows, 'no text;', ''].join('\r\n')}`);
});

describe('autodoc batch', () => {
  const output = path.join(home, 'drafts.csv');
  const batch = ['batch', '--input', prompts, '--output', output];

  it('killed at any moment goes on where it stopped, and makes nothing twice', async () => {
    for (let kills = 0; kills < 2; kills += 1) {
      const { child, ended } = startCommand([...batch, '--store', store], { home });
      const before = existsSync(output) ? readFileSync(output).length : 0;
      for (let waits = 0; waits < 2_000; waits += 1) {
        await pause(25);
        if (existsSync(output) && readFileSync(output).length > before) break;
      }
      child.kill('SIGKILL');
      await ended;
    }
    const report = await json<BatchReport & { output: string }>(...batch);
    expect(report).toMatchObject({ output, rows: 6, failed: 0, rejected_count: 1 });
    expect(report.rejected).toEqual([{ line: 8, reason: 'its text is empty' }]);
    expect(report.found).toBeGreaterThan(0);
    const rows = rowsOf(output);
    expect(rows.map(({ line }) => line)).toEqual(['2', '3', '4', '5', '6', '7']);
    expect(rows[2]).toMatchObject({
      document_name: 'Garden 2',
      prompt: 'How do I mow lawn number 2?',
      autodoc_state: 'done',
    });
    expect(await json<unknown[]>('documents', 'list')).toHaveLength(6);
    expect(await json<unknown[]>('autodocs', 'list')).toHaveLength(6);
  }, 180_000);

  it('names the rows that it leaves out', async () => {
    const { code, stderr, stdout } = await command(...batch);
    expect(code).toBe(0);
    expect(stderr).toBe('Line 8 is left out: its text is empty.\n');
    expect(stdout).toBe(`Rows in "${output}": 6. Drafted before: 6. Left out: 1.\n`);
  });

  it('stops cleanly by Ctrl+C', async () => {
    const other = path.join(home, 'other.csv');
    const many = path.join(home, 'many.csv');
    writeFileSync(many, Array.from({ length: 500 }, (_, n) => `Write about ${n}`).join('\n'));
    const args = ['batch', '--input', many, '--no-header', '--output', other, '--store', store];
    const { child, ended } = startCommand(args, { home });
    for (let waits = 0; waits < 400 && !existsSync(other); waits += 1) await pause(25);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/^autodoc: Stopped\. \d+ rows are in ".*other\.csv"/m);
  });

  it.each([
    ['no input', ['batch', '--output', 'x.csv'], 2],
    ['an input that is not there', ['batch', '--input', 'gone.csv', '--output', 'x.csv'], 1],
    ['an output in no folder', ['batch', '--input', prompts, '--output', 'gone/x.csv'], 1],
    ['an encoding that is none', [...batch, '--encoding', 'utf-7'], 2],
    ['a column that is none', [...batch, '--text-column', 'nope'], 1],
  ])('refuses %s', async (_, args, expected) => {
    const { code, stdout, stderr } = await command(...args, '--json');
    expect([code, stdout]).toEqual([expected, '']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: expect.any(String) as string } });
  });
});

describe('autodoc export and import', () => {
  const file = path.join(home, 'library.json');

  it('bring a library to another place, to the byte', async () => {
    expect(await json('export', '--output', file)).toEqual({
      ...{ output: file, format: 'json', document_id: null },
    });
    const elsewhere = path.join(home, 'elsewhere');
    const there = (...args: string[]) =>
      runJson<Record<string, number>>([...args, '--store', elsewhere], { home });
    const taken = await there('import', '--input', file);
    expect(taken).toMatchObject({ known: 0, collided: 0 });
    expect(await there('import', '--input', file)).toMatchObject({ taken: 0, known: taken.taken });
    const again = path.join(home, 'again.json');
    await there('export', '--output', again);
    expect(readFileSync(again, 'utf8')).toBe(readFileSync(file, 'utf8'));
    expect(await there('store', 'verify')).toMatchObject({ ok: true });
  });

  it('carry one document, and drafts as CSV', async () => {
    const [document] = await json<{ id: string; document_name: string }[]>('documents', 'list');
    const one = path.join(home, 'one.json');
    await json('export', '--document', document!.id, '--output', one);
    const exported = JSON.parse(readFileSync(one, 'utf8')) as Record<string, { id: string }[]>;
    expect(exported.documents!.map(({ id }) => id)).toEqual([document!.id]);
    const csv = path.join(home, 'all.csv');
    const answer = await json<{ documents: number }>('export', '--format', 'csv', '--output', csv);
    expect(rowsOf(csv)).toHaveLength(answer.documents);
    expect(rowsOf(csv).map(({ document_id }) => document_id)).toContain(document!.id);
  });

  it('refuse a file that was edited, and options that do not fit', async () => {
    const edited = path.join(home, 'edited.json');
    writeFileSync(edited, readFileSync(file, 'utf8').replaceAll('Garden 2', 'Garden 9'));
    const { code, stderr } = await command('import', '--input', edited);
    expect(code).toBe(1);
    expect(stderr).toMatch(/was edited by hand or is damaged: .* Nothing was imported\./);
    const misfit = await command(
      'export',
      '--output',
      'x.csv',
      '--format',
      'csv',
      '--document',
      'x',
    );
    expect(misfit).toMatchObject({ code: 2, stdout: '' });
    const unknown = await command('export', '--output', 'x.json', '--document', 'x');
    expect(unknown.code).toBe(1);
  });
});
