import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What a machine knows of the people who sign in at it. Nothing of it ever leaves the machine. */
export const accountsState: Migration = (db) =>
  [
    // A user's private key as this machine keeps it: JSON, encrypted by their password.
    sql`create table device_keys (
      device_id text primary key not null,
      user_id text not null,
      wrapped_key text not null
    ) strict`,

    // Wrong passwords, by the SHA-256 of the address that was typed.
    sql`create table sign_in_attempts (
      account text primary key not null,
      failures integer not null,
      last_failed_at_ms integer not null
    ) strict`,

    // The version of a document that a user last looked at here.
    sql`create table seen_versions (
      user_id text not null,
      document_id text not null,
      version_id text not null,
      primary key (user_id, document_id)
    ) strict`,
  ].map((statement) => statement.compile(db));
