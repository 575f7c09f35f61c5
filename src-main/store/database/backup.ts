import Database from 'better-sqlite3';
import { sql } from 'kysely';
import fs from 'node:fs';
import path from 'node:path';
import type { ReplicaTables } from './schema.ts';
import type { Connection } from './connection.ts';
import { storeError, withStoreErrors } from './sqlite-errors.ts';

const keptBackups = 5;

/**
 * Writes a whole and verified copy of a library's file into its folder's `backups`, then removes
 * the oldest beyond five. Answers the path of the copy. Throws `store_damaged` when what was
 * copied is not sound, `disk_full` when there is no room.
 */
export function backUp(replica: Connection<ReplicaTables>, nowMs: number): string {
  const directory = path.join(path.dirname(replica.file), 'backups');
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]/g, '').replace('.', '-');
  const copy = path.join(directory, `replica-${stamp}.db`);
  const unfinished = path.join(directory, `.replica-${stamp}-${process.pid}.tmp`);
  withStoreErrors(directory, () => fs.mkdirSync(directory, { recursive: true }));
  try {
    replica.run(sql`vacuum into ${unfinished}`.compile(replica.query));
    verifyCopy(replica, unfinished);
    withStoreErrors(copy, () => {
      flush(unfinished);
      fs.renameSync(unfinished, copy);
      if (process.platform !== 'win32') flush(directory);
    });
  } catch (thrown) {
    fs.rmSync(unfinished, { force: true });
    throw thrown;
  }
  removeOldest(directory);
  return copy;
}

/** The copy is sound, and it is of the same schema with as many changes. */
function verifyCopy(replica: Connection<ReplicaTables>, copy: string): void {
  const changes = 'select count(*) from changes';
  const expected = {
    problem: 'ok',
    userVersion: replica.pragma('user_version'),
    changes: replica.first(
      replica.query.selectFrom('changes').select((eb) => eb.fn.countAll().as('n')),
    )?.n,
  };
  const found = withStoreErrors(copy, () => {
    const database = new Database(copy, { readonly: true });
    try {
      return {
        problem: database.pragma('integrity_check(1)', { simple: true }),
        userVersion: database.pragma('user_version', { simple: true }),
        changes: database.prepare(changes).pluck().get(),
      };
    } finally {
      database.close();
    }
  });
  // Another process may have written since the copy was made: more is well, less is not.
  const isWhole =
    found.problem === expected.problem &&
    found.userVersion === expected.userVersion &&
    Number(found.changes) <= Number(expected.changes);
  if (!isWhole) throw storeError('store_damaged', replica.file);
}

function flush(fileOrDirectory: string): void {
  const descriptor = fs.openSync(fileOrDirectory, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function removeOldest(directory: string): void {
  const copies = fs
    .readdirSync(directory)
    .filter((name) => /^replica-[0-9TZ-]+\.db$/.test(name))
    .sort();
  for (const name of copies.slice(0, -keptBackups)) fs.rmSync(path.join(directory, name));
}
