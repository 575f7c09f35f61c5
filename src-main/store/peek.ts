import path from 'node:path';
import Database from 'better-sqlite3';

/** What can be told of a library without opening it for work. */
export interface Peeked {
  /** Null where it cannot be read. */
  readonly libraryId: string | null;
  /** A value of this machine's; null for one that was never set, or cannot be read. */
  get(key: string): unknown;
}

/**
 * Looks into a library that is not opened: into the names of it, and of whom it is shared with.
 * Never makes, changes or mends anything; what cannot be read is null.
 */
export function peekIntoLibrary(directory: string, keys: readonly string[]): Peeked {
  const found = new Map(
    readRows(path.join(directory, 'state.db'), 'machine_values', keys).map((row) => [
      row.key,
      row.value,
    ]),
  );
  const [identity] = readRows(path.join(directory, 'replica.db'), 'meta', ['identity']);
  const { library_id: libraryId } = (parsed(identity?.value) ?? {}) as Record<string, unknown>;
  return {
    libraryId: typeof libraryId === 'string' ? libraryId : null,
    get: (key) => parsed(found.get(key)),
  };
}

interface Row {
  readonly key: string;
  readonly value: string;
}

function readRows(file: string, table: string, keys: readonly string[]): readonly Row[] {
  let database: Database.Database | null = null;
  try {
    database = new Database(file, { readonly: true, fileMustExist: true, timeout: 200 });
    const statement = database.prepare<[string], Row>(
      `select key, value from ${table} where key = ?`,
    );
    return keys.flatMap((key) => statement.get(key) ?? []);
  } catch {
    return [];
  } finally {
    database?.close();
  }
}

function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? null : (JSON.parse(json) as unknown);
  } catch {
    return null;
  }
}
