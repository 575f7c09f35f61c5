import type { Id } from '../../contract/domain.ts';
import type { ChangeNode, JsonValue } from '../log/change.ts';

/** The changes that no other supersedes, in the order given. */
export function headsOf(changes: readonly ChangeNode[]): readonly ChangeNode[] {
  const superseded = new Set(changes.flatMap((change) => change.parents));
  return changes.filter((change) => !superseded.has(change.id));
}

/**
 * What an entity's changes say, field by field. `changes` are in (hlc, id) order, the one order
 * that every machine agrees on.
 */
export interface EntityHistory {
  readonly id: Id;
  readonly changes: readonly ChangeNode[];
  /** The value a change set; undefined when it was purged or is not JSON. */
  valueOf(change: ChangeNode): JsonValue | undefined;
}

/**
 * The value of a field; undefined when nothing set it. Where several heads stand side by side
 * the last one is shown. This is the place where a view that merges them will go.
 */
export function fieldValue(history: EntityHistory, field: string): JsonValue | undefined {
  const head = fieldHeads(history, field).at(-1);
  return head === undefined ? undefined : history.valueOf(head);
}

export function fieldHeads(history: EntityHistory, field: string): readonly ChangeNode[] {
  return headsOf(history.changes.filter((change) => change.field === field));
}
