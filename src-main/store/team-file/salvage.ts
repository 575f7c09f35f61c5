import Database from 'better-sqlite3';
import { withStoreErrors } from '../database/sqlite-errors.ts';
import { changeColumns } from '../log/change.ts';

/** Rows that are asked for together; where one of them cannot be read, each by itself. */
const stride = 64;
/** No row of the log is smaller: three ids, two hashes, a time. */
const minRowBytes = 150;
/** The longest value that is carried over. */
const maxValueBytes = 100_000_000;

export interface Salvaged {
  readonly recovered: number;
  /** Rows that cannot be read; null where nothing tells how many there were. */
  readonly unreadable: number | null;
}

/**
 * Carries the rows of a damaged file's log that can be read over to a new file `to`, each by its
 * own row number: one damaged page costs the rows on it alone, and no page is walked from, so
 * that none that points in circles is followed for ever. Rows may still say anything.
 *
 * @param bytes how long the file was before it was lengthened: rows lie in their order, none beyond
 */
export function salvage(from: string, to: string, bytes: number): Salvaged {
  return withStoreErrors(to, () => {
    const target = new Database(to);
    try {
      target.pragma('journal_mode = OFF');
      target.pragma('synchronous = OFF');
      target.exec(emptyLog);
      return withDamaged(from, (source) => carryOver(source, target, bytes));
    } finally {
      target.close();
    }
  });
}

/** As the log lies, without the indexes that only searches need. */
const emptyLog = `
  create table changes (
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
  ) strict`;

const nothing: Salvaged = { recovered: 0, unreadable: 0 };

function withDamaged(file: string, work: (source: Database.Database) => Salvaged): Salvaged {
  let source: Database.Database;
  try {
    source = new Database(file, { readonly: true, fileMustExist: true, timeout: 0 });
  } catch {
    return nothing;
  }
  try {
    source.pragma('trusted_schema = OFF');
    source.pragma('cell_size_check = ON');
    return work(source);
  } catch (thrown) {
    if (isOfDamage(thrown)) return nothing;
    throw thrown;
  } finally {
    source.close();
  }
}

function carryOver(source: Database.Database, target: Database.Database, bytes: number): Salvaged {
  const columns = changeColumns.join(', ');
  const few = source.prepare<[number, number], Row>(
    `select rowid, ${columns} from changes
     where rowid between ? and ? and ifnull(length(value), 0) <= ${maxValueBytes}
     limit ${stride}`,
  );
  const put = target.prepare<Row>(
    `insert or ignore into changes (${columns})
     values (${changeColumns.map((column) => `@${column}`).join(', ')})`,
  );
  const most = Math.ceil(bytes / minRowBytes);
  const last = lastRowId(source);
  let recovered = 0;
  let unreadable = 0;

  const carry = (first: number, end: number): void => {
    try {
      for (const row of few.all(first, end)) {
        // A page that is listed twice shows rows where they do not belong.
        if (row.rowid >= first && row.rowid <= end && isTaken(row)) recovered += 1;
        else unreadable += 1;
      }
    } catch (thrown) {
      if (!isOfDamage(thrown)) throw thrown;
      if (first === end) unreadable += 1;
      else for (let rowId = first; rowId <= end; rowId += 1) carry(rowId, rowId);
    }
  };
  /** Not so for a row whose types are not the log's, or whose id came before. */
  const isTaken = (row: Row): boolean => {
    try {
      return put.run(row).changes === 1;
    } catch (thrown) {
      if (isOfDamage(thrown) || isOfTypes(thrown)) return false;
      throw thrown;
    }
  };
  target.transaction(() => {
    const end = Math.min(last ?? most, most);
    for (let first = 1; first <= end; first += stride) {
      carry(first, Math.min(first + stride - 1, end));
    }
  })();
  return { recovered, unreadable: last === null ? null : unreadable };
}

type Row = { readonly rowid: number } & Readonly<Record<string, unknown>>;

/** The last row's number, by the log or by its index; null where neither tells. */
function lastRowId(source: Database.Database): number | null {
  for (const from of ['changes', '(select rowid from changes order by id)']) {
    try {
      const last = source.prepare(`select max(rowid) from ${from}`).pluck().get();
      return typeof last === 'number' ? last : 0;
    } catch (thrown) {
      if (!isOfDamage(thrown)) throw thrown;
    }
  }
  return null;
}

/** What SQLite says of a file, and not of the disk that it lies on. */
function isOfDamage(thrown: unknown): boolean {
  if (thrown instanceof RangeError) return true;
  return (
    thrown instanceof Database.SqliteError &&
    /^SQLITE_(CORRUPT|NOTADB|ERROR|TOOBIG|MISMATCH|IOERR_SHORT_READ)/.test(thrown.code)
  );
}

function isOfTypes(thrown: unknown): boolean {
  return thrown instanceof Database.SqliteError && thrown.code.startsWith('SQLITE_CONSTRAINT');
}
