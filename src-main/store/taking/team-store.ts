import { sql } from 'kysely';
import { setTimeout } from 'node:timers/promises';
import type { Connection } from '../database/connection.ts';
import type { StateTables } from '../database/schema.ts';
import { createChangeSource } from '../team-file/change-source.ts';
import { writeCopy } from '../team-file/write-copy.ts';
import { createSeenFiles } from '../state/seen-files.ts';
import { doesOursPrevail } from './collisions.ts';
import { compareLogs } from './compare-logs.ts';
import { countDamaged } from './count-damaged.ts';
import { isWhole } from './sound-change.ts';
import { takeChanges } from './take-changes.ts';
import type { TakingRoom } from './taking-room.ts';
import type { ChangeSource, TeamStore } from './types.ts';

/** What machines write by themselves, or for what a person did. */
const machinesOwn = ['autodoc', 'revision', 'replica', 'import'];

/** While nothing is locked, so that whoever asks each millisecond has their turn. */
const breatheMs = 2;

function isAheadOf(source: ChangeSource, ours: ChangeSource, room: TakingRoom): boolean {
  for (const { id, kind } of compareLogs(room.log, source)) {
    if (kind === 'theirs') continue;
    // What a disk has spoilt here is of use to nobody.
    if (kind === 'ours' && !isWhole(ours, id)) continue;
    if (kind !== 'collision' || doesOursPrevail(source.change(id), id, room)) return true;
  }
  return false;
}

export interface TeamStoreRoom extends TakingRoom {
  readonly state: Connection<StateTables>;
  /** Brings the search index up to what came, in pieces. */
  readonly afterTaking: (
    rest: () => Promise<void>,
    signal: AbortSignal | undefined,
  ) => Promise<void>;
}

export function createTeamStore(room: TeamStoreRoom): TeamStore {
  const { replica, log, state, replicaIds } = room;
  const ours = createChangeSource(replica, room.libraryId);
  return {
    async take(source, { breathe = () => setTimeout(breatheMs), ...options } = {}) {
      const taken = await takeChanges(source, room, { ...options, breathe });
      await room.afterTaking(breathe, options.signal);
      return taken;
    },

    standingTo(source) {
      // In this order: what is written in between is found to be ahead.
      const mark = log.end();
      return { mark, is_ahead: isAheadOf(source, ours, room) };
    },

    countDamaged: (source, options = {}) => countDamaged(source, ours, options),

    hasPurged: () =>
      replica.first(replica.query.selectFrom('purges').select('id').limit(1)) !== undefined,

    hasPurgedWords(source) {
      for (const { kind } of compareLogs(log, source)) if (kind === 'emptied here') return true;
      return false;
    },

    mark: () => log.end(),

    has: (mark) => log.has(mark),

    unsharedSince(mark) {
      const position = mark !== null && log.has(mark) ? mark.position : 0;
      const written = replica.first(
        replica.query
          .selectFrom('changes')
          .select((eb) => eb.fn.count<number>('entity_id').distinct().as('n'))
          .where(sql<number>`rowid`, '>', position)
          .where('entity', 'not in', machinesOwn)
          .where('replica_id', 'in', [...replicaIds.own()]),
      );
      return written?.n ?? 0;
    },

    writeCopy(file) {
      writeCopy(replica, file);
    },

    seenFiles: createSeenFiles(state),
  };
}
