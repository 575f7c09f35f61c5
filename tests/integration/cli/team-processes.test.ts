import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Document } from '../../../src-main/contract/domain.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import type { SyncReport } from '../../../src-main/services/team/types.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { makeHome, runCommand, runJson } from './run-command.ts';

/* Processes that know nothing of each other, over one file: as machines of a team do. */

const { home, remove } = makeHome();
afterAll(remove);

const file = path.join(home, 'shared', 'team.db');
const stores = ['ada', 'bo', 'cy'].map((name) => path.join(home, name));

const run = <T>(store: string, ...args: readonly string[]) =>
  runJson<T>([...args, '--store', store], { home });

it('three stores that work at once come to the same, with everybody’s work', async () => {
  mkdirSync(path.dirname(file));
  const [ada, ...others] = stores as [string, ...string[]];
  const text = path.join(home, 'text.md');
  writeFileSync(text, 'One.\n\nTwo.\n\nThree.\n');
  const { id } = await run<Document>(
    ada,
    ...['documents', 'new', '--name', 'Poem', '--body-file', text, '--no-draft'],
  );
  await run(ada, 'team', 'create', '--file', file, '--name', 'Ada');
  await Promise.all(others.map((store) => run(store, 'team', 'join', '--file', file)));

  await Promise.all(
    stores.map(async (store, index) => {
      const mine = path.join(home, `text-${index}.md`);
      const lines = ['One.', 'Two.', 'Three.'].map((line, at) =>
        at === index ? `${line} And more.` : line,
      );
      writeFileSync(mine, `${lines.join('\n\n')}\n`);
      await run(store, 'documents', 'save', id, '--body-file', mine, '--no-draft');
      await run(store, 'documents', 'new', '--name', `Of ${index}`, '--no-draft');
      await run(store, 'team', 'sync', '--file', file);
    }),
  );
  // Whoever was first has not seen the others' yet.
  for (const store of stores) await run(store, 'team', 'sync');
  for (const store of stores) {
    expect(await run<SyncReport>(store, 'team', 'sync')).toMatchObject({
      ...{ taken: 0, published: 0, unshared: 0, problem: null },
    });
    // A command each would show the same, and take as many processes more.
    const library = openStore({ directory: store, logger: silentLogger });
    const page = { query: '', place: 'library', visible_to: null, offset: 0, limit: 10 } as const;
    expect(
      library.documents
        .list(page)
        .documents.map(({ document_name }) => document_name)
        .toSorted(),
    ).toEqual(['Of 0', 'Of 1', 'Of 2', 'Poem']);
    expect(library.documents.get(id)!.document_body).toBe(
      'One. And more.\n\nTwo. And more.\n\nThree. And more.\n',
    );
    expect(library.conflicts.list(id)).toEqual([]);
    expect(library.verify().problems).toEqual([]);
    library.close();
  }
  const wrong = await runCommand(['team', 'sync', '--store', path.join(home, 'none'), '--json'], {
    home,
  });
  expect(wrong.code).toBe(1);
  expect(JSON.parse(wrong.stderr)).toMatchObject({ error: { code: 'not_found' } });
}, 300_000);
