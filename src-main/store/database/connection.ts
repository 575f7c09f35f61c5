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

export interface ConnectionOptions {
  readonly file: string;
  readonly logger: Logger;
  /** How long a statement waits for another process's transaction. */
  readonly busyTimeoutMs: number;
  /** Most pages the file may have: a full disk, for trying one out. */
  readonly maxPageCount?: number | undefined;
}

/** One SQLite file, open for reading and writing. Every method throws `AppError`. */
export class Connection<Tables> {
  readonly file: string;
  readonly query: Kysely<Tables> = createQueryBuilder<Tables>();
  readonly #database: Database.Database;
  readonly #logger: Logger;
  readonly #statements = new Map<string, Database.Statement>();

  constructor({ file, logger, busyTimeoutMs, maxPageCount }: ConnectionOptions) {
    this.file = file;
    this.#logger = logger;
    const database = withStoreErrors(file, () => new Database(file, { timeout: busyTimeoutMs }));
    this.#database = database;
    try {
      database.pragma('trusted_schema = OFF');
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
      yield* this.#database.prepare(sql).iterate(...parameters) as IterableIterator<Row>;
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
    return withStoreErrors(this.file, () => this.#database.transaction(work).immediate());
  }

  /** Everything `work` reads is of one moment. */
  read<T>(work: () => T): T {
    if (this.#database.inTransaction) return work();
    return withStoreErrors(this.file, () => this.#database.transaction(work).deferred());
  }

  pragma(source: string): unknown {
    return withStoreErrors(this.file, () => this.#database.pragma(source, { simple: true }));
  }

  /** What SQLite finds wrong with the file, at most `limit` lines; empty when all is well. */
  integrityProblems(check: 'quick_check' | 'integrity_check', limit: number): string[] {
    const rows = withStoreErrors(this.file, () => this.#database.pragma(`${check}(${limit})`));
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
      return how(this.#prepare(sql), parameters);
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
      const isBusy = thrown instanceof Database.SqliteError && thrown.code === 'SQLITE_BUSY';
      if (!isBusy || performance.now() > giveUpAt) throw thrown;
      sleep(5);
    }
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
