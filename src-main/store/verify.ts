import { sql } from 'kysely';
import { AppError } from '../contract/errors.ts';
import type { Connection } from './database/connection.ts';
import type { ChangesTable, ReplicaTables, StateTables } from './database/schema.ts';
import { readIdentity } from './library-identity.ts';
import { changeSha256, sha256 } from './log/change.ts';
import type { ChangeReader } from './log/change-log.ts';
import { derivedTables } from './projection/derived-tables.ts';
import type { Projector } from './projection/projector.ts';
import type { FullTextIndex } from './state/full-text-index.ts';
import type { ReplicaIds } from './state/replica-ids.ts';
import type { StoreReport } from './types.ts';

/** More lines than this tell nobody more. */
const maxProblems = 100;

export interface VerifyRoom {
  readonly replica: Connection<ReplicaTables>;
  readonly state: Connection<StateTables>;
  readonly log: ChangeReader;
  readonly projector: Projector;
  readonly replicaIds: ReplicaIds;
}

/**
 * Reads everything and compares: SQLite's own check of both files, the identity, the hashes of
 * each change, gaps in the log, and each derived row with what the log gives. Writes nothing.
 * SQLite's check alone passed 330 of 400 single flipped bits.
 */
export function verifyStore(room: VerifyRoom): StoreReport {
  const problems = room.replica.read(() => [
    ...guarded('replica.db', () => room.replica.integrityProblems('integrity_check', 20)),
    ...guarded('state.db', () => stateProblems(room)),
    ...logProblems(room),
    ...guarded('derived tables', () => derivedProblems(room)),
  ]);
  return report(room, problems);
}

/**
 * Everything that follows from the log anew (indexes, derived tables, the search index), then
 * verified. Not from a log that is damaged: what is derived may then be the only sound copy of
 * a text.
 */
export function rebuildStore(room: VerifyRoom, index: FullTextIndex): StoreReport {
  const problems = room.replica.write(() => {
    room.replica.run(sql`reindex`.compile(room.replica.query));
    const found = logProblems(room);
    if (found.length === 0) room.projector.rebuild();
    return found;
  });
  if (problems.length > 0) {
    return report(room, [
      ...problems,
      'derived tables: left as they are, because what they come from is damaged',
    ]);
  }
  index.rebuild();
  return verifyStore(room);
}

function stateProblems({ state }: VerifyRoom): readonly string[] {
  // FTS5 checks by what this connection last read of the index's structure. Where another
  // process has written since, that would look like damage: a query reads it anew.
  state.first(sql`select rowid from full_text limit 1`.compile(state.query));
  return state.integrityProblems('integrity_check', 20);
}

/** What is wrong with what cannot be made anew. */
function logProblems(room: VerifyRoom): readonly string[] {
  return [
    ...guarded('identity', () => {
      readIdentity(room.replica);
      return [];
    }),
    ...guarded('log', () => changeProblems(room)),
    ...guarded('log', () => gapProblems(room)),
  ];
}

function report(room: VerifyRoom, problems: readonly string[]): StoreReport {
  const more = problems.length - maxProblems;
  return {
    ok: problems.length === 0,
    ...countRows(room),
    problems:
      more <= 0 ? problems : [...problems.slice(0, maxProblems), `and ${more} problems more`],
  };
}

/** Damage that keeps a check from reading on is what the check found. */
function guarded(subject: string, check: () => readonly string[]): readonly string[] {
  try {
    return check().map((problem) => `${subject}: ${problem}`);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'store_damaged') {
      return [`${subject}: damaged, could not be read to its end`];
    }
    throw thrown;
  }
}

function changeProblems({ log }: VerifyRoom): readonly string[] {
  const problems: string[] = [];
  for (const change of log.changes()) {
    if (!matches(changeSha256(change), change.sha256)) {
      problems.push(`change ${change.id} is not what its hash says`);
    }
    if (!isValueSound(log, change)) {
      problems.push(`the value of change ${change.id} cannot be read or is not what its hash says`);
    }
  }
  return problems;
}

function isValueSound(log: ChangeReader, change: ChangesTable): boolean {
  // Purged: the hash stays behind as a witness.
  if (change.value === null) return change.base_id === null;
  try {
    const text = log.value(change.id);
    // Null: what it builds on is not there.
    return text !== null && matches(sha256(text), change.value_sha256);
  } catch (thrown) {
    // The compressed bytes or what they build on have changed.
    if (thrown instanceof AppError && thrown.code === 'store_damaged') return false;
    throw thrown;
  }
}

/**
 * A replica counts its changes from 1: a number that is missing is a row that is missing. Of
 * other machines, and of what this one was before a copy of it was found, it may be under way.
 */
function gapProblems({ replica, replicaIds }: VerifyRoom): readonly string[] {
  const id = replicaIds.current();
  const counted = replica.first(
    replica.query
      .selectFrom('changes')
      .select((eb) => [
        eb.fn.max('seq').as('last'),
        eb.fn.count<number>('seq').distinct().as('present'),
      ])
      .where('replica_id', '=', id),
  );
  const lacking = (counted?.last ?? 0) - (counted?.present ?? 0);
  return lacking === 0 ? [] : [`replica ${id} lacks ${lacking} changes`];
}

function derivedProblems({ replica, projector }: VerifyRoom): readonly string[] {
  const problems: string[] = [];
  const expected = new Map<string, number>();
  for (const { table, row } of projector.rows()) {
    expected.set(table, (expected.get(table) ?? 0) + 1);
    const stored = replica.first(
      replica.query.selectFrom(table).selectAll().where('id', '=', row.id),
    );
    if (stored === undefined) problems.push(`${table} ${row.id} is missing`);
    else if (!hasSameColumns(stored, row)) problems.push(`${table} ${row.id} differs from the log`);
  }
  for (const table of derivedTables) {
    const extra = countOf(replica, table) - (expected.get(table) ?? 0);
    if (extra > 0) problems.push(`${table} has ${extra} rows that are not in the log`);
  }
  return problems;
}

function hasSameColumns(stored: object, computed: object): boolean {
  const columns = Object.entries(computed);
  const found = new Map<string, unknown>(Object.entries(stored));
  return (
    found.size === columns.length && columns.every(([name, value]) => found.get(name) === value)
  );
}

/** Counts are for people; a table too damaged to count has none. */
function countRows({ replica }: VerifyRoom) {
  const count = (table: Parameters<typeof countOf>[1]): number => {
    try {
      return countOf(replica, table);
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'store_damaged') return 0;
      throw thrown;
    }
  };
  return {
    changes: count('changes'),
    documents: count('documents'),
    autodocs: count('autodocs'),
    versions: count('versions'),
  };
}

function countOf(
  replica: Connection<ReplicaTables>,
  table: 'changes' | (typeof derivedTables)[number],
): number {
  const row = replica.first(
    replica.query.selectFrom(table).select((eb) => eb.fn.countAll<number>().as('n')),
  );
  return row?.n ?? 0;
}

function matches(computed: Buffer, stored: Uint8Array): boolean {
  return Buffer.compare(computed, stored) === 0;
}
