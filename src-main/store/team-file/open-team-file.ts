import Database from 'better-sqlite3';
import { sql } from 'kysely';
import fs from 'node:fs';
import type { Id } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import type { Logger } from '../../logging/logger.ts';
import { Connection } from '../database/connection.ts';
import { applicationId } from '../database/migrate.ts';
import type { ReplicaTables } from '../database/schema.ts';
import { toStoreError } from '../database/sqlite-errors.ts';
import { isReadable, parseIdentity } from '../library-identity.ts';
import type { ChangeSource } from '../taking/types.ts';
import { createChangeSource } from './change-source.ts';
import { readFileShape, type FileShape } from './file-shape.ts';
import { lengthened } from './lengthened.ts';
import { salvage } from './salvage.ts';
import { hasLog, hasMeta } from './schema-check.ts';

/** What a private copy of a file turned out to be. */
export type TeamFile =
  /** Whole. A row may still be damaged: each has its own hash. */
  | (OpenSource & { readonly kind: 'sound'; readonly libraryId: Id })
  /**
   * Of a library as far as its identity tells, and damaged. `source` has what could be read,
   * `unreadable` counts rows that could not; null where nothing tells how many there were.
   */
  | (OpenSource & {
      readonly kind: 'damaged';
      readonly libraryId: Id;
      readonly unreadable: number | null;
    })
  /** Another library's: its identity proves it. */
  | { readonly kind: 'foreign'; readonly libraryId: Id }
  /** Of this library, in a format that a later version of Autodoc made. */
  | { readonly kind: 'newer'; readonly libraryId: Id }
  /**
   * Nothing tells whose it is, so nothing is taken from it. `isSound`: a whole database of
   * something else; otherwise it is none, or one that is damaged beyond its name.
   */
  | { readonly kind: 'unrecognised'; readonly isSound: boolean };

interface OpenSource {
  readonly source: ChangeSource;
  close(): void;
}

/** Where anything of it is open. */
export function closeTeamFile(file: TeamFile): void {
  if (file.kind === 'sound' || file.kind === 'damaged') file.close();
}

export interface OpenTeamFileOptions {
  /**
   * A private copy, which may be written to: a journal beside it is played back, and what could
   * be read of a damaged one is laid beside it as `<file>.salvaged`.
   */
  readonly file: string;
  /** Whose file it should be; null for anybody's. */
  readonly libraryId: Id | null;
  readonly logger: Logger;
  /** Whether sidecars lie beside the copy. */
  readonly hasSidecars?: boolean;
}

/**
 * Looks into a private copy of a team file. Nothing in it is trusted: a file that SQLite calls
 * sound may be made by anybody. Throws `AppError` for what is wrong with the disk alone.
 *
 * A file whose identity cannot be verified is this library's where it names this library, up to
 * two characters that a flipped bit may have changed: no two libraries' ids are that close. Rows
 * are taken from no other, since libraries that were made from each other have rows in common.
 */
export function openTeamFile(options: OpenTeamFileOptions): TeamFile {
  const { file, logger, hasSidecars = false } = options;
  const shape = readFileShape(file);
  if (shape === null) return { kind: 'unrecognised', isSound: false };
  if ((hasSidecars || shape.needsLog) && !playBack(file)) {
    return { kind: 'unrecognised', isSound: false };
  }
  const played = readFileShape(file) ?? shape;
  const readable = lengthened(file, played);
  let connection: Connection<ReplicaTables>;
  try {
    connection = new Connection({ file: readable, logger, busyTimeoutMs: 0, isReadOnly: true });
  } catch (thrown) {
    if (isOfDamage(thrown)) return { kind: 'unrecognised', isSound: false };
    throw thrown;
  }
  let opened: TeamFile | null = null;
  try {
    opened = examine(connection, { ...options, file: readable }, played);
    return opened;
  } catch (thrown) {
    if (isOfDamage(thrown)) return { kind: 'unrecognised', isSound: false };
    throw thrown;
  } finally {
    if (opened?.kind !== 'sound') connection.close();
  }
}

function examine(
  connection: Connection<ReplicaTables>,
  options: OpenTeamFileOptions,
  shape: FileShape,
): TeamFile {
  const isSound = shape.isWhole && isIntact(connection);
  const identity = readable(false, () => hasMeta(connection)) ? whoseIs(connection, options) : null;
  if (identity === null) return { kind: 'unrecognised', isSound: isSound && !isOurs(connection) };
  const { libraryId } = identity;
  if (identity.isVerified && options.libraryId !== null && libraryId !== options.libraryId) {
    return { kind: 'foreign', libraryId };
  }
  if (identity.isNewer) return { kind: 'newer', libraryId };
  const isLog = readable(false, () => hasLog(connection));
  if (isSound && identity.isVerified && isOurs(connection) && isLog) {
    const source = createChangeSource(connection, libraryId);
    return { kind: 'sound', libraryId, source, close: () => connection.close() };
  }
  return openSalvaged(options, libraryId, isLog ? shape.bytes : null);
}

interface Whose {
  readonly libraryId: Id;
  readonly isVerified: boolean;
  readonly isNewer: boolean;
}

/** Null where nothing tells. */
function whoseIs(
  connection: Connection<ReplicaTables>,
  { libraryId }: OpenTeamFileOptions,
): Whose | null {
  const row = readable(undefined, () =>
    connection.first(
      sql<{ readonly value: unknown }>`
        select value from meta where key = 'identity' and length(value) < 10000`.compile(
        connection.query,
      ),
    ),
  );
  const said = typeof row?.value === 'string' ? parseIdentity(row.value) : null;
  if (said === null) return null;
  const { identity, isVerified } = said;
  if (isVerified) {
    return { libraryId: identity.library_id, isVerified, isNewer: !isReadable(identity) };
  }
  const isAlmostThis = libraryId !== null && isClose(identity.library_id, libraryId);
  return isAlmostThis ? { libraryId, isVerified, isNewer: false } : null;
}

/** Whether two ids differ by no more than a flipped bit or two would change. */
export function isClose(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  return Array.from(one).filter((character, at) => character !== other[at]).length <= 2;
}

function openSalvaged(
  { file, logger }: OpenTeamFileOptions,
  libraryId: Id,
  /** Null for one whose log is none: what stands in for it is not read. */
  bytes: number | null,
): TeamFile {
  if (bytes === null) {
    const source: ChangeSource = { libraryId, ids: () => [], change: nothing, value: nothing };
    return { kind: 'damaged', libraryId, unreadable: 0, source, close: () => undefined };
  }
  const rescued = `${file}.salvaged`;
  const { unreadable } = salvage(file, rescued, bytes);
  const connection = new Connection<ReplicaTables>({
    ...{ file: rescued, logger, busyTimeoutMs: 0, isReadOnly: true },
  });
  const source = createChangeSource(connection, libraryId);
  return { kind: 'damaged', libraryId, unreadable, source, close: () => connection.close() };
}

const nothing = () => null;

function isOurs(connection: Connection<ReplicaTables>): boolean {
  return Number(connection.pragma('application_id')) === applicationId;
}

function isIntact(connection: Connection<ReplicaTables>): boolean {
  return readable(false, () => connection.integrityProblems('integrity_check', 1).length === 0);
}

/**
 * Plays a journal back into the copy and leaves it without one; whether that went well. One that
 * names a journal over several databases is none of a team file's: SQLite would delete whatever
 * file it names.
 */
function playBack(file: string): boolean {
  try {
    if (endsInName(`${file}-journal`)) return false;
    const database = new Database(file, { timeout: 0 });
    try {
      database.pragma('trusted_schema = OFF');
      return database.pragma('journal_mode = DELETE', { simple: true }) === 'delete';
    } finally {
      database.close();
    }
  } catch (thrown) {
    const error = toStoreError(thrown, file);
    if (isOfDamage(error)) return false;
    throw error;
  }
}

/** Whether a journal has another one's name at its end: there stands SQLite's mark again. */
function endsInName(journal: string): boolean {
  if (!fs.existsSync(journal)) return false;
  return fs.readFileSync(journal).subarray(-journalMark.length).equals(journalMark);
}

const journalMark = Buffer.from('d9d505f920a163d7', 'hex');

/** What damage keeps from being read is `otherwise`. */
function readable<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (isOfDamage(thrown)) return otherwise;
    throw thrown;
  }
}

/** What SQLite says of the copy's bytes. Any error that is not of the disk is of them. */
function isOfDamage(thrown: unknown): boolean {
  if (thrown instanceof AppError) return thrown.code === 'store_damaged';
  return thrown instanceof Database.SqliteError;
}
