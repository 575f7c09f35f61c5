import Database from 'better-sqlite3';
import fc from 'fast-check';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { filledLibrary, openLibrary } from '../../fixtures/store/temporary-library.ts';

const parameters = { seed: testSeed(), numRuns: largeCount(1_000) };

/** The cell with one bit flipped, of the type that it had. */
function flip(cell: unknown, bit: number): unknown {
  if (typeof cell === 'number') return cell ^ (1 << (bit % 20));
  const bytes = Buffer.from(cell as string | Buffer);
  const at = bit % (bytes.length * 8);
  bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
  return typeof cell === 'string' ? bytes.toString('latin1') : bytes;
}

describe('one flipped bit', () => {
  it('anywhere in the log or the tables is found', () => {
    const directory = filledLibrary();
    const library = openLibrary({ directory });
    const database = new Database(path.join(directory, 'replica.db'));
    const tables = ['changes', 'changes', 'meta', 'users', 'documents', 'autodocs', 'versions'];
    fc.assert(
      fc.property(
        fc.constantFrom(...tables),
        fc.nat(),
        fc.nat(),
        fc.nat(),
        (table, at, column, bit) => {
          const rows = database.prepare(`select rowid, * from ${table} order by rowid`).all();
          const row = rows[at % rows.length] as Record<string, unknown>;
          const cells = Object.entries(row).filter(
            ([name, cell]) => name !== 'rowid' && cell !== null && cell !== '',
          );
          const [name, cell] = cells[column % cells.length] ?? ['', null];
          const set = database.prepare(`update ${table} set ${name} = ? where rowid = ?`);
          set.run(flip(cell, bit), row.rowid);
          expect(library.verify().ok, `${table}.${name}`).toBe(false);
          set.run(cell, row.rowid);
          expect(library.verify().problems).toEqual([]);
        },
      ),
      parameters,
    );
    database.close();
  }, 600_000);
});
