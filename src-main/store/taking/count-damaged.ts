import { setImmediate } from 'node:timers/promises';
import { isWhole } from './sound-change.ts';
import { throwIfStopped } from './stopping.ts';
import type { ChangeSource, CountDamagedOptions } from './types.ts';

/** Whoever wants to stop waits for so many changes. */
const changesAtATime = 100;

/** Reads a log to its last value: see `TeamStore.countDamaged`. `ours`: this library's. */
export async function countDamaged(
  source: ChangeSource,
  ours: ChangeSource,
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
    if (!isWhole(source, id) && isWhole(ours, id)) damaged += 1;
  }
  return damaged;
}
