import type { Id } from '../contract/domain.ts';
import type { Logger } from '../logging/logger.ts';
import type { Connection } from './database/connection.ts';
import type { ReplicaTables } from './database/schema.ts';
import { accountsAreOn } from './judging/derived-facts.ts';
import { createRivalWatch } from './judging/rival-watch.ts';
import { keepSharedSwitch, pinWhatCounts, readPin } from './judging/switch-pin.ts';
import type { ChangeReader, ChangeWriter, DecodedChange } from './log/change-log.ts';
import { createChangeWriter } from './log/sqlite-change-writer.ts';
import type { Projector } from './projection/projector.ts';
import { createTraces } from './purging/erase-traces.ts';
import { fingerprintOfLibrary } from './fingerprint.ts';
import { createExchangeStore } from './exchange/exchange-store.ts';
import { createAudit } from './repositories/audit.ts';
import { createAutodocs } from './repositories/autodocs.ts';
import { createComments } from './repositories/comments.ts';
import { createConflicts } from './repositories/conflicts.ts';
import { createDocuments } from './repositories/documents.ts';
import { createNotices } from './repositories/notices.ts';
import { createRetentions } from './repositories/retentions.ts';
import { createUsers } from './repositories/users.ts';
import { createVersions } from './repositories/versions.ts';
import { createFullTextIndex } from './state/full-text-index.ts';
import { followLog } from './state/follow-log.ts';
import { createJournal } from './state/journal.ts';
import { createKeyring } from './state/keyring.ts';
import { createLeases } from './state/leases.ts';
import { createMachineValues } from './state/machine-values.ts';
import type { OpenedState } from './state/open-state.ts';
import { createQueuedElsewhere } from './state/queued-elsewhere.ts';
import { createSeenVersions } from './state/seen-versions.ts';
import { createStoreTransaction } from './store-transaction.ts';
import { mendJudgements } from './taking/judge-anew.ts';
import { createTeamStore } from './taking/team-store.ts';
import type { LibraryStore } from './types.ts';
import { rebuildStore, verifyStore } from './verify.ts';

/** What opening waits for at most until the search index has read what came meanwhile. */
const openBudgetMs = 2_000;
const writeBudgetMs = 15;

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
  const { replica, state, reader, projector, newId, now, logger, replicaIds } = parts;
  const writer = createChangeWriter(replica, { replicaId: replicaIds.current, newId, now });
  const log = { ...reader, ...writer, take: takeWithoutPurged };
  const index = createFullTextIndex(state, replica, reader);
  const users = createUsers(replica);
  const documents = createDocuments(replica, projector, index, now);
  const retentions = createRetentions(replica);
  const versions = createVersions(replica, reader);
  const autodocs = createAutodocs(replica, replicaIds.own, createQueuedElsewhere(state, now));
  const comments = createComments(replica);
  const values = createMachineValues(state);
  const room = {
    libraryId: parts.libraryId,
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
  const taking = { ...room, replicaIds };
  const otherWriters = countOtherWrites(replica, state);
  mendJudgements(taking);
  mendPin();
  const traces = createTraces({ directory: parts.directory, replica, state });
  let isClosed = false;
  traces.forget();
  const following = followLog(index, () => projector.takeRenewed(), logger);
  following.catchUp(openBudgetMs);

  return {
    directory: parts.directory,
    libraryId: parts.libraryId,
    get replicaId() {
      return replicaIds.current();
    },
    notices: parts.notices,
    users,
    documents,
    retentions,
    versions,
    autodocs,
    comments,
    conflicts: createConflicts(replica, projector),
    userNotices: createNotices(replica, reader, values),
    audit: createAudit(replica, reader),
    exchange: createExchangeStore({
      ...taking,
      afterTaking: () => following.keepUp(writeBudgetMs),
    }),
    team: createTeamStore({ ...taking, afterTaking: afterTeamTook }),
    journal: createJournal(state, now),
    leases: createLeases(state, now),
    keyring: createKeyring(state),
    seenVersions: createSeenVersions(state),
    values,

    accountsAreOn: () => accountsAreOn(replica, parts.libraryId),

    write(author, work) {
      const result = replica.write(() => {
        const replicaId = replicaIds.current();
        return work(createStoreTransaction(author, { ...room, replicaId }));
      });
      following.keepUp(writeBudgetMs);
      return result;
    },

    fingerprint: () => fingerprintOfLibrary(replica, parts.libraryId),
    pinSwitch: () => keepSharedSwitch(replica),
    hasRivalSwitch: createRivalWatch(replica, reader, projector),
    otherWriterVersion: otherWriters,
    verify: () => verifyStore(taking),
    rebuild: () => rebuildStore(taking, index),

    eraseTraces() {
      traces.forget();
      return traces.erase();
    },

    close() {
      if (isClosed) return;
      isClosed = true;
      following.stop();
      // What others purged meanwhile.
      traces.erase();
      replica.close();
      state.close();
    },
  };

  async function afterTeamTook(
    rest: () => Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    traces.forget();
    await following.catchUpInPieces(rest, signal);
  }

  /** Whatever comes of a document that was purged comes without its words. */
  function takeWithoutPurged(change: DecodedChange): ReturnType<ChangeWriter['take']> {
    const isToBeEmptied = projector.purging.isToBeEmptied(change);
    return writer.take(isToBeEmptied ? { ...change, value: null } : change);
  }

  /** A library whose accounts an earlier Autodoc switched on has no pin yet. */
  function mendPin(): void {
    if (readPin(replica) !== null || !accountsAreOn(replica, parts.libraryId)) return;
    replica.write(() => {
      pinWhatCounts(replica, projector.history('library', parts.libraryId));
    });
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
