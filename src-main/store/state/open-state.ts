import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { stateMigrations } from '../../../migrations/index.ts';
import type { Id } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import { Connection, type ConnectionOptions } from '../database/connection.ts';
import { readFileHeader } from '../database/file-header.ts';
import { migrate } from '../database/migrate.ts';
import type { StateTables } from '../database/schema.ts';
import { storeError, withStoreErrors } from '../database/sqlite-errors.ts';
import { createReplicaIds, type ReplicaIds } from './replica-ids.ts';

export interface OpenedState {
  readonly state: Connection<StateTables>;
  readonly replicaIds: ReplicaIds;
  readonly notices: readonly string[];
}

export interface OpenStateOptions extends ConnectionOptions {
  readonly newId: () => Id;
  readonly now: () => number;
  /** Whether another process has it open and has looked through it. */
  readonly isChecked: boolean;
  /** The replicas that wrote the library that this state belongs to. */
  readonly writers: () => readonly Id[];
}

/**
 * Opens `state.db`, and makes it where there is none. A damaged one is moved aside, not
 * deleted, and what can still be read of it (autosaved text, settings) goes into a new one:
 * nothing in it is worth keeping a person from their library.
 */
export function openState(options: OpenStateOptions): OpenedState {
  try {
    const state = open(options);
    return { state, replicaIds: identify(state, options), notices: [] };
  } catch (thrown) {
    if (!(thrown instanceof AppError && thrown.code === 'store_damaged')) throw thrown;
  }
  const rescued = readWhatCanBeRead(options.file);
  const damaged = moveAside(options);
  const state = open(options);
  state.write(() => putRescued(state, rescued, new Date(options.now()).toISOString()));
  options.logger.warn('state.db was damaged', {
    kept_as: damaged,
    journal_entries: rescued.journal.length,
  });
  return {
    state,
    replicaIds: identify(state, options),
    notices: [
      `The file ${options.file} was damaged. It is kept as ${path.basename(damaged)} and a new one ` +
        `was made; your documents are not in it and are untouched. ` +
        (rescued.isComplete
          ? `Everything in it could be read and was taken over.`
          : `Autosaved text of ${rescued.journal.length} documents could be read and was taken over; ` +
            `what was typed since the last save of others may be missing.`),
    ],
  };
}

function open(options: OpenStateOptions): Connection<StateTables> {
  readFileHeader(options.file);
  const state = new Connection<StateTables>(options);
  try {
    const isSound = options.isChecked || state.integrityProblems('quick_check', 1).length === 0;
    if (!isSound) {
      throw storeError('store_damaged', options.file);
    }
    migrate(state, stateMigrations);
    return state;
  } catch (thrown) {
    state.close();
    throw thrown;
  }
}

/** The id under which this machine writes is made when there is none. */
function identify(state: Connection<StateTables>, options: OpenStateOptions): ReplicaIds {
  const { query } = state;
  const find = () =>
    state.first(query.selectFrom('replicas').select('id').where('is_current', '=', 1))?.id;
  // Looked up again inside the transaction: another process may be opening the library too.
  if (find() === undefined) {
    state.write(() => {
      if (find() === undefined) makeReplica(state, options);
    });
  }
  return createReplicaIds(state, options);
}

function makeReplica(
  state: Connection<StateTables>,
  { newId, now, writers }: OpenStateOptions,
): void {
  const { query } = state;
  const since = new Date(now()).toISOString();
  const all = writers();
  // A library that only one replica ever wrote was this machine's: so is its draft queue.
  const former = all.length === 1 ? all : [];
  for (const id of former) {
    state.run(
      query
        .insertInto('replicas')
        .values({ id, is_current: 0, since })
        .onConflict((conflict) => conflict.doNothing()),
    );
  }
  state.run(query.insertInto('replicas').values({ id: newId(), is_current: 1, since }));
}

interface Rescued {
  readonly journal: readonly StateTables['journal'][];
  readonly values: readonly StateTables['machine_values'][];
  readonly replicaIds: readonly Id[];
  readonly keys: readonly StateTables['device_keys'][];
  readonly attempts: readonly StateTables['sign_in_attempts'][];
  readonly isComplete: boolean;
}

/** Row by row, because one damaged page must not cost the text on the others. */
function readWhatCanBeRead(file: string): Rescued {
  let isComplete = true;
  const attempt = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch {
      isComplete = false;
      return otherwise;
    }
  };
  const database = attempt(() => new Database(file, { readonly: true }), null);
  if (database === null) {
    return { journal: [], values: [], replicaIds: [], keys: [], attempts: [], isComplete };
  }
  const rows = <Row>(table: string): Row[] => {
    const rowIds = attempt(
      () => database.prepare<[], number>(`select rowid from ${table}`).pluck().all(),
      [],
    );
    return rowIds.flatMap((rowId) =>
      attempt(
        () => database.prepare<[number], Row>(`select * from ${table} where rowid = ?`).all(rowId),
        [],
      ),
    );
  };
  const rescued = {
    journal: rows<StateTables['journal']>('journal'),
    values: rows<StateTables['machine_values']>('machine_values'),
    replicaIds: rows<StateTables['replicas']>('replicas').map((row) => row.id),
    keys: rows<StateTables['device_keys']>('device_keys'),
    // Damage must not give somebody who guesses passwords another start.
    attempts: rows<StateTables['sign_in_attempts']>('sign_in_attempts'),
  };
  database.close();
  return { ...rescued, isComplete };
}

function putRescued(
  state: Connection<StateTables>,
  { journal, values, replicaIds, keys, attempts }: Rescued,
  since: string,
): void {
  const { query } = state;
  for (const row of journal) {
    const base_version_ids = isJson(row.base_version_ids) ? row.base_version_ids : '[]';
    state.run(query.replaceInto('journal').values({ ...row, base_version_ids }));
  }
  for (const row of values.filter(({ value }) => isJson(value))) {
    state.run(query.replaceInto('machine_values').values(row));
  }
  for (const row of keys) state.run(query.replaceInto('device_keys').values(row));
  for (const row of attempts) state.run(query.replaceInto('sign_in_attempts').values(row));
  for (const id of replicaIds) {
    state.run(query.replaceInto('replicas').values({ id, is_current: 0, since }));
  }
}

/** What was read from a damaged file may be anything. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Renames a damaged file and its companions; the new path. */
function moveAside({ file, now }: OpenStateOptions): string {
  const stamp = new Date(now()).toISOString().replaceAll(/[-:]/g, '').replace('.', '-');
  const damaged = path.join(path.dirname(file), `state-damaged-${stamp}.db`);
  withStoreErrors(file, () => {
    for (const suffix of ['-wal', '-shm', '']) {
      if (fs.existsSync(file + suffix)) fs.renameSync(file + suffix, damaged + suffix);
    }
  });
  return damaged;
}
