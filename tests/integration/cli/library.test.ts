import { cpSync, existsSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AutodocWithDocument, Document } from '../../../src-main/contract/domain.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { makeHome, runCommand, runJson, startCommand } from './run-command.ts';

const { home, remove } = makeHome();
afterAll(remove);
const store = path.join(home, 'store');

type Saved = Document & {
  readonly version_id: string;
  readonly autodoc: AutodocWithDocument | null;
};

const command = (...args: string[]) => runCommand([...args, '--store', store], { home });
const json = <T>(...args: string[]) => runJson<T>([...args, '--store', store], { home });

const pause = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms));

let files = 0;
function bodyFile(text: string): string {
  files += 1;
  const file = path.join(home, `body-${files}.md`);
  writeFileSync(file, text);
  return file;
}
const newDocument = (name: string, text: string, ...options: string[]) =>
  json<Saved>('documents', 'new', '--name', name, '--body-file', bodyFile(text), ...options);

describe('documents', () => {
  beforeAll(() => {
    // The folder of a library may hold other files.
    mkdirSync(store);
    writeFileSync(path.join(store, 'shopping list.txt'), 'milk');
  });

  it('are made with a draft, saved with another, and keep their versions', async () => {
    const made = await newDocument('Lawn', 'How do I mow my lawn?');
    expect(made).toMatchObject({
      document_name: 'Lawn',
      document_body: 'How do I mow my lawn?',
      autodoc: {
        autodoc_state: 'done',
        document_id: made.id,
        version_id: made.version_id,
        prompt_start: 0,
        prompt_end: 21,
        model_name: 'starter',
        device: 'cpu',
      },
    });
    expect(made.autodoc!.autodoc_body).not.toBe('');

    const file = bodyFile('How do I mow my neighbour’s lawn?');
    const saved = await json<Saved>('documents', 'save', made.id, '--body-file', file);
    expect(saved).toMatchObject({
      id: made.id,
      document_body: 'How do I mow my neighbour’s lawn?',
      autodoc: { autodoc_state: 'done', version_id: saved.version_id },
    });

    const versions = await json('documents', 'versions', made.id, '--bodies');
    expect(versions).toEqual([
      {
        id: saved.version_id,
        parents: [made.version_id],
        created_on: expect.any(String) as string,
        created_by: made.created_by,
        author_name: expect.any(String) as string,
        refused: null,
        document_body: 'How do I mow my neighbour’s lawn?',
      },
      {
        id: made.version_id,
        parents: [],
        created_on: expect.any(String) as string,
        created_by: made.created_by,
        author_name: expect.any(String) as string,
        refused: null,
        document_body: 'How do I mow my lawn?',
      },
    ]);
    expect(await json('documents', 'versions', made.id)).not.toMatchObject([
      { document_body: expect.anything() as string },
      {},
    ]);

    const restored = await json<Saved>(
      ...['documents', 'restore-version', made.id, made.version_id],
    );
    expect(restored).toMatchObject({ document_body: 'How do I mow my lawn?', autodoc: null });
    expect(await json('documents', 'versions', made.id)).toHaveLength(3);

    const autodocs = await json<AutodocWithDocument[]>('autodocs', 'list', '--document', made.id);
    expect(autodocs.map(({ id }) => id)).toEqual([saved.autodoc!.id, made.autodoc!.id]);
    expect(await json('autodocs', 'show', made.autodoc!.id)).toEqual(made.autodoc);
    expect(readdirSync(store)).toContain('shopping list.txt');
  });

  it('are listed, found by their words, shown, trashed and restored', async () => {
    const made = await newDocument('Zebras', 'Stripes everywhere.', '--no-draft');
    expect(made.autodoc).toBeNull();
    const ids = async (...options: string[]) =>
      (await json<Document[]>('documents', 'list', ...options)).map(({ id }) => id);

    expect(await ids('--query', 'stripes')).toEqual([made.id]);
    expect(await ids('--query', 'giraffe')).toEqual([]);
    expect(await json('documents', 'show', made.id)).toMatchObject({
      id: made.id,
      document_name: 'Zebras',
      document_body: 'Stripes everywhere.',
      head_version_ids: [made.version_id],
    });
    await json('documents', 'trash', made.id);
    expect(await ids()).not.toContain(made.id);
    expect(await ids('--trash')).toEqual([made.id]);
    await json('documents', 'restore', made.id);
    expect(await ids()).toContain(made.id);
  });

  it('speak to people, too', async () => {
    const { code, stdout } = await command('documents', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ID +CHANGED +WORDS +NAME\n[0-9a-f-]{36} /);
    const nothing = await command('documents', 'list', '--query', 'giraffe');
    expect(nothing.stdout).toBe('No documents.\n');
  });

  it('that are not there say so', async () => {
    const { code, stdout, stderr } = await command('documents', 'show', 'nobody', '--json');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'not_found', message: 'There is no document nobody in this library.' },
    });
  });

  it('are kept, their draft queued, where no model can be prepared', async () => {
    const elsewhere = path.join(home, 'no room for models');
    mkdirSync(elsewhere);
    writeFileSync(path.join(elsewhere, 'models'), 'a file where a folder belongs');
    const here = ['--store', elsewhere];
    const made = ['documents', 'new', '--name', 'Kept', '--body-file', bodyFile('Kept.')];
    const { code, stderr } = await runCommand([...made, ...here, '--json'], { home });
    expect(code).toBe(1);
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string } };
    expect(error.code).toBe('store_unwritable');
    expect(error.message).toMatch(/^The text is saved and its draft stays queued\. /);
    const drafts = await runJson<AutodocWithDocument[]>(['autodocs', 'list', ...here], { home });
    expect(drafts).toMatchObject([{ autodoc_state: 'queued', autodoc_body: '' }]);
  });

  it('whose text is not UTF-8 are left as they were', async () => {
    const { id } = await newDocument('Fine', 'Fine.', '--no-draft');
    const file = path.join(home, 'latin1.md');
    writeFileSync(file, Buffer.from('Müll', 'latin1'));
    const { code, stderr } = await command('documents', 'save', id, '--body-file', file, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'invalid_input' } });
    expect(await json('documents', 'show', id)).toMatchObject({ document_body: 'Fine.' });
  });
});

it('a library begun by several commands at once has one owner and all their documents', async () => {
  const shared = path.join(home, 'shared');
  const names = ['One', 'Two', 'Three'];
  const made = await Promise.all(
    names.map((name) => {
      const args = ['documents', 'new', '--name', name, '--body-file', bodyFile(name)];
      return runJson<Saved>([...args, '--store', shared], { home });
    }),
  );
  expect(new Set(made.map(({ created_by }) => created_by)).size).toBe(1);
  expect(made.map(({ autodoc }) => autodoc?.autodoc_state)).toEqual(['done', 'done', 'done']);
  const list = await runJson<Document[]>(['documents', 'list', '--store', shared], { home });
  expect(list.map(({ document_name }) => document_name).sort()).toEqual([...names].sort());
});

describe('the queue', () => {
  it('goes on where a command left it', async () => {
    const waiting = await newDocument('Waiting', 'This one waits.', '--no-wait');
    expect(waiting.autodoc).toMatchObject({ autodoc_state: 'queued', autodoc_body: '' });
    const next = await newDocument('Next', 'This one does not.');
    expect(next.autodoc!.autodoc_state).toBe('done');
    expect(await json('autodocs', 'show', waiting.autodoc!.id)).toMatchObject({
      autodoc_state: 'done',
    });
  });

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'survives %s while a draft is written',
    async (signal) => {
      const library = openStore({ directory: store, logger: silentLogger });
      onTestFinished(() => library.close());
      // A draft that takes seconds, however fast the machine.
      const parameters = { strategy: 'beam', num_beams: 40, max_new_tokens: 120 } as const;
      library.values.set('settings', { parameter_source: 'custom', parameters });
      const file = bodyFile(`Ended by ${signal}.`);
      const args = ['documents', 'new', '--name', signal, '--body-file', file, '--store', store];
      const { child, ended } = startCommand([...args, '--json'], { home });
      while (library.autodocs.queue().length === 0) await pause(5);
      library.values.set('settings', {});
      await pause(500);
      child.kill(signal);

      const { code, stdout, stderr } = await ended;
      expect(stdout).toBe('');
      if (signal === 'SIGINT') {
        expect(code).toBe(130);
        expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'cancelled' } });
      }
      const [left] = library.autodocs.queue();
      expect(left).toMatchObject({ autodoc_state: 'queued', autodoc_body: '' });
      await newDocument('Next', 'Something else.');
      expect(library.autodocs.get(left!.id)).toMatchObject({ autodoc_state: 'done', tokens: 120 });
      expect(await json('store', 'verify')).toMatchObject({ ok: true, problems: [] });
    },
  );
});

describe('store', () => {
  it('is verified and rebuilt', async () => {
    const report = await json<{ ok: boolean }>('store', 'verify');
    expect(report).toMatchObject({ ok: true, problems: [] });
    expect(await json('store', 'rebuild')).toEqual(report);
  });

  it('that is not there is not made by looking at it', async () => {
    const nowhere = path.join(home, 'nowhere');
    const { code, stderr } = await runCommand(['store', 'verify', '--store', nowhere, '--json'], {
      home,
    });
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'not_found' } });
    expect(existsSync(nowhere)).toBe(false);
  });

  it('that is damaged says so and is left as it is', async () => {
    const damaged = path.join(home, 'damaged');
    cpSync(store, damaged, { recursive: true });
    truncateSync(path.join(damaged, 'replica.db'), 5_000);
    for (const args of [
      ['documents', 'list'],
      ['store', 'verify'],
    ]) {
      const { code, stdout, stderr } = await runCommand([...args, '--store', damaged, '--json'], {
        home,
      });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'store_damaged' } });
    }
    // What needs no library still works.
    const { code } = await runCommand(['models', 'list', '--store', damaged], { home });
    expect(code).toBe(0);
  });
});

describe('models', () => {
  const starter = path.resolve('resources/models/starter');

  it('are imported, listed, shown and removed', async () => {
    const card = await json<{ sha256: string }>('models', 'import', starter, '--name', 'mine');
    expect(card).toMatchObject({ name: 'mine', bundled: false, n_positions: 512 });
    const list = await json<{ name: string }[]>('models', 'list');
    expect(list.map(({ name }) => name).sort()).toEqual(['mine', 'starter']);
    expect(await json('models', 'show', 'mine')).toEqual(card);
    await json('models', 'remove', 'mine');
    expect(await json('models', 'list')).toHaveLength(1);
  });

  it('show what their variants cost, and are measured anew on request', async () => {
    await json('models', 'import', starter, '--name', 'few', '--variants', 'int8,int4');
    const shown = await command('models', 'show', 'few');
    expect(shown.stdout).toMatch(/variant +size +perplexity +above fp32 +agreement +tokens\/s\n/);
    expect(shown.stdout).toMatch(
      /^fp32(?: \(default\))? +21\.6 MB +[\d.]+ +\+0\.00% +100\.0% +[\d.]+$/m,
    );
    expect(shown.stdout).toMatch(/^int4 .*%/m);
    expect(shown.stdout).not.toMatch(/^int8_block/m);
    expect(shown.stdout).toMatch(/Measured on \d{3} tokens of the sample text, 20/);

    interface Measured {
      readonly measurement: { readonly text: string; readonly tokens: number };
      readonly variants: readonly { readonly variant: string }[];
    }
    const card = await json<Measured>('models', 'measure', 'few');
    expect(card.measurement.text).toBe('sample');
    expect(card.variants.map(({ variant }) => variant)).toEqual(['fp32', 'int8', 'int4']);
    const text = 'The garden was quiet, and nobody had come through the gate for days. ';
    const file = path.join(home, 'garden.md');
    writeFileSync(file, text.repeat(30));
    await json('documents', 'new', '--name', 'Garden', '--body-file', file, '--no-draft');
    const own = await json<Measured>('models', 'measure', 'few', '--text', 'documents');
    expect(own.measurement.text).toBe('documents');
    expect(own.measurement.tokens).toBeGreaterThan(200);
    expect(await json('models', 'show', 'few')).toEqual(own);
    await json('models', 'remove', 'few');
  });

  it('have no other variants than those there are', async () => {
    const { code, stderr } = await command('models', 'import', starter, '--variants', 'int8,int3');
    expect(code).toBe(2);
    expect(stderr).toContain('no variant "int3"');
  });

  it.each([
    ['weights that are cut off', 'model.safetensors'],
    ['a configuration that is cut off', 'config.json'],
    ['a tokenizer that is cut off', 'tokenizer.json'],
  ])('with %s are refused and leave nothing behind', async (_, file) => {
    const folder = path.join(home, 'broken');
    cpSync(starter, folder, { recursive: true });
    truncateSync(path.join(folder, file), 200);
    const { code, stderr } = await command(
      'models',
      'import',
      folder,
      '--name',
      'broken',
      '--json',
    );
    expect(code).toBe(1);
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string } };
    expect(error.code).toBe('model_invalid');
    expect(error.message).toContain(file);
    expect(readdirSync(path.join(store, 'models'))).not.toContain('broken');
  });

  it('that come with Autodoc stay', async () => {
    const { code, stderr } = await command('models', 'remove', 'starter', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'not_allowed' } });
  });
});
