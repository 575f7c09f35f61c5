import type { Id } from '../contract/domain.ts';
import { AppError } from '../contract/errors.ts';
import type { Logger } from '../logging/logger.ts';
import type { Connection } from './database/connection.ts';
import type { ReplicaTables } from './database/schema.ts';
import type { ChangeReader } from './log/change-log.ts';
import { createChangeWriter } from './log/sqlite-change-writer.ts';
import type { Projector } from './projection/projector.ts';
import { createExchangeStore } from './exchange/exchange-store.ts';
import { createAudit } from './repositories/audit.ts';
import { createAutodocs } from './repositories/autodocs.ts';
import { createComments } from './repositories/comments.ts';
import { createDocuments } from './repositories/documents.ts';
import { createNotices } from './repositories/notices.ts';
import { createRetentions } from './repositories/retentions.ts';
import { createUsers } from './repositories/users.ts';
import { createVersions } from './repositories/versions.ts';
import { createFullTextIndex } from './state/full-text-index.ts';
import { createJournal } from './state/journal.ts';
import { createKeyring } from './state/keyring.ts';
import { createLeases } from './state/leases.ts';
import { createMachineValues } from './state/machine-values.ts';
import type { OpenedState } from './state/open-state.ts';
import { createSeenVersions } from './state/seen-versions.ts';
import { createStoreTransaction } from './store-transaction.ts';
import type { LibraryStore } from './types.ts';
import { rebuildStore, verifyStore } from './verify.ts';

export interface LibraryParts extends OpenedState {
  readonly directory: string;
  readonly libraryId: Id;
  readonly replica: Connection<ReplicaTables>;
  readonly reader: ChangeReader;
  readonly projector: Projector;
  readonly newId: () => Id;
  readonly now: () => number;
  readonly logger: Logger;
}

/** Puts an opened library's parts together behind the store's one interface. */
export function createLibrary(parts: LibraryParts): LibraryStore {
  const { replica, state, reader, projector, newId, now, logger, replicaId } = parts;
  const log = { ...reader, ...createChangeWriter(replica, { replicaId, newId, now }) };
  const index = createFullTextIndex(state, replica, reader);
  const users = createUsers(replica);
  const documents = createDocuments(replica, projector, index, now);
  const retentions = createRetentions(replica);
  const versions = createVersions(replica, reader);
  const autodocs = createAutodocs(replica, parts.ownReplicaIds);
  const comments = createComments(replica);
  const values = createMachineValues(state);
  const room = {
    libraryId: parts.libraryId,
    replicaId,
    replica,
    state,
    log,
    projector,
    newId,
    users,
    documents,
    retentions,
    versions,
    autodocs,
    comments,
  };
  const otherWriters = countOtherWrites(replica, state);
  catchUpIndex();

  return {
    directory: parts.directory,
    libraryId: parts.libraryId,
    replicaId,
    notices: parts.notices,
    users,
    documents,
    retentions,
    versions,
    autodocs,
    comments,
    userNotices: createNotices(replica, values),
    audit: createAudit(replica, reader),
    exchange: createExchangeStore({ replica, log, projector, newId, afterTaking: catchUpIndex }),
    journal: createJournal(state, now),
    leases: createLeases(state, now),
    keyring: createKeyring(state),
    seenVersions: createSeenVersions(state),
    values,

    accountsAreOn: () =>
      replica.first(
        replica.query.selectFrom('accounts').select('id').where('id', '=', parts.libraryId),
      ) !== undefined,

    write(author, work) {
      const result = replica.write(() => work(createStoreTransaction(author, room)));
      catchUpIndex();
      return result;
    },

    otherWriterVersion: otherWriters,
    verify: () => verifyStore(room),
    rebuild: () => rebuildStore(room, index),

    close() {
      replica.close();
      state.close();
    },
  };

  /** What is written is safe by now: an index that stays behind is caught up on another day. */
  function catchUpIndex(): void {
    try {
      index.catchUp();
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      logger.warn('full-text index stays behind', { code: thrown.code });
    }
  }
}

/** SQLite tells each connection when another has written; not by how much, nor upwards only. */
function countOtherWrites(...connections: readonly { pragma(source: string): unknown }[]) {
  const read = () => connections.map((connection) => connection.pragma('data_version')).join();
  let seen = read();
  let version = 0;
  return (): number => {
    const current = read();
    if (current !== seen) version++;
    seen = current;
    return version;
  };
}
