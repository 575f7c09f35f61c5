import { sql } from 'kysely';
import type { Migration } from '../../../migrations/index.ts';
import { createQueryBuilder, type Connection } from './connection.ts';

/*
 * Kysely's own Migrator is asynchronous and keeps its books in tables of its own. SQLite has
 * a place for the one number we need: `user_version` changes in the same transaction as the
 * schema, and can be read from the file's header before the file is opened.
 */

/** What identifies our files among all SQLite files ("Adoc"). */
export const applicationId = 0x41646f63;

export interface MigrationResult {
  /** `user_version` before; 0 for a new file. */
  readonly from: number;
  readonly to: number;
}

/**
 * Brings a database to the newest schema, all steps in one transaction. Another process that
 * does the same at the same time waits and then finds nothing left to do. `finish` belongs to
 * the transaction: what the new schema's tables need before anyone sees them.
 */
export function migrate<Tables>(
  connection: Connection<Tables>,
  migrations: readonly Migration[],
  finish: (result: MigrationResult) => void = () => undefined,
): MigrationResult {
  const builder = createQueryBuilder<unknown>();
  if (userVersion(connection) >= migrations.length) {
    return { from: migrations.length, to: migrations.length };
  }
  return connection.write(() => {
    const from = userVersion(connection);
    for (const migration of migrations.slice(from)) {
      for (const statement of migration(builder)) connection.run(statement);
    }
    connection.run(sql.raw(`pragma application_id = ${applicationId}`).compile(builder));
    connection.run(sql.raw(`pragma user_version = ${migrations.length}`).compile(builder));
    const result = { from, to: migrations.length };
    if (from < migrations.length) finish(result);
    return result;
  });
}

function userVersion<Tables>(connection: Connection<Tables>): number {
  return Number(connection.pragma('user_version'));
}
