import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What stands beside a document's text because it did not merge, and what was purged. */
export const team: Migration = (db) =>
  [
    // A version that is a head of its document and not in the text shown.
    sql`create table conflicts (
      id text primary key not null,
      document_id text not null,
      created_by text not null,
      created_on text not null
    ) strict`,
    sql`create index conflicts_of_document on conflicts (document_id)`,

    // By document. The changes of a purged document stay, without their words.
    sql`create table purges (
      id text primary key not null,
      purged_by text not null,
      purged_on text not null
    ) strict`,
  ].map((statement) => statement.compile(db));
