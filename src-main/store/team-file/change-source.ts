import { sql } from 'kysely';
import type { Id } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import { compiledOnce, createQueryBuilder, type Connection } from '../database/connection.ts';
import type { ChangesTable, ReplicaTables } from '../database/schema.ts';
import { changeColumns } from '../log/change.ts';
import { decodeValue } from '../log/stored-values.ts';
import type { ChangeName, ChangeSource } from '../taking/types.ts';

/** Rows that are read at a time: a statement that stays open would forbid others meanwhile. */
const pageLength = 1_000;

const row = compiledOnce(
  sql<ChangesTable>`
    select ${sql.join(changeColumns.map((column) => sql.ref(column)))} from changes
    where id = ${''}`.compile(createQueryBuilder<ReplicaTables>()),
);

/** The log of a file that SQLite reads without complaint. Its rows may still say anything. */
export function createChangeSource(file: Connection<ReplicaTables>, libraryId: Id): ChangeSource {
  const { query } = file;
  return {
    libraryId,

    *ids() {
      for (let last: Id = ''; ;) {
        const page = file.all(
          sql<{ id: Id; sha256: unknown; signature: unknown; is_purged: number }>`
            select id, sha256, signature, value is null as is_purged from changes
            where id > ${last} and typeof(id) = 'text'
            order by id limit ${sql.lit(pageLength)}`.compile(query),
        );
        for (const { id, sha256, signature: signed, is_purged } of page) {
          if (!(sha256 instanceof Uint8Array)) continue;
          const signature = signed instanceof Uint8Array ? signed : null;
          yield { id, sha256, signature, is_purged: is_purged === 1 } satisfies ChangeName;
        }
        last = page.at(-1)?.id ?? last;
        if (page.length < pageLength) return;
      }
    },

    change: (id) => unlessUnreadable(() => file.first(row(id)) ?? null),

    value: (id) => unlessUnreadable(() => decodeValue(file, id)),
  };
}

/** How many changes can be read of it. */
export function countChanges(source: ChangeSource): number {
  let count = 0;
  for (const _name of source.ids()) count += 1;
  return count;
}

/** A row's bytes may not decode, and a number in it may be none that JavaScript has. */
function unlessUnreadable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (thrown) {
    const isOfTheRow =
      thrown instanceof AppError ? thrown.code === 'store_damaged' : isRange(thrown);
    if (isOfTheRow) return null;
    throw thrown;
  }
}

const isRange = (thrown: unknown) => thrown instanceof RangeError;
