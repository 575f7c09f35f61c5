import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LoadRunner } from './task.ts';

/** Enough for starting and stopping not to count. */
const passes = 5;
/** Far more than any cache holds. */
export const memoryBytes = 512 * 2 ** 20;

/**
 * How fast memory can be read: as many threads as everybody else has each search a part of a
 * large buffer for a byte that is not there. Node's `Buffer.indexOf` is the C library's `memchr`,
 * vector loads and nothing else. `ms` is the time for the whole buffer once.
 */
export function openMemory(): Promise<LoadRunner> {
  return Promise.resolve(async ({ threads }) => {
    const buffer = new SharedArrayBuffer(memoryBytes);
    // Pages that were never written all show the same page of zeros, which stays in the cache.
    new Uint8Array(buffer).fill(1);
    const length = memoryBytes / threads;
    const readers = Array.from(
      { length: threads },
      (_, index) =>
        new Worker(path.join(import.meta.dirname, 'memory-reader.ts'), {
          workerData: {
            buffer,
            start: Math.floor(index * length),
            end: Math.floor((index + 1) * length),
          },
        }),
    );
    const told = () => Promise.all(readers.map((reader) => once(reader, 'message')));
    await told();
    return {
      async run() {
        const all = told();
        const start = performance.now();
        for (const reader of readers) reader.postMessage(passes);
        await all;
        const ms = (performance.now() - start) / passes;
        return { ms, decodeMs: null, newTokenIds: [] };
      },
    };
  });
}
