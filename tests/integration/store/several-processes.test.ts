import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../fixtures/store/replicas.ts';
import { openLibrary, temporaryDirectory } from '../../fixtures/store/temporary-library.ts';

const run = promisify(execFile);
const fixture = (name: string) => path.resolve('tests/fixtures/store', name);

describe('several processes on one library', () => {
  it('make it together and write to it at once, and every write is there', async () => {
    const directory = path.join(temporaryDirectory(), 'library');
    const names = ['a', 'b', 'c', 'd'];
    const saves = 50;
    await Promise.all(
      names.map((name) =>
        run(process.execPath, [fixture('counted-writer.ts'), directory, name, String(saves)]),
      ),
    );
    const store = openLibrary({ directory });
    const { documents } = store.documents.list({
      query: '',
      visible_to: null,
      place: 'library',
      offset: 0,
      limit: 10,
    });
    expect(documents.map((document) => document.document_name).sort()).toEqual(names);
    for (const { id } of documents) {
      const bodies = store.versions
        .list(id)
        .map((each) => store.versions.get(each.id)?.document_body);
      expect(bodies).toEqual(Array.from({ length: saves + 1 }, (_, at) => String(saves - at)));
      expect(store.journal.get(id)?.document_body).toBe(String(saves));
      expect(store.documents.headVersionIds(id)).toHaveLength(1);
    }
    const changes = changesOf(store);
    // One machine: one replica, one count, one clock.
    expect(new Set(changes.map((change) => change.replica_id)).size).toBe(1);
    expect(changes.map((change) => change.seq)).toEqual(changes.map((_, at) => at + 1));
    expect(changes.map((change) => change.hlc)).toEqual(
      [...new Set(changes.map((change) => change.hlc))].sort(),
    );
    expect(store.verify()).toMatchObject({ ok: true, problems: [] });
    expect(store.notices).toEqual([]);
  });
});

// Windows keeps no write permission on folders, and no way to become somebody else.
describe.skipIf(process.platform === 'win32')('a folder that may not be written to', () => {
  const answerOf = async (directory: string) =>
    (await run(process.execPath, [fixture('powerless-opener.ts'), directory])).stdout;

  it('is said to be so', async () => {
    const directory = temporaryDirectory();
    fs.chmodSync(directory, 0o555);
    const answer = await answerOf(directory);
    expect(answer).toContain('store_unwritable: ');
    expect(answer).toContain(directory);
    expect(answer).toContain('choose another one');
    expect(fs.readdirSync(directory)).toEqual([]);
  });

  it('is said to be so too with a library in it, which stays as it is', async () => {
    const directory = temporaryDirectory();
    openLibrary({ directory }).close();
    fs.chmodSync(path.join(directory, 'replica.db'), 0o444);
    fs.chmodSync(directory, 0o555);
    const before = fs.readFileSync(path.join(directory, 'replica.db'));
    expect(await answerOf(directory)).toContain('store_unwritable: ');
    expect(fs.readFileSync(path.join(directory, 'replica.db')).equals(before)).toBe(true);
    fs.chmodSync(directory, 0o755);
  });
});
