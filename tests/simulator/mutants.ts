import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import type { Id } from '../../src-main/contract/domain.ts';
import type { LogMark } from '../../src-main/store/log/change-log.ts';
import type {
  ChangeSource,
  TakenFromSource,
  TeamStore,
} from '../../src-main/store/taking/types.ts';
import { createTeamSync } from '../../src-main/sync/team-sync.ts';
import type { TeamSync, TeamSyncOptions } from '../../src-main/sync/types.ts';

/*
 * The product with one rule left out. Each must lose something in the simulator: what no schedule
 * can make fail proves nothing.
 */

type CreateSync = (options: TeamSyncOptions) => TeamSync;

/** Publishes over a file that has what this library lacks. */
const publishesWithoutTaking: CreateSync = withTeam((team) => ({
  take: (source, options) =>
    team.standingTo(source).is_ahead ? Promise.resolve(nothingTaken) : team.take(source, options),
}));

/** Publishes after its own people's work alone, not whenever the file lacks something. */
const publishesOwnWorkAlone: CreateSync = withTeam((team) => {
  let published: LogMark | null = team.mark();
  return {
    take: async (source, options) => ({ ...(await team.take(source, options)), standing: null }),
    standingTo(source) {
      const { mark, is_ahead } = team.standingTo(source);
      return { mark, is_ahead: is_ahead && team.unsharedSince(published) > 0 };
    },
    writeCopy(file) {
      published = team.mark();
      team.writeCopy(file);
    },
  };
});

/** Knows a change by who wrote it and as which in a row. */
const knowsChangesByNumber: CreateSync = withTeam((team, { store }) => {
  const file = path.join(store.directory, 'replica.db');
  return { take: (source, options) => team.take(withoutKnownNumbers(source, file), options) };
});

/** Reads a file when it is younger than the one that was read last. */
const goesByTime: CreateSync = (options) => {
  const sync = createTeamSync(options);
  let youngest = 0;
  return {
    ...sync,
    async round() {
      const modified = fs.statSync(options.file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (modified <= youngest && sync.unshared() === 0) {
        return { taken: 0, published: false, is_settled: true, problem: null };
      }
      const outcome = await sync.round();
      youngest = Math.max(modified, youngest);
      return outcome;
    },
  };
};

export const mutants = {
  publishesWithoutTaking,
  publishesOwnWorkAlone,
  knowsChangesByNumber,
  goesByTime,
} as const satisfies Record<string, CreateSync>;
export type MutantName = keyof typeof mutants;

const nothingTaken: TakenFromSource = {
  ...{ taken: 0, filled: 0, collided: 0, damaged: 0 },
  ...{ was_own_unknown: false, standing: null },
};

function withTeam(
  change: (team: TeamStore, options: TeamSyncOptions) => Partial<TeamStore>,
): CreateSync {
  return (options) => {
    const { team } = options.store;
    const store = { ...options.store, team: { ...team, ...change(team, options) } };
    return createTeamSync({ ...options, store });
  };
}

function withoutKnownNumbers(source: ChangeSource, file: string): ChangeSource {
  return {
    ...source,
    ids: function* () {
      const database = new Database(file, { readonly: true });
      try {
        const known = database
          .prepare<[Id, number], Id>('select id from changes where replica_id = ? and seq = ?')
          .pluck();
        for (const name of source.ids()) {
          const change = source.change(name.id);
          const same = change === null ? null : known.get(change.replica_id, change.seq);
          if (same === undefined || same === null || same === name.id) yield name;
        }
      } finally {
        database.close();
      }
    },
  };
}
