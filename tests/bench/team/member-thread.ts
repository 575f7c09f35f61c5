import { copyFileSync, fsyncSync, openSync, closeSync, rmSync, statSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { joinLibrary } from '../../../src-main/sync/making/make-library.ts';
import { createTeamSync } from '../../../src-main/sync/team-sync.ts';
import type { TeamSync } from '../../../src-main/sync/types.ts';
import { createProse } from '../../fixtures/large-library/made-up-prose.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';
import type { Answer, Order } from './member.ts';

// One machine of a team, in a thread of its own as in the application; see member.ts.

let store: LibraryStore | null = null;
let sync: TeamSync | null = null;
const prose = createProse(seededNumbers(2));

parentPort!.on('message', (order: Order) => {
  void obey(order).then(
    (answer) => parentPort!.postMessage(answer),
    (thrown: unknown) => parentPort!.postMessage({ failure: String(thrown) } satisfies Answer),
  );
});

async function obey(order: Order): Promise<Answer> {
  switch (order.kind) {
    case 'open':
      store = openStore({ ...order, logger: silentLogger });
      // What is waited for by the clock is no work.
      sync = createTeamSync({ store, file: order.file, settleMs: 0, logger: silentLogger });
      return { ms: [] };
    case 'join':
      return { ms: await times(1, () => join(order.directory, order.file)) };
    case 'write':
      write(store!, order.documents);
      return { ms: [] };
    case 'round': {
      const { answer, ms } = await timed(() => sync!.round());
      return { ms: [ms], outcome: answer };
    }
    case 'rounds':
      return { ms: await times(order.count, () => sync!.round()) };
    case 'stat':
      return { ms: await times(order.count, () => statSync(order.file, { bigint: true })) };
    case 'copy':
      rmSync(order.to, { force: true });
      return { ms: await times(1, () => copyDurably(order.from, order.to)) };
    case 'close':
      store?.close();
      return { ms: [] };
  }
}

async function join(directory: string, file: string): Promise<void> {
  const work = { signal: new AbortController().signal, onProgress: () => undefined };
  await joinLibrary({ directory, file, values: {} }, work, silentLogger);
}

function write(library: LibraryStore, documents: number): void {
  const author = { id: library.users.first()!.id };
  library.write(author, (t) => {
    for (let made = 0; made < documents; made += 1) {
      t.createDocument({ document_name: prose.phrase(4), document_body: prose.text(300) });
    }
  });
}

/** A team file is on the disk before it takes another's place, so the copy is, too. */
function copyDurably(from: string, to: string): void {
  copyFileSync(from, to);
  const file = openSync(to, 'r+');
  fsyncSync(file);
  closeSync(file);
}

async function times(count: number, work: () => unknown): Promise<number[]> {
  const ms: number[] = [];
  for (let round = 0; round < count; round += 1) ms.push((await timed(work)).ms);
  return ms;
}

async function timed<T>(work: () => T): Promise<{ answer: Awaited<T>; ms: number }> {
  const start = performance.now();
  const answer = await work();
  return { answer, ms: performance.now() - start };
}
