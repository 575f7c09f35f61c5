import Database from 'better-sqlite3';
import { sql } from 'kysely';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import { withStoreErrors } from '../database/sqlite-errors.ts';

/**
 * Writes what a library shares to `file`, which must not exist: the log and what derives from it,
 * compact, in one plain SQLite file without companions. What `meta` says of this machine stays
 * here. Reads as of one moment and keeps nobody from writing meanwhile; the disk is not asked to
 * keep the copy, because whoever wants that of all of it at once keeps others waiting for the disk.
 * Throws `disk_full`, `store_damaged`, `store_unwritable`; what was begun is left for whoever owns
 * the folder.
 */
export function writeCopy(replica: Connection<ReplicaTables>, file: string): void {
  replica.pragma('synchronous = OFF');
  try {
    replica.run(sql`vacuum into ${file}`.compile(replica.query));
  } finally {
    replica.pragma('synchronous = FULL');
  }
  withStoreErrors(file, () => {
    const copy = new Database(file);
    try {
      copy.pragma('trusted_schema = OFF');
      copy.pragma('journal_mode = MEMORY');
      copy.pragma('synchronous = OFF');
      // What is taken out is not to be read from the file's unused bytes either.
      copy.pragma('secure_delete = ON');
      copy.prepare("delete from meta where key <> 'identity'").run();
      copy.pragma('journal_mode = DELETE');
    } finally {
      copy.close();
    }
  });
}
