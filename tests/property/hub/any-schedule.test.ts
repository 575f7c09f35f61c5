import { readdir, rm, truncate, open } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AppError } from '../../../src-main/contract/errors.ts';
import { filesDirectory } from '../../../src-main/hub/fetch-repository.ts';
import type { Fault } from '../../fixtures/misbehaving-hub.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { fetchInto, hubWith, quickClock, sameFiles } from '../../integration/hub/fetching.ts';

/*
 * Whatever goes wrong with each request, and whatever becomes of the files between two tries: a
 * download ends verified and identical, or failed with a code and able to go on.
 */

const bytes = fc.integer({ min: 0, max: 40_000 });
const off = fc.integer({ min: -50, max: 50 }).filter((by) => by !== 0);
const fault: fc.Arbitrary<Fault | null> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 4, arbitrary: bytes.map((afterBytes) => ({ kind: 'cut' as const, afterBytes })) },
  bytes.map((at) => ({ kind: 'flip' as const, at })),
  bytes.map((afterBytes) => ({ kind: 'stall' as const, afterBytes })),
  off.map((by) => ({ kind: 'length' as const, by })),
  off.map((by) => ({ kind: 'range' as const, by })),
  fc
    .constantFrom(200, 204, 206, 304, 400, 401, 403, 404, 410, 416, 429, 451, 500, 502, 503)
    .map((status) => ({ kind: 'status' as const, status })),
  fc.constantFrom<Fault>(
    { kind: 'endless' },
    { kind: 'ignore range' },
    { kind: 'etag' },
    { kind: 'etag of a part' },
    { kind: 'html' },
    { kind: 'packed' },
    { kind: 'silence' },
    { kind: 'text', text: '{"sha": null}' },
    { kind: 'redirect', to: '/nowhere' },
    { kind: 'redirect', to: 'gopher://x' },
  ),
);

/** What becomes of one of the files while nobody fetches. */
const damage = fc.record({
  which: fc.nat(10),
  what: fc.constantFrom('flip', 'cut', 'grow', 'remove'),
  at: bytes,
});

async function spoil(
  directory: string,
  { which, what, at }: { which: number; what: string; at: number },
): Promise<void> {
  const folder = filesDirectory(directory);
  const names = await readdir(folder).catch(() => []);
  const name = names[which % Math.max(1, names.length)];
  if (name === undefined) return;
  const file = path.join(folder, name);
  if (what === 'remove') return rm(file);
  if (what === 'cut') return truncate(file, at % 2_000);
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    if (what === 'grow') await handle.write(Buffer.alloc(7), 0, 7, size);
    else if (size > 0) {
      const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at % size);
      await handle.write(Buffer.of(buffer[0]! ^ 4), 0, 1, at % size);
    }
  } finally {
    await handle.close();
  }
}

it('any schedule of faults ends verified and identical, or failed with a code', async () => {
  const { hub, files } = await hubWith();
  const outcomes = { first: 0, later: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 40 }),
      fc.array(damage, { maxLength: 5 }),
      async (faults, damages) => {
        const directory = await temporaryFolder();
        let next = 0;
        hub.misbehave = () => faults[next++] ?? null;
        // Short: a try too many does no harm here.
        const timeouts = { answerMs: 150, stallMs: 150, leastBytes: 1 };
        const toSpoil = [...damages];
        for (let session = 0; ; session += 1) {
          // Each session takes a fault or a damage away at the least.
          expect(session).toBeLessThanOrEqual(faults.length + damages.length + 1);
          const isOver = next >= faults.length;
          try {
            const fetched = await fetchInto(directory, hub, {
              clock: quickClock(),
              ...(!isOver && { timeouts }),
            });
            expect(sameFiles(fetched.files, files)).toBe(true);
            outcomes[session === 0 ? 'first' : 'later'] += 1;
            const again = toSpoil.pop();
            if (again === undefined) break;
            await spoil(directory, again);
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            expect(['network_failed', 'hub_refused', 'not_found']).toContain(error.code);
            const again = toSpoil.pop();
            if (again !== undefined) await spoil(directory, again);
          }
        }
        await rm(directory, { recursive: true });
      },
    ),
    { numRuns: largeCount(200), seed: testSeed() },
  );
  // A schedule that never failed anything would prove nothing.
  expect(outcomes.first).toBeGreaterThan(0);
  expect(outcomes.later).toBeGreaterThan(0);
}, 900_000);
