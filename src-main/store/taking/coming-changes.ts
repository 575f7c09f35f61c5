import type { Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { DecodedChange } from '../log/change-log.ts';
import { AheadEncoder } from '../log/stored-values.ts';
import type { LackingChange, LackingEntity } from './lacking.ts';
import { isSoundValue } from './sound-change.ts';
import type { ChangeSource } from './types.ts';

/** A change that is ready to be written; of an entity that is only judged anew, none. */
export interface Coming {
  readonly of: LackingEntity;
  readonly change: { readonly node: LackingChange; readonly row: DecodedChange } | null;
}

/** How far is read ahead: what a piece can write, and no more than fits in memory. */
const maxAhead = 400;
const maxCharactersAhead = 4_000_000;

/** Reads and checks changes ahead, while nobody waits for it. */
export interface ComingChanges {
  /** Reads on, up to about what a piece takes. Answers how many were damaged, and left out. */
  readAhead(): number;
  /** Whether there is nothing beyond what was read ahead. */
  isAllRead(): boolean;
  /** The next one that was read; undefined when there is none. */
  peek(): Coming | undefined;
  /** Leaves it behind. */
  skip(): void;
}

export function readComing(
  entities: readonly LackingEntity[],
  source: ChangeSource,
  replica: Connection<ReplicaTables>,
): ComingChanges {
  const encoder = new AheadEncoder(replica);
  const unread = eachOf(entities);
  let next = unread.next();
  let ahead: Coming[] = [];
  let at = 0;
  return {
    readAhead() {
      ahead = ahead.slice(at);
      at = 0;
      let damaged = 0;
      let characters = 0;
      for (const { change } of ahead) characters += change?.row.value?.length ?? 0;
      while (next.done !== true && ahead.length < maxAhead && characters < maxCharactersAhead) {
        const [of, node] = next.value;
        const row = node === null ? null : decoded(node, source);
        if (node === null || row === null) ahead.push({ of, change: null });
        else {
          const encoded = row.value === null ? undefined : encoder.encode(row.value, node);
          ahead.push({ of, change: { node, row: { ...row, encoded } } });
        }
        if (node !== null && row === null) damaged += 1;
        characters += row?.value?.length ?? 0;
        next = unread.next();
      }
      return damaged;
    },
    isAllRead: () => next.done === true,
    peek: () => ahead[at],
    skip() {
      at += 1;
    },
  };
}

function* eachOf(
  entities: readonly LackingEntity[],
): Generator<[LackingEntity, LackingChange | null], undefined> {
  for (const of of entities) {
    if (of.changes.length === 0) yield [of, null];
    for (const change of of.changes) yield [of, change];
  }
}

function decoded({ id }: LackingChange, source: ChangeSource): DecodedChange | null {
  const row = source.change(id);
  if (row === null) return null;
  const { base_id: _baseId, value: encoded, ...change } = row;
  if (encoded === null) return { ...change, value: null };
  const text = source.value(id);
  return text !== null && isSoundValue(text, row) ? { ...change, value: text } : null;
}
