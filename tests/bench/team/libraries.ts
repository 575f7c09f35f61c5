import Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { cp, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { writeLargeLibrary } from '../../fixtures/large-library.ts';
import { cachedFolder, keyOf } from '../cache.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const untilMs = Date.parse('2026-11-01T00:00:00Z');

export interface TeamSize {
  /** Of its team file. */
  readonly megabytes: 50 | 200;
  readonly areAccountsOn: boolean;
}

export interface TeamLibrary {
  readonly directory: string;
  readonly changes: number;
}

/** A library whose team file has about that size: 700 changes a megabyte. Kept between runs. */
export async function teamLibrary(
  { megabytes, areAccountsOn }: TeamSize,
  say: (line: string) => void,
): Promise<TeamLibrary> {
  const documents = megabytes * 19;
  const size = { documents, autodocs: 5 * documents, users: documents / 5 };
  const sources = [
    ...['migrations', 'src-main/store/log', 'src-main/store/projection', 'src-main/store/state'],
    ...['tests/fixtures/large-library', 'tests/fixtures/large-library.ts'],
  ];
  const key = await keyOf([
    ...sources.map((source) => path.join(root, source)),
    import.meta.filename,
  ]);
  const name = `team-${megabytes}-${areAccountsOn ? 'accounts' : 'open'}`;
  const directory = await cachedFolder(name, key, (folder) => {
    say(`Writing a library for a team file of ${megabytes} MB`);
    writeLargeLibrary({ directory: folder, untilMs, ...size, areAccountsOn });
    return Promise.resolve();
  });
  const database = new Database(path.join(directory, 'replica.db'), { readonly: true });
  try {
    const changes = database.prepare('select count(*) from changes').pluck().get() as number;
    return { directory, changes };
  } finally {
    database.close();
  }
}

/** The library on a machine of its own. */
export async function machineWith(library: TeamLibrary, directory: string): Promise<string> {
  await cp(library.directory, directory, { recursive: true });
  const database = new Database(path.join(directory, 'state.db'));
  database.exec('update replicas set is_current = 0');
  database
    .prepare('insert into replicas (id, is_current, since) values (?, 1, ?)')
    .run(randomUUID(), new Date().toISOString());
  database.close();
  await flushFiles(directory);
  return directory;
}

/** Or a system brings them to the disk half a minute later, in the middle of what is measured. */
async function flushFiles(directory: string): Promise<void> {
  for (const name of await readdir(directory, { recursive: true })) {
    const file = await open(path.join(directory, name), 'r+').catch(() => null);
    await file?.sync();
    await file?.close();
  }
}
