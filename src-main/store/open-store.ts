import fs from 'node:fs';
import path from 'node:path';
import { replicaMigrations, stateMigrations } from '../../migrations/index.ts';
import type { Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import type { Logger } from '../logging/logger.ts';
import { backUp } from './database/backup.ts';
import { Connection } from './database/connection.ts';
import { readFileHeader } from './database/file-header.ts';
import { applicationId, migrate } from './database/migrate.ts';
import type { ReplicaTables } from './database/schema.ts';
import { storeError, withStoreErrors } from './database/sqlite-errors.ts';
import { createLibrary } from './library.ts';
import { isReadable, readIdentity, writeIdentity } from './library-identity.ts';
import { createJudgingRoom } from './judging/judging-room.ts';
import { createIdSource } from './log/ids.ts';
import { createChangeReader } from './log/sqlite-change-reader.ts';
import { Projector } from './projection/projector.ts';
import { openState } from './state/open-state.ts';
import type { LibraryStore } from './types.ts';

export interface OpenStoreOptions {
  /** The library's folder. Made when it is missing; other files in it are left alone. */
  readonly directory: string;
  readonly logger: Logger;
  /** Whether to make a library where there is none; else `not_found`. Default: true. */
  readonly create?: boolean;
  /** Milliseconds since 1970. Default: the machine's clock. */
  readonly now?: () => number;
  /** Whose library is made where there is none: a team's that is joined. Default: a new one's. */
  readonly libraryId?: Id;
  /** How long a write waits for another process. Default: 5 seconds. */
  readonly busyTimeoutMs?: number;
  /** Most pages each file may have: a full disk, for trying one out. */
  readonly maxPageCount?: number;
  /** Whether this process or another has it open by now and has looked through its files. */
  readonly isChecked?: boolean;
}

/**
 * Opens a library.
 *
 * Throws `store_newer` (a newer Autodoc made it: not a byte is touched), `store_damaged` (the
 * file stays where it is), `store_unwritable`, `disk_full`, `store_busy`, `not_found`.
 */
export function openStore(options: OpenStoreOptions): LibraryStore {
  const {
    directory,
    create = true,
    now = Date.now,
    busyTimeoutMs = 5_000,
    isChecked = false,
  } = options;
  const logger = options.logger.scope('store');
  const replicaFile = path.join(directory, 'replica.db');
  const stateFile = path.join(directory, 'state.db');

  refuseForeignOrNewer(replicaFile);
  refuseNewerState(stateFile);
  // In this order: another process may be making both, and makes the library first.
  const hasState = fs.existsSync(stateFile);
  const isThere = fs.existsSync(replicaFile);
  if (!isThere) {
    if (hasState) throw vanished(replicaFile);
    if (!create) {
      throw new AppError('not_found', `There is no library in ${directory}.`, {
        details: { directory },
      });
    }
    withStoreErrors(directory, () => fs.mkdirSync(directory, { recursive: true }));
  }

  const newId = createIdSource(now);
  const notices: string[] = [];
  const connectionOptions = { logger, busyTimeoutMs, maxPageCount: options.maxPageCount };
  const replica = new Connection<ReplicaTables>({ file: replicaFile, ...connectionOptions });
  try {
    // A write into a damaged file would make it worse. Takes about 1 ms per megabyte.
    if (isThere && !isChecked && replica.integrityProblems('quick_check', 1).length > 0) {
      throw storeError('store_damaged', replicaFile);
    }
    const reader = createChangeReader(replica);
    const version = Number(replica.pragma('user_version'));
    if (version > 0 && version < replicaMigrations.length) {
      notices.push(
        `A copy of the library was made before it was updated: ${backUp(replica, now())}`,
      );
    }
    migrate(replica, replicaMigrations, ({ from }) => {
      if (from === 0) writeIdentity(replica, options.libraryId ?? newId());
      // What this version understands and the last one did not is in the log already.
      else new Projector(replica, reader).rebuild();
    });
    const identity = readIdentity(replica);
    if (!isReadable(identity)) throw newerStore(replicaFile);

    const opened = openState({
      file: stateFile,
      ...connectionOptions,
      isChecked,
      newId,
      now,
      writers: () => reader.replicaIds(),
    });
    const libraryId = identity.library_id;
    const room = createJudgingRoom(replica, opened.state, libraryId);
    return createLibrary({
      ...opened,
      directory,
      libraryId,
      notices: [...notices, ...opened.notices],
      replica,
      reader,
      projector: new Projector(replica, reader, room),
      newId,
      now,
      logger,
    });
  } catch (thrown) {
    replica.close();
    throw thrown;
  }
}

function refuseForeignOrNewer(file: string): void {
  const header = readFileHeader(file);
  if (header === null) return;
  // A process killed while it made the library leaves a database without anything in it.
  const isUnfinished = header.isEmpty && header.userVersion === 0;
  if (header.applicationId !== applicationId && !isUnfinished) {
    throw new AppError(
      'store_damaged',
      `${file} is not a library of Autodoc's, or its header is damaged. It is left as it is. ` +
        `Choose another folder, or move the file away and put a copy of your library in its place.`,
      { details: { file } },
    );
  }
  if (header.userVersion > replicaMigrations.length) throw newerStore(file);
}

function refuseNewerState(file: string): void {
  let version: number;
  try {
    version = readFileHeader(file)?.userVersion ?? 0;
  } catch (thrown) {
    // A damaged state.db is made anew later on.
    if (thrown instanceof AppError && thrown.code === 'store_damaged') return;
    throw thrown;
  }
  if (version > stateMigrations.length) throw newerStore(file);
}

function newerStore(file: string): AppError {
  return new AppError(
    'store_newer',
    `${file} was made by a newer version of Autodoc. Nothing in it was read or changed. ` +
      `Update Autodoc to open it.`,
    { details: { file } },
  );
}

function vanished(file: string): AppError {
  return new AppError(
    'store_damaged',
    `The library's file ${file} is gone, though its state.db is still there. Nothing was made in its ` +
      `place. Put the file or a copy from the backups folder back, or remove state.db to start anew.`,
    { details: { file } },
  );
}
