import type { CompiledQuery } from 'kysely';
import { createQueryBuilder, type Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { DerivedRow } from './derived-row.ts';

interface Replacing {
  readonly columns: readonly string[];
  readonly query: CompiledQuery;
}

/** Compiled once for each table: a rebuild puts a hundred thousand rows. */
const replacings = new Map<string, Replacing>();

/** Puts a row in its place, or in that of the one with its id. */
export function putRow(replica: Connection<ReplicaTables>, { table, row }: DerivedRow): void {
  const values = new Map<string, unknown>(Object.entries(row));
  let replacing = replacings.get(table);
  if (replacing === undefined) {
    const query = createQueryBuilder<ReplicaTables>().replaceInto(table).values(row).compile();
    replacing = { columns: [...values.keys()], query };
    replacings.set(table, replacing);
  }
  const parameters = replacing.columns.map((column) => values.get(column));
  replica.run({ ...replacing.query, parameters });
}
