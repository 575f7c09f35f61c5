import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { openWorkplace, temporaryFolder } from './workplace.ts';

/** Runs the process and kills it some time after its first save. Answers what it said it had saved. */
async function runAndKill(directory: string, afterMs: number): Promise<[string, string][]> {
  const child = spawn(
    process.execPath,
    [
      'src-main/launch/run.cjs',
      fileURLToPath(import.meta.resolve('./killed-process.ts')),
      directory,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
    said += text;
  });
  await once(child, 'close');
  // What follows the last newline was cut off by the kill and acknowledges nothing.
  const lines = said.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as [string, string]);
}

it('killed at any moment: every acknowledged save is there and the queue goes on', async () => {
  const directory = temporaryFolder();
  const seed = testSeed();
  const delaysMs = fc.sample(fc.integer({ min: 0, max: 150 }), {
    numRuns: largeCount(200),
    seed,
  });
  const acknowledged: [string, string][] = [];
  for (const delayMs of delaysMs) acknowledged.push(...(await runAndKill(directory, delayMs)));
  expect(acknowledged.length).toBeGreaterThanOrEqual(delaysMs.length);

  const workplace = openWorkplace({ directory });
  const { services, engine } = workplace;
  const store = workplace.library.store();
  expect(store.verify()).toMatchObject({ ok: true, problems: [] });
  for (const [id, body] of acknowledged) expect(store.documents.get(id)?.document_body).toBe(body);

  // Each document has its one draft: whole, or queued without a word of it.
  const autodocs = store.autodocs.list();
  const documents = store.documents.list({
    query: '',
    visible_to: null,
    place: 'library',
    offset: 0,
    limit: 1,
  });
  expect(new Set(autodocs.map(({ document_id }) => document_id)).size).toBe(documents.total);
  expect(autodocs).toHaveLength(documents.total);
  for (const { autodoc_state, autodoc_body } of autodocs) {
    expect([autodoc_state, autodoc_body]).toEqual(
      autodoc_state === 'done' ? ['done', ' one two three four five'] : ['queued', ''],
    );
  }

  const waiting = store.autodocs.queue();
  services.start();
  for (const { id } of waiting) await services.drafting.ended(services.principal(), id);
  expect(store.autodocs.queue()).toEqual([]);
  expect(store.autodocs.list().every(({ autodoc_state }) => autodoc_state === 'done')).toBe(true);
  expect(engine.requests).toHaveLength(waiting.length);
}, 900_000);
