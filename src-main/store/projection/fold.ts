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
  /** Those that do not count: others may have been written on top of them. */
  readonly refused: readonly ChangeNode[];
  /** The value a change set; undefined when it is not known (here, yet, any more) or not JSON. */
  valueOf(change: ChangeNode): JsonValue | undefined;
}

/**
 * The value of a field; undefined when nothing set it. Where several heads stand side by side
 * the last one is shown; of a text, `shownText` makes one of them all. Where no head's value is
 * known, because a part of the log has not arrived, the last that is.
 */
export function fieldValue(history: EntityHistory, field: string): JsonValue | undefined {
  const changes = changesOfField(history, field);
  const shown = lastKnownValue(history, headsOf(changes));
  // Null is a value too.
  return shown === undefined ? lastKnownValue(history, changes) : shown;
}

export function fieldHeads(history: EntityHistory, field: string): readonly ChangeNode[] {
  return headsOf(changesOfField(history, field));
}

export function changesOfField(history: EntityHistory, field: string): readonly ChangeNode[] {
  return history.changes.filter((change) => change.field === field);
}

export function lastKnownValue(
  history: EntityHistory,
  changes: readonly ChangeNode[],
): JsonValue | undefined {
  for (const change of changes.toReversed()) {
    const value = history.valueOf(change);
    if (value !== undefined) return value;
  }
  return undefined;
}
