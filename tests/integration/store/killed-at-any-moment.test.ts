import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import type { Acknowledgement } from '../../fixtures/store/endless-writer.ts';
import { openLibrary, temporaryDirectory } from '../../fixtures/store/temporary-library.ts';

const writer = path.resolve('tests/fixtures/store/endless-writer.ts');

/** Lets a process write to a library and kills it after `delayMs`; what it was told is safe. */
function writeUntilKilled(
  directory: string,
  seed: number,
  delayMs: number,
): Promise<Acknowledgement[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, directory, String(seed)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const acknowledged: Acknowledgement[] = [];
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      // The moment is counted from the first write: starting Node takes longer than all of them.
      if (acknowledged.length === 0) setTimeout(() => child.kill('SIGKILL'), delayMs);
      acknowledged.push(JSON.parse(line) as Acknowledgement);
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      if (signal === 'SIGKILL') resolve(acknowledged);
      else reject(new Error(`The writer ended by itself, seed ${seed}`));
    });
  });
}

function expectKept(store: LibraryStore, acknowledgement: Acknowledgement): void {
  switch (acknowledgement.kind) {
    case 'version': {
      const body = store.versions.get(acknowledgement.id)?.document_body ?? '';
      expect(createHash('sha256').update(body).digest('hex')).toBe(acknowledgement.body_sha256);
      return;
    }
    case 'journal': {
      // A later entry may have been written before the kill and not told any more.
      const entry = store.journal.get(acknowledgement.document_id);
      expect(Number(entry?.document_body)).toBeGreaterThanOrEqual(acknowledgement.count);
      return;
    }
    case 'queued':
      expect(store.autodocs.get(acknowledgement.id)).not.toBeNull();
      return;
    case 'done':
      expect(store.autodocs.get(acknowledgement.id)).toMatchObject({
        autodoc_state: 'done',
        autodoc_body: acknowledgement.autodoc_body,
      });
  }
}

describe('a process killed at any moment', () => {
  it('has lost nothing that it was told is safe', { timeout: 1_200_000 }, async () => {
    const directory = temporaryDirectory();
    const seed = testSeed();
    const acknowledged: Acknowledgement[] = [];
    for (let kill = 0; kill < largeCount(200); kill++) {
      const runSeed = (seed + kill) >>> 0;
      const told = await writeUntilKilled(directory, runSeed, (runSeed * 7) % 150);
      acknowledged.push(...told);
      const store = openLibrary({ directory });
      expect(store.notices).toEqual([]);
      for (const each of told) expectKept(store, each);
      expect(store.verify().problems, `AUTODOC_SEED=${seed}, kill ${kill}`).toEqual([]);
      // The queue goes on: every draft that has not ended is in it.
      const waiting = store.autodocs.list().filter((each) => each.autodoc_state === 'queued');
      expect(store.autodocs.queue().map((each) => each.id)).toEqual(
        waiting.map((each) => each.id).reverse(),
      );
      store.close();
    }
    const store = openLibrary({ directory });
    for (const each of acknowledged) expectKept(store, each);
    expect(acknowledged.length).toBeGreaterThan(largeCount(200));
  });
});
