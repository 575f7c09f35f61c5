import type { Id } from '../../contract/domain.ts';
import type { BareChange, ChangeReader } from '../log/change-log.ts';
import { byTime, type LackingChange } from './lacking.ts';
import { isSoundValue } from './sound-change.ts';
import type { ChangeSource } from './types.ts';

/** A log as it will be once it has taken what it lacks: as far as judging reads one. */
export function unionOf(
  log: ChangeReader,
  source: ChangeSource,
  lacking: ReadonlyMap<Id, LackingChange>,
): Pick<ChangeReader, 'inOrder' | 'value' | 'change'> {
  const coming = [...lacking.values()].sort(byTime);

  return {
    *inOrder() {
      let next = 0;
      for (const ours of log.inOrder()) {
        while (next < coming.length && byTime(coming[next]!, ours) < 0) {
          yield* theirs(coming[next++]!.id);
        }
        // Here without its value: the node alone comes, the row is ours.
        if (coming[next]?.id === ours.id) next += 1;
        yield ours;
      }
      while (next < coming.length) yield* theirs(coming[next++]!.id);
    },

    change: (id) => log.change(id) ?? (lacking.has(id) ? source.change(id) : null),

    value: (id) => (lacking.has(id) ? soundValue(id) : log.value(id)),
  };

  function* theirs(id: Id): Generator<BareChange> {
    const row = source.change(id);
    if (row !== null) yield row;
  }

  function soundValue(id: Id): string | null {
    const row = source.change(id);
    const text = row === null ? null : source.value(id);
    return row !== null && text !== null && isSoundValue(text, row) ? text : null;
  }
}
