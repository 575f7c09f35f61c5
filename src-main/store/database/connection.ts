import Database from 'better-sqlite3';
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Compilable,
  type CompiledQuery,
} from 'kysely';
import type { Logger } from '../../logging/logger.ts';
import { toStoreError, withStoreErrors } from './sqlite-errors.ts';

/*
 * Kysely builds and types every query; better-sqlite3 runs it, synchronously. Kysely's own
 * drivers are asynchronous: a transaction would have to wait between two statements, and
 * whatever else the process does in the meantime would land inside it. Here a transaction is
 * one synchronous call, so nothing can come between its statements.
 */

type Query<Row> = Compilable<Row> | CompiledQuery<Row>;

const slowQueryMs = 40;
/** Half of what SQLite lets gather in its log before whoever writes next has to clear it up. */
const pagesOfMuch = 500;
/** For so long a write asks each millisecond whether it is its turn. */
const eagerMs = 100;
/** Queries with lists have many shapes; the rest of the store has about a hundred. */
const maxCachedStatements = 500;

/** Builds and compiles queries over `Tables`; never executes one. */
export function createQueryBuilder<Tables>(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

/**
 * A query that is compiled once, for those that are asked for each of a hundred thousand changes.
 * What stands in the place of its parameters when it is built is of no matter.
 */
export function compiledOnce<Row>(
  query: Query<Row>,
): (...parameters: readonly unknown[]) => CompiledQuery<Row> {
  const once = compiled(query);
  return (...parameters) => ({ ...once, parameters });
}

export interface ConnectionOptions {
  readonly file: string;
  readonly logger: Logger;
  /** How long a statement waits for another connection's transaction. */
  readonly busyTimeoutMs: number;
  /** Most pages the file may have: a full disk, for trying one out. */
  readonly maxPageCount?: number | undefined;
  /** Whether the file is not even to be switched to another journal: it is somebody else's copy. */
  readonly isReadOnly?: boolean | undefined;
}

/** One SQLite file, open for reading and mostly for writing. Every method throws `AppError`. */
export class Connection<Tables> {
  readonly file: string;
  readonly query: Kysely<Tables> = createQueryBuilder<Tables>();
  readonly #database: Database.Database;
  readonly #logger: Logger;
  readonly #busyTimeoutMs: number;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(options: ConnectionOptions) {
    const { file, logger, busyTimeoutMs, maxPageCount, isReadOnly = false } = options;
    this.file = file;
    this.#logger = logger;
    this.#busyTimeoutMs = busyTimeoutMs;
    // SQLite itself waits for nothing: the steps it would wait in grow to a tenth of a second.
    const database = withStoreErrors(
      file,
      () => new Database(file, { timeout: 0, readonly: isReadOnly }),
    );
    this.#database = database;
    try {
      database.pragma('trusted_schema = OFF');
      if (isReadOnly) return;
      // Readers and the writer do not wait for each other; an old -wal is recovered here.
      switchToWriteAheadLog(database, busyTimeoutMs);
      // The build's default in WAL mode is NORMAL: the last commits could vanish in a power cut.
      database.pragma('synchronous = FULL');
      // No derived row may be refused for what another machine has not sent yet.
      database.pragma('foreign_keys = OFF');
      if (maxPageCount !== undefined) database.pragma(`max_page_count = ${maxPageCount}`);
    } catch (thrown) {
      database.close();
      throw toStoreError(thrown, file);
    }
  }

  /** Every row. */
  all<Row>(query: Query<Row>): Row[] {
    return this.#execute(query, (statement, parameters) => statement.all(...parameters)) as Row[];
  }

  /** The first row. */
  first<Row>(query: Query<Row>): Row | undefined {
    return this.#execute(query, (statement, parameters) => statement.get(...parameters)) as
      Row | undefined;
  }

  /** Row by row, for answers that do not belong in memory at once. Writes nothing meanwhile. */
  *each<Row>(query: Query<Row>): Generator<Row> {
    // A statement of its own: a cached one may be asked for again while this one is under way.
    const { sql, parameters } = compiled(query);
    try {
      const { rows, first } = this.#patiently(() => {
        const iterator = this.#database.prepare(sql).iterate(...parameters);
        return { rows: iterator as IterableIterator<Row>, first: iterator.next() };
      });
      if (first.done === true) return;
      // Whoever stops half-way lets the file go.
      try {
        yield first.value as Row;
        yield* rows;
      } finally {
        rows.return?.();
      }
    } catch (thrown) {
      throw toStoreError(thrown, this.file);
    }
  }

  /** Executes a statement that answers no rows; the number of rows it changed. */
  run(query: Query<unknown>): number {
    return this.#execute(query, (statement, parameters) => statement.run(...parameters)).changes;
  }

  /**
   * All of `work` or none of it. The write lock is taken at the start, so what `work` reads is
   * what its writes meet, whichever process else writes.
   */
  write<T>(work: () => T): T {
    if (this.#database.inTransaction) throw new Error('A transaction inside a transaction');
    return withStoreErrors(this.file, () => {
      this.#patiently(() => this.#prepare('begin immediate').run());
      try {
        const result = work();
        this.#patiently(() => this.#prepare('commit').run());
        return result;
      } catch (thrown) {
        // A full disk has ended it already.
        if (this.#database.inTransaction) this.#prepare('rollback').run();
        throw thrown;
      }
    });
  }

  /**
   * As `write`, but nobody waits for the disk: after a power cut it may be as if it had never
   * been, until something is written by `write`.
   */
  writeUnflushed<T>(work: () => T): T {
    // Who writes much brings it into the file, before it is anybody else's turn to do that.
    this.pragma(`wal_autocheckpoint = ${pagesOfMuch}`);
    this.pragma('synchronous = NORMAL');
    try {
      return this.write(work);
    } finally {
      this.pragma('synchronous = FULL');
    }
  }

  /** Everything `work` reads is of one moment. */
  read<T>(work: () => T): T {
    if (this.#database.inTransaction) return work();
    return withStoreErrors(this.file, () => this.#database.transaction(work).deferred());
  }

  pragma(source: string): unknown {
    return withStoreErrors(this.file, () =>
      this.#patiently(() => this.#database.pragma(source, { simple: true })),
    );
  }

  /** What SQLite finds wrong with the file, at most `limit` lines; empty when all is well. */
  integrityProblems(check: 'quick_check' | 'integrity_check', limit: number): string[] {
    const rows = withStoreErrors(this.file, () =>
      this.#patiently(() => this.#database.pragma(`${check}(${limit})`)),
    );
    return (rows as Record<string, string>[])
      .map((row) => row[check] ?? '')
      .filter((line) => line !== 'ok');
  }

  close(): void {
    this.#database.close();
  }

  #execute<Row, Answer>(
    query: Query<Row>,
    how: (statement: Database.Statement, parameters: readonly unknown[]) => Answer,
  ): Answer {
    const { sql, parameters } = compiled(query);
    const started = performance.now();
    try {
      return this.#patiently(() => how(this.#prepare(sql), parameters));
    } catch (thrown) {
      throw toStoreError(thrown, this.file);
    } finally {
      const tookMs = performance.now() - started;
      // The statement has placeholders where its values go: no text of a document is in it.
      if (tookMs > slowQueryMs) {
        this.#logger.warn('slow query', { took_ms: Math.round(tookMs), sql });
      }
    }
  }

  /**
   * Asks again for as long as another connection is in the way: each millisecond at first, as
   * nobody writes for long, so that a person waits no longer than the other takes.
   */
  #patiently<T>(work: () => T): T {
    const started = performance.now();
    for (;;) {
      try {
        return work();
      } catch (thrown) {
        const waitedMs = performance.now() - started;
        if (!isBusy(thrown) || waitedMs >= this.#busyTimeoutMs) throw thrown;
        sleep(waitedMs < eagerMs ? 1 : 10);
      }
    }
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      if (this.#statements.size >= maxCachedStatements) this.#statements.clear();
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function compiled<Row>(query: Query<Row>): CompiledQuery<Row> {
  return 'compile' in query ? query.compile() : query;
}

/**
 * The switch needs the file to itself for a moment and SQLite does not wait for that, so two
 * processes that make a library at once would fail without a second try.
 */
function switchToWriteAheadLog(database: Database.Database, busyTimeoutMs: number): void {
  const giveUpAt = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      database.pragma('journal_mode = WAL');
      return;
    } catch (thrown) {
      if (!isBusy(thrown) || performance.now() > giveUpAt) throw thrown;
      sleep(5);
    }
  }
}

/** Held by another connection, and waiting helps. */
function isBusy(thrown: unknown): boolean {
  if (!(thrown instanceof Database.SqliteError)) return false;
  return thrown.code.startsWith('SQLITE_BUSY') && thrown.code !== 'SQLITE_BUSY_SNAPSHOT';
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
