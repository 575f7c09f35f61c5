import type { Id } from '../../contract/domain.ts';
import type { Connection } from '../database/connection.ts';
import type { DerivedTables, ReplicaTables } from '../database/schema.ts';
import type { ChangeNode, JsonValue } from '../log/change.ts';
import type { ChangeReader } from '../log/change-log.ts';
import { rowOfChange, rowsOfEntity, type DerivedRow } from './derived-rows.ts';
import type { EntityHistory } from './fold.ts';

export const derivedTables = [
  'users',
  'documents',
  'document_summaries',
  'retentions',
  'autodocs',
  'revisions',
  'versions',
] as const satisfies readonly (keyof DerivedTables)[];

/** Keeps the derived tables as the log says they are. */
export class Projector {
  readonly #replica: Connection<ReplicaTables>;
  readonly #log: ChangeReader;

  constructor(replica: Connection<ReplicaTables>, log: ChangeReader) {
    this.#replica = replica;
    this.#log = log;
  }

  /** What the log has of an entity. */
  history(entity: string, entityId: Id): EntityHistory {
    return {
      id: entityId,
      changes: this.#log.history(entity, entityId),
      valueOf: (change) => parseJson(this.#log.value(change.id)),
    };
  }

  /** After `changes` came to an entity: its rows anew, and those of the changes themselves. */
  update(entity: string, entityId: Id, changes: readonly ChangeNode[]): void {
    for (const change of changes) {
      const row = rowOfChange(entity, entityId, change);
      if (row !== null) this.#put(row);
    }
    const rows = rowsOfEntity(entity, this.history(entity, entityId));
    for (const row of rows) this.#put(row);
  }

  /** Every derived row the log gives, computed and not looked up. */
  *rows(): Generator<DerivedRow> {
    for (const { entity, entity_id } of this.#log.entities()) {
      const history = this.history(entity, entity_id);
      for (const change of history.changes) {
        const row = rowOfChange(entity, entity_id, change);
        if (row !== null) yield row;
      }
      yield* rowsOfEntity(entity, history);
    }
  }

  /** The derived tables anew. Inside a transaction only. */
  rebuild(): void {
    for (const table of derivedTables) {
      this.#replica.run(this.#replica.query.deleteFrom(table));
    }
    for (const row of this.rows()) this.#put(row);
  }

  #put({ table, row }: DerivedRow): void {
    this.#replica.run(this.#replica.query.replaceInto(table).values(row));
  }
}

function parseJson(text: string | null): JsonValue | undefined {
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
