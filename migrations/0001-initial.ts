import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/**
 * `replica.db`: the log (`changes`), what it says about itself (`meta`), changes that came
 * twice with different contents (`change_collisions`), and the tables derived from it.
 *
 * Derived tables have no foreign keys and no UNIQUE beyond their ids, so that nothing another
 * machine wrote can make an import fail.
 */
export const initial: Migration = (db) =>
  [
    // `value` is JSON text when plain and a BLOB when compressed against the value of `base_id`.
    sql`create table changes (
      id text primary key not null,
      replica_id text not null,
      seq integer not null,
      hlc text not null,
      actor_id text not null,
      entity text not null,
      entity_id text not null,
      field text not null,
      parents text not null,
      value any,
      base_id text,
      value_sha256 blob not null,
      sha256 blob not null,
      signature blob
    ) strict`,
    sql`create index changes_of_entity on changes (entity, entity_id, field)`,
    sql`create index changes_in_time on changes (hlc)`,
    // Not unique: a cloned profile uses the same numbers again.
    sql`create index changes_of_replica on changes (replica_id, seq)`,

    sql`create table change_collisions (
      id text not null,
      replica_id text not null,
      seq integer not null,
      hlc text not null,
      actor_id text not null,
      entity text not null,
      entity_id text not null,
      field text not null,
      parents text not null,
      value any,
      base_id text,
      value_sha256 blob not null,
      sha256 blob not null,
      signature blob,
      received_on text not null,
      primary key (id, sha256)
    ) strict`,

    sql`create table meta (
      key text primary key not null,
      value text not null
    ) strict`,

    sql`create table users (
      id text primary key not null,
      name text not null,
      email text not null,
      organization text not null,
      user_type text not null,
      user_status text not null,
      created_on text not null,
      last_login text
    ) strict`,

    // The body stands last: SQLite reads a row from its front, and a list needs all but the body.
    sql`create table documents (
      id text primary key not null,
      document_name text not null,
      document_state text not null,
      folder text not null,
      tags text not null,
      brief text not null,
      due_on text,
      created_by text not null,
      created_on text not null,
      updated_on text not null,
      trashed_on text,
      document_body text not null
    ) strict`,
    sql`create index documents_in_library on documents (updated_on desc, id desc)
      where trashed_on is null`,
    sql`create index documents_in_trash on documents (updated_on desc, id desc)
      where trashed_on is not null`,

    // What a list shows of a body, so that it never reads one.
    sql`create table document_summaries (
      id text primary key not null,
      excerpt text not null,
      words integer not null
    ) strict`,

    sql`create table retentions (
      id text primary key not null,
      sponsor_id text not null,
      editor_id text not null,
      document_id text not null,
      created_on text not null,
      ended_on text
    ) strict`,

    sql`create table autodocs (
      id text primary key not null,
      autodoc_body text not null,
      autodoc_state text not null,
      failure text,
      version_id text not null,
      prompt_start integer,
      prompt_end integer,
      model_name text not null,
      model_sha256 text,
      parameters text not null,
      seed integer not null,
      device text,
      variant text,
      tokens integer,
      score real,
      duration_ms real,
      created_by text not null,
      created_on text not null
    ) strict`,
    sql`create index autodocs_in_queue on autodocs (created_on, id)
      where autodoc_state = 'queued'`,

    sql`create table revisions (
      id text primary key not null,
      document_id text not null,
      autodoc_id text not null,
      created_on text not null
    ) strict`,
    sql`create index revisions_of_document on revisions (document_id)`,
    sql`create index revisions_of_autodoc on revisions (autodoc_id)`,

    // No body: it is the value of the change with this id.
    sql`create table versions (
      id text primary key not null,
      document_id text not null,
      parents text not null,
      created_by text not null,
      created_on text not null
    ) strict`,
    sql`create index versions_of_document on versions (document_id)`,

    // Who did what, and when. The time is in the change's id: UUIDv7 begins with milliseconds.
    sql`create view audit as
      select
        changes.id,
        strftime('%Y-%m-%dT%H:%M:%fZ', ${sql.raw(millisecondsOfId)} / 1000.0, 'unixepoch') as changed_on,
        changes.hlc,
        changes.replica_id,
        changes.actor_id,
        users.name as actor_name,
        changes.entity,
        changes.entity_id,
        changes.field,
        changes.parents
      from changes left join users on users.id = changes.actor_id`,
  ].map((statement) => statement.compile(db));

/** SQLite reads no hexadecimal numbers out of text, so the sum is spelled out digit by digit. */
export const millisecondsOfId = `(${[1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13]
  .map(
    (position, index) =>
      `(instr('0123456789abcdef', substr(changes.id, ${position}, 1)) - 1) * ${16 ** (11 - index)}`,
  )
  .join(' + ')})`;
