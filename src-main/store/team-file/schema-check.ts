import { sql } from 'kysely';
import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import { changeColumns } from '../log/change.ts';

/**
 * Whether `meta` is a real table: no view or virtual table that stands in for one, and no columns
 * that are computed. Whoever made the file may have made anything.
 */
export function hasMeta(file: Connection<ReplicaTables>): boolean {
  return isPlainTable(file, 'meta', ['key', 'value']);
}

/** The same of the log, which must be kept by its ids besides. */
export function hasLog(file: Connection<ReplicaTables>): boolean {
  return isPlainTable(file, 'changes', changeColumns) && isKeptByIds(file);
}

interface TableOfList {
  readonly schema: string;
  readonly name: string;
  readonly type: string;
  readonly wr: number;
}

function isPlainTable(
  file: Connection<ReplicaTables>,
  name: string,
  columns: readonly string[],
): boolean {
  const tables = file.all(
    sql<TableOfList>`select schema, name, type, wr from pragma_table_list
      where schema = 'main' and name = ${name} collate nocase`.compile(file.query),
  );
  const [table] = tables;
  // Without its own row numbers a table could not be read past a damaged page.
  if (tables.length !== 1 || table?.type !== 'table' || table.wr !== 0) return false;
  const plain = file
    .all(
      sql<{ readonly name: string }>`
        select name from pragma_table_xinfo(${name}) where hidden = 0`.compile(file.query),
    )
    .map((column) => column.name);
  return columns.every((column) => plain.includes(column));
}

/** Without the index each page of ids would sort the whole file again. */
function isKeptByIds(file: Connection<ReplicaTables>): boolean {
  const indexes = file.all(
    sql<{ readonly name: string }>`
      select name from pragma_index_list('changes') where origin = 'pk'`.compile(file.query),
  );
  return indexes.some(({ name }) => {
    const keys = file.all(
      sql<{ readonly name: string | null; readonly coll: string }>`
        select name, coll from pragma_index_xinfo(${name}) where key = 1`.compile(file.query),
    );
    const [key] = keys;
    return keys.length === 1 && key?.name === 'id' && key.coll === 'BINARY';
  });
}
