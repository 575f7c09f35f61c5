import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { JobProgress } from '../../../src-main/contract/channels.ts';
import { visitor } from '../../../src-main/access/authorize.ts';
import type { FakeApplication } from './fake-application.ts';
import { openWorkplace, temporaryFolder } from './workplace.ts';

const work = { signal: new AbortController().signal, onProgress: () => undefined };

/** Starts a job and waits for its end. */
async function jobEnd(
  { services }: FakeApplication,
  start: () => { readonly job_id: string } | Promise<{ readonly job_id: string }>,
): Promise<JobProgress> {
  const { promise, resolve } = Promise.withResolvers<JobProgress>();
  const stop = services.events.on('job:changed', (job) => {
    if (job.state !== 'running') resolve(job);
  });
  await start();
  return promise.finally(stop);
}

function fileWith(text: string | Uint8Array, name = 'prompts.csv'): string {
  const file = path.join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

const asked = { encoding: null, separator: null, has_header: null, mapping: null };

async function chosen(application: FakeApplication, file: string) {
  const owner = await application.owner();
  const { exchange } = application.services;
  const preview = await exchange.openPrompts(owner, file);
  const { preview_id, encoding, separator, has_header, mapping } = preview;
  return {
    owner,
    exchange,
    preview,
    request: { preview_id, encoding, separator, has_header, mapping },
  };
}

describe('prompts from a CSV file', () => {
  const text = 'name,text,folder,tags\nLawn,Mow it,Garden,green\nTea,\n,Brew it,,"hot, wet"\n';

  it('are previewed, and read otherwise when asked', async () => {
    const application = openWorkplace();
    const { owner, exchange, preview } = await chosen(application, fileWith(text));
    expect(preview).toMatchObject({
      ...{ file_name: 'prompts.csv', rows: 3, rejected_count: 1, has_header: true },
      rejected: [{ line: 3, reason: 'it has 2 columns where the file has 4' }],
    });
    const { preview_id } = preview;
    const without = { ...asked, preview_id, has_header: false };
    expect(await exchange['preview-prompts'](owner, without)).toMatchObject({
      ...{ preview_id, rows: 4, columns: ['Column 1', 'Column 2', 'Column 3', 'Column 4'] },
    });
    expect(application.library.store().documents.headVersionIds(preview_id)).toEqual([]);
  });

  it('become documents with drafts queued; bad rows are told; again makes no doubles', async () => {
    const application = openWorkplace();
    const { owner, exchange, request } = await chosen(application, fileWith(text));
    let jobId = '';
    const end = await jobEnd(application, async () => {
      const job = await exchange['import-prompts'](owner, request);
      expect(exchange.report(owner, job)).toBeNull();
      jobId = job.job_id;
      return job;
    });
    expect(end).toMatchObject({ state: 'done', kind: 'import_prompts', subject: 'prompts.csv' });
    expect(exchange.report(owner, { job_id: jobId })).toEqual({
      documents: 2,
      rejected_count: 1,
      rejected: [{ line: 3, reason: 'it has 2 columns where the file has 4' }],
    });
    const { documents } = await application.services.documents.list(owner, {
      ...{ query: '', place: 'library', offset: 0, limit: 9 },
    });
    const facts = documents.map(({ document_name, folder, tags }) => ({
      document_name,
      folder,
      tags,
    }));
    expect(facts).toHaveLength(2);
    expect(facts).toContainEqual({ document_name: 'Lawn', folder: 'Garden', tags: ['green'] });
    expect(facts).toContainEqual({ document_name: 'Brew it', folder: '', tags: ['hot', 'wet'] });
    expect(application.library.store().autodocs.queue()).toHaveLength(2);

    const again = await jobEnd(application, () => exchange['import-prompts'](owner, request));
    expect(again.message).toContain('2 were made of this file before');
    expect(application.library.store().autodocs.list()).toHaveLength(2);
  });

  it('can be called off: what was made stays, and the next import makes the others', async () => {
    const application = openWorkplace();
    const rows = Array.from({ length: 200 }, (_, n) => `Prompt number ${n}`);
    const { owner, exchange, request } = await chosen(
      application,
      fileWith(`text\n${rows.join('\n')}`),
    );
    const end = await jobEnd(application, async () => {
      const job = await exchange['import-prompts'](owner, request);
      const stop = application.services.events.on('store:changed', () => {
        stop();
        void application.services.jobs.cancel(owner, job);
      });
      return job;
    });
    expect(end.state).toBe('cancelled');
    const made = application.library.store().autodocs.list().length;
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(200);
    await jobEnd(application, () => exchange['import-prompts'](owner, request));
    expect(application.library.store().autodocs.list()).toHaveLength(200);
  });

  it.each([
    ['a folder', () => temporaryFolder(), 'invalid_input', 'is a folder'],
    ['nothing', () => path.join(temporaryFolder(), 'gone.csv'), 'not_found', 'is not there'],
    ['an empty file', () => fileWith(''), 'invalid_input', 'no rows'],
    [
      '100 MB',
      () => fileWith(Buffer.alloc(100_000_000, 0x61)),
      'invalid_input',
      'larger than 50 MB',
    ],
  ])('are refused: %s', async (_, file, code, message) => {
    const application = openWorkplace();
    const owner = await application.owner();
    await expect(application.services.exchange.openPrompts(owner, file())).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });

  it('are refused where the file was never chosen', async () => {
    const application = openWorkplace();
    const owner = await application.owner();
    const preview_id = '01900000-0000-7000-8000-00000000000a';
    await expect(async () =>
      application.services.exchange['preview-prompts'](owner, { ...asked, preview_id }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('drafts out', () => {
  async function withDrafts() {
    const application = openWorkplace();
    const owner = await application.owner();
    const text = 'name,text,folder\n=1+1,"-1, ""x""",Sums\nTea,Brew it,Sums/Hot\nSea,Swim,Other\n';
    const { exchange, request } = await chosen(application, fileWith(text));
    await jobEnd(application, () => exchange['import-prompts'](owner, request));
    application.services.start();
    for (const { id } of application.library.store().autodocs.list()) {
      await application.services.drafting.ended(owner, id);
    }
    return { application, owner, exchange };
  }

  it('are CSV that a spreadsheet takes for text, and the same again when read', async () => {
    const { application, owner, exchange } = await withDrafts();
    const file = path.join(temporaryFolder(), 'drafts.csv');
    const drafts = { folder: 'Sums', format: 'csv' } as const;
    const end = await jobEnd(application, () => exchange.exportDrafts(owner, drafts, file));
    expect(end).toMatchObject({ state: 'done', kind: 'export_drafts' });
    const rows = parse<Record<string, string>>(readFileSync(file), { columns: true });
    expect(rows).toHaveLength(2);
    const sum = rows.find(({ folder }) => folder === 'Sums');
    expect(sum).toMatchObject({
      ...{ document_name: "'=1+1", prompt: `'-1, "x"`, autodoc_body: ' one two three four five' },
      ...{ autodoc_state: 'done', model_name: 'starter', score: '-1', tokens: '5' },
    });
    for (const row of rows) {
      const { score: _score, ...texts } = row;
      expect(Object.values(texts).filter((cell) => /^[=+\-@]/.test(cell))).toEqual([]);
    }
    const again = await exchange.openPrompts(owner, file);
    expect(again.columns).toContain('autodoc_body');
    const names = again.sample.map((row) => row[again.columns.indexOf('document_name')]);
    expect(names).toContain('=1+1');
  });

  it('are JSON lines with the same', async () => {
    const { owner, exchange } = await withDrafts();
    const file = path.join(temporaryFolder(), 'drafts.jsonl');
    expect(await exchange.writeDrafts(owner, { folder: '', format: 'jsonl' }, file, work)).toBe(3);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.map(({ document_name }) => document_name).sort()).toEqual([
      '=1+1',
      'Sea',
      'Tea',
    ]);
    expect(records.find(({ document_name }) => document_name === 'Sea')).toMatchObject({
      ...{ prompt: 'Swim', autodoc_body: ' one two three four five', score: -1, tokens: 5 },
    });
  });
});

describe('a library as a file', () => {
  it('goes out and into a library that nobody has started, with its people', async () => {
    const source = openWorkplace();
    const owner = await source.owner();
    const create = { document_name: 'N', document_body: 'A text', draft: true };
    await source.services.documents.create(owner, create);
    const file = path.join(temporaryFolder(), 'library.json');
    const scope = { document_id: null };
    const end = await jobEnd(source, () => source.services.exchange.exportJson(owner, scope, file));
    expect(end).toMatchObject({ state: 'done', kind: 'export_library', subject: 'library.json' });

    const target = openWorkplace();
    expect(target.services.principal()).toEqual(visitor);
    const taken = await jobEnd(target, () => target.services.exchange.importJson(visitor, file));
    expect(taken).toMatchObject({ state: 'done', kind: 'import_library' });
    const here = target.services.principal();
    expect(here).toMatchObject({ user: { name: 'Ada' } });
    const second = path.join(temporaryFolder(), 'again.json');
    await target.services.exchange.writeJson(here, scope, second, work);
    expect(readFileSync(second, 'utf8')).toBe(readFileSync(file, 'utf8'));
    // What another machine has queued is that machine's to draft.
    expect(target.library.store().autodocs.queue()).toEqual([]);
  });

  it('is written whole or not at all', async () => {
    const application = openWorkplace();
    const owner = await application.owner();
    const folder = temporaryFolder();
    const { exchange } = application.services;
    const scope = { document_id: null };
    const write = (file: string) => exchange.writeJson(owner, scope, file, work);
    await expect(write(folder)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(write(path.join(folder, 'gone', 'x.json'))).rejects.toMatchObject({
      code: 'not_found',
    });
    const unknown = { document_id: '01900000-0000-7000-8000-00000000000a' };
    const missing = exchange.writeJson(owner, unknown, path.join(folder, 'x.json'), work);
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
    expect(readdirSync(folder)).toEqual([]);
    await write(path.join(folder, 'x.json'));
    expect(readdirSync(folder)).toEqual(['x.json']);
    if (process.getuid?.() === 0) return;
    const sealed = path.join(folder, 'sealed');
    mkdirSync(sealed);
    chmodSync(sealed, 0o500);
    await expect(write(path.join(sealed, 'x.json'))).rejects.toMatchObject({ code: 'not_allowed' });
  });

  it('is refused above 10 MB in the window, with the way that takes more', async () => {
    const application = openWorkplace();
    const owner = await application.owner();
    const { exchange } = application.services;
    const large = fileWith(Buffer.alloc(12_000_000, 0x20), 'large.json');
    const end = await jobEnd(application, () => exchange.importJson(owner, large));
    expect(end).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('autodoc import') as string,
    });
    await expect(exchange.readJson(owner, large, work)).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});
