import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** `state.db`: what belongs to this machine alone and is never shared. */
export const initialState: Migration = (db) =>
  [
    // One is current; the others are what this machine called itself before it lost a state.db.
    sql`create table replicas (
      id text primary key not null,
      is_current integer not null,
      since text not null
    ) strict`,

    sql`create table journal (
      document_id text primary key not null,
      base_version_ids text not null,
      saved_on text not null,
      document_body text not null
    ) strict`,

    sql`create table leases (
      name text primary key not null,
      holder text not null,
      expires_at_ms integer not null
    ) strict`,

    sql`create table machine_values (
      key text primary key not null,
      value text not null
    ) strict`,

    // The full-text index. It keeps no text of its own (the library has it), only where words stand.
    sql`create virtual table full_text using fts5 (
      document_name, document_body, autodoc_body,
      content = '', contentless_delete = 1,
      tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
    )`,
    // Which document or autodoc a row of the index is.
    sql`create table full_text_sources (
      id integer primary key not null,
      source_id text unique not null,
      document_id text not null
    ) strict`,
    sql`create index full_text_sources_of_document on full_text_sources (document_id)`,
    sql`create table full_text_documents (
      document_id text primary key not null,
      is_trashed integer not null
    ) strict`,
    // How far into the log the index has read: one row or none.
    sql`create table full_text_mark (
      position integer not null,
      change_id text not null
    ) strict`,
  ].map((statement) => statement.compile(db));
