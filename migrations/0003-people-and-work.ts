import { sql } from 'kysely';
import { millisecondsOfId } from './0001-initial.ts';
import type { Migration } from './migration.ts';

const told = sql.raw(`entity in (
  'library', 'user', 'user_device', 'document', 'retention', 'autodoc', 'comment', 'import'
) and field <> 'last_login'
  and not (parents = '[]' and field in
    ('comment_body', 'document_body', 'name', 'email', 'organization', 'user_type'))`);

/**
 * Accounts, the machines that sign for them, what is said about a document on its way to
 * approval, and the changes that their authors were not entitled to.
 *
 * Every table here follows from the log and is made anew after this step, so those that get a
 * new column are dropped: in `documents` the long texts have to stand last.
 */
export const peopleAndWork: Migration = (db) =>
  [
    // One row once accounts are on, none while the library is open.
    sql`create table accounts (
      id text primary key not null,
      switched_on_by text not null,
      switched_on text not null
    ) strict`,

    sql`drop view audit`,
    sql`drop table users`,
    // What a search looks through: name, address and organization, folded.
    sql`create table users (
      id text primary key not null,
      name text not null,
      email text not null,
      organization text not null,
      user_type text not null,
      user_status text not null,
      created_on text not null,
      last_login text,
      search_text text not null
    ) strict`,
    sql`create index users_by_name on users (search_text, id)`,

    sql`create table user_devices (
      id text primary key not null,
      user_id text not null,
      device_name text not null,
      public_key text not null,
      device_status text not null,
      created_on text not null
    ) strict`,
    sql`create index user_devices_of_user on user_devices (user_id)`,

    sql`create table replicas (
      id text primary key not null,
      name text not null
    ) strict`,

    sql`drop table documents`,
    sql`create table documents (
      id text primary key not null,
      document_name text not null,
      document_state text not null,
      folder text not null,
      tags text not null,
      due_on text,
      target_words integer,
      created_by text not null,
      created_on text not null,
      updated_on text not null,
      trashed_on text,
      brief text not null,
      notes text not null,
      document_body text not null
    ) strict`,
    // With what a list is filtered by, so that it is counted without a look at the documents.
    sql`create index documents_in_library
      on documents (updated_on desc, id desc, created_by, document_state, due_on)
      where trashed_on is null`,
    sql`create index documents_in_trash on documents (updated_on desc, id desc)
      where trashed_on is not null`,
    sql`create index documents_of_sponsor on documents (created_by, updated_on desc, id desc)`,

    sql`drop table document_summaries`,
    // machine_share: the part of the words that stand as a model wrote them, 0 to 1.
    sql`create table document_summaries (
      id text primary key not null,
      excerpt text not null,
      words integer not null,
      machine_share real not null
    ) strict`,

    sql`create index retentions_of_document on retentions (document_id)`,
    sql`create index retentions_of_editor on retentions (editor_id)`,

    // anchor: JSON object or null. removed_on: its words are gone from view, its answers stay.
    sql`create table comments (
      id text primary key not null,
      document_id text not null,
      thread_id text,
      comment_body text not null,
      anchor text,
      document_state text,
      created_by text not null,
      created_on text not null,
      edited_on text,
      resolved_on text,
      resolved_by text,
      removed_on text
    ) strict`,
    sql`create index comments_of_document on comments (document_id)`,

    // Changes that have no effect, and why: their authors were not entitled to them.
    sql`create table refusals (
      id text primary key not null,
      entity text not null,
      entity_id text not null,
      reason text not null
    ) strict`,
    sql`create index refusals_of_entity on refusals (entity, entity_id)`,

    // What the audit log tells of, in its order: a page and a count read nothing but the index.
    sql`create index changes_told on changes (hlc, id, entity) where ${told}`,
    sql`create index changes_told_of_actor on changes (actor_id, hlc, id, entity)
      where ${told}`,
    // What people are told of.
    sql`create index changes_to_tell on changes (hlc)
      where field in ('document_state', 'terms', 'content', 'outcome')`,

    // Who did what when, on which machine, and why it counts for nothing where it does not.
    sql`create view audit as
      select
        changes.id,
        strftime('%Y-%m-%dT%H:%M:%fZ', ${sql.raw(millisecondsOfId)} / 1000.0, 'unixepoch') as changed_on,
        changes.hlc,
        changes.replica_id,
        replicas.name as machine_name,
        changes.actor_id,
        users.name as actor_name,
        changes.entity,
        changes.entity_id,
        changes.field,
        changes.parents,
        refusals.reason as refused
      from changes
        left join users on users.id = changes.actor_id
        left join replicas on replicas.id = changes.replica_id
        left join refusals on refusals.id = changes.id`,
  ].map((statement) => statement.compile(db));
