import type { Connection } from '../database/connection.ts';
import type { StateTables } from '../database/schema.ts';
import type { TeamStore } from '../taking/types.ts';

/** Which files in the team file's folder were read, and what came of it. */
export function createSeenFiles(state: Connection<StateTables>): TeamStore['seenFiles'] {
  const { query } = state;
  return {
    get: (name) =>
      state.first(
        query.selectFrom('seen_files').select(['file_stat', 'outcome']).where('name', '=', name),
      ) ?? null,

    put(name, file_stat, outcome) {
      state.run(query.replaceInto('seen_files').values({ name, file_stat, outcome }));
    },

    keepOnly(names) {
      state.write(() => {
        const kept = new Set(names);
        const all = state.all(query.selectFrom('seen_files').select('name'));
        for (const { name } of all) {
          if (!kept.has(name)) state.run(query.deleteFrom('seen_files').where('name', '=', name));
        }
      });
    },
  };
}
