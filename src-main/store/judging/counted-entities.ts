import type { Id } from '../../contract/domain.ts';
import type { JsonValue } from '../log/change.ts';
import { compareInOrder, FieldHistory, type CountedChange } from './field-history.ts';

/** What an entity's changes say so far. */
export interface CountedEntity {
  readonly fields: ReadonlyMap<string, FieldHistory>;
  /** In order, whichever came first. */
  readonly first: CountedChange;
}

/** The entities of a log, as far as its changes count. */
export class CountedEntities {
  readonly #entities = new Map<
    string,
    { fields: Map<string, FieldHistory>; first: CountedChange }
  >();

  get(entity: string, entityId: Id): CountedEntity | undefined {
    return this.#entities.get(`${entity} ${entityId}`);
  }

  add(change: CountedChange): void {
    const { entity, entity_id, field } = change;
    const key = `${entity} ${entity_id}`;
    let known = this.#entities.get(key);
    if (known === undefined) {
      known = { fields: new Map<string, FieldHistory>(), first: change };
      this.#entities.set(key, known);
    }
    if (compareInOrder(change, known.first) < 0) known.first = change;
    const history = known.fields.get(field) ?? new FieldHistory();
    known.fields.set(field, history);
    history.add(change);
  }
}

export function valueOf({ fields }: CountedEntity, field: string): JsonValue | undefined {
  return fields.get(field)?.value();
}
