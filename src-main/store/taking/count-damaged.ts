import { setImmediate } from 'node:timers/promises';
import { throwIfStopped } from './stopping.ts';
import { isSoundRow, isSoundValue } from './sound-change.ts';
import type { ChangeSource, CountDamagedOptions } from './types.ts';

/** Whoever wants to stop waits for so many changes. */
const changesAtATime = 100;

/** Reads a log to its last value: see `TeamStore.countDamaged`. */
export async function countDamaged(
  source: ChangeSource,
  { signal, onProgress }: CountDamagedOptions,
): Promise<number> {
  const names = [...source.ids()];
  let damaged = 0;
  for (const [at, { id }] of names.entries()) {
    if (at % changesAtATime === 0) {
      onProgress?.(at, names.length);
      await setImmediate();
      throwIfStopped(signal);
    }
    if (!isWhole(source, id)) damaged += 1;
  }
  return damaged;
}

function isWhole(source: ChangeSource, id: string): boolean {
  const row = source.change(id);
  if (row?.id !== id || !isSoundRow(row)) return false;
  // Purged.
  if (row.value === null) return true;
  const text = source.value(id);
  return text !== null && isSoundValue(text, row);
}
