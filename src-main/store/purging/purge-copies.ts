import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import type { PurgedThings } from './traces-mark.ts';

/** Where this machine keeps earlier files of a library, in the library's folder. */
const folders = ['backups', 'team/generations', 'team/trash', 'team/quarantine'];

/** What is kept of a `state.db` that was damaged: it has what was typed, and perhaps not saved. */
const damagedState = /^state-damaged-.*\.db(-wal)?$/;

/**
 * Empties a purged document in the copies that this machine keeps beside the library: backups,
 * earlier team files, merged conflict copies. Answers the files that cannot be written to, which
 * may still have it.
 */
export function purgeCopies(directory: string, things: PurgedThings): readonly string[] {
  const files = folders.flatMap((folder) => filesIn(path.join(directory, folder)));
  return [...files.filter((file) => !isPurged(file, things)), ...damagedStatesIn(directory)];
}

/**
 * They are left as they are: what SQLite does not find in a damaged file may still be read from it,
 * and what it loses while it writes may be the only text of another document.
 */
function damagedStatesIn(directory: string): readonly string[] {
  const names = fs.readdirSync(directory).filter((name) => damagedState.test(name));
  return names.map((name) => path.join(directory, name));
}

function filesIn(folder: string): readonly string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/-(wal|shm|journal)$/.test(entry.name))
    .map((entry) => path.join(folder, entry.name));
}

/** False where it could not be done: a damaged file, or one of another kind. */
function isPurged(file: string, things: PurgedThings): boolean {
  let database: Database.Database | null = null;
  try {
    database = new Database(file, { fileMustExist: true });
    // The file may have been anybody's.
    database.pragma('trusted_schema = OFF');
    const count = database.transaction(() => emptyIn(database!, things)).immediate();
    // What was emptied still lies in the file's free places.
    if (count > 0) database.exec('vacuum');
    return true;
  } catch {
    return false;
  } finally {
    database?.close();
  }
}

function emptyIn(database: Database.Database, things: PurgedThings): number {
  const { documentId, entities, changeIds } = things;
  // An older copy has fewer tables.
  const tables = database
    .prepare<[], string>(`select name from sqlite_schema where type = 'table'`)
    .pluck()
    .all();
  let count = 0;
  const run = (table: string, statement: string, parameter: string | null): void => {
    if (!tables.includes(table)) return;
    count += database.prepare(statement).run(parameter).changes;
  };
  const changes = JSON.stringify(changeIds);
  for (const table of ['changes', 'change_collisions']) {
    const isToBeEmptied = 'value is not null and id in (select value from json_each(?))';
    run(table, `update ${table} set value = null, base_id = null where ${isToBeEmptied}`, changes);
  }
  const ids = JSON.stringify(entities.map(({ entity_id }) => entity_id));
  for (const table of ['documents', 'document_summaries', 'autodocs', 'revisions', 'comments']) {
    run(table, `delete from ${table} where id in (select value from json_each(?))`, ids);
  }
  for (const table of ['versions', 'conflicts']) {
    run(table, `delete from ${table} where document_id = ?`, documentId);
  }
  return count;
}
