import type { Connection } from '../database/connection.ts';
import type { StateTables } from '../database/schema.ts';
import type { LibraryStore } from '../types.ts';

/** Values of this machine alone, as JSON. A key that was never set has the value null. */
export function createMachineValues(state: Connection<StateTables>): LibraryStore['values'] {
  const { query } = state;
  return {
    get(key) {
      const row = state.first(
        query.selectFrom('machine_values').select('value').where('key', '=', key),
      );
      return row === undefined ? null : (JSON.parse(row.value) as unknown);
    },

    set(key, value) {
      const json = JSON.stringify(value);
      state.run(
        query
          .insertInto('machine_values')
          .values({ key, value: json })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: json })),
      );
    },
  };
}
