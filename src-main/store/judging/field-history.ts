import type { Id } from '../../contract/domain.ts';
import type { JsonValue } from '../log/change.ts';

/** A change that counts, as a replay takes it in: without its value, which is read when asked for. */
export interface CountedChange {
  readonly id: Id;
  readonly hlc: string;
  readonly actor_id: Id;
  readonly entity: string;
  readonly entity_id: Id;
  readonly field: string;
  readonly parents: readonly Id[];
  readonly value: () => JsonValue | undefined;
}

/** Below 0 where `one` comes first in the order that every machine agrees on. */
export function compareInOrder(
  one: { readonly hlc: string; readonly id: Id },
  other: { readonly hlc: string; readonly id: Id },
): number {
  if (one.hlc !== other.hlc) return one.hlc < other.hlc ? -1 : 1;
  if (one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}

/**
 * What the changes of one field of one entity say, change by change: the same as folding the
 * whole history (projection/fold.ts), at a cost that does not grow with it. Each change is put in
 * once and taken out once.
 */
export class FieldHistory {
  readonly #superseded = new Set<Id>();
  /** In order. Those at the end may have been superseded since. */
  #heads: CountedChange[] = [];
  /** In order, without those at the end whose values were found not to be known. */
  readonly #known: CountedChange[] = [];
  /** Heads in order, without those whose values were found not to be known. */
  readonly #shown: CountedChange[] = [];
  #first: CountedChange | null = null;

  add(change: CountedChange): void {
    for (const parent of change.parents) this.#superseded.add(parent);
    for (const list of [this.#heads, this.#known, this.#shown]) putInOrder(list, change);
    if (this.#first === null || compareInOrder(change, this.#first) < 0) this.#first = change;
  }

  get first(): CountedChange | null {
    return this.#first;
  }

  /** As `fieldValue` of the same changes; undefined where none is known. */
  value(): JsonValue | undefined {
    for (let last = this.#shown.at(-1); last !== undefined; last = this.#shown.at(-1)) {
      const value = this.#superseded.has(last.id) ? undefined : last.value();
      if (value !== undefined) return value;
      this.#shown.pop();
    }
    for (let last = this.#known.at(-1); last !== undefined; last = this.#known.at(-1)) {
      const value = last.value();
      if (value !== undefined) return value;
      this.#known.pop();
    }
    return undefined;
  }

  /** As `fieldHeads`. */
  heads(): readonly CountedChange[] {
    this.#heads = this.#heads.filter(({ id }) => !this.#superseded.has(id));
    return this.#heads;
  }
}

/** Nearly always at the end. */
export function putInOrder(list: CountedChange[], change: CountedChange): void {
  let at = list.length;
  while (at > 0 && compareInOrder(list[at - 1]!, change) > 0) at--;
  if (at === list.length) list.push(change);
  else list.splice(at, 0, change);
}
