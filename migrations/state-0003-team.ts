import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What a machine remembers of the team file, and of work that other machines said they would do. */
export const teamState: Migration = (db) =>
  [
    // Files in the team file's folder that were read, by their names: unchanged ones are not read again.
    sql`create table seen_files (
      name text primary key not null,
      file_stat text not null,
      outcome text not null
    ) strict`,

    // Drafts queued on other machines, and when this one first saw them.
    sql`create table queued_elsewhere (
      autodoc_id text primary key not null,
      seen_at_ms integer not null
    ) strict`,

    // Signatures that were found good: SHA-256 of the change's hash, the public key and the signature.
    sql`create table checked_signatures (
      digest blob primary key not null
    ) strict, without rowid`,
  ].map((statement) => statement.compile(db));
