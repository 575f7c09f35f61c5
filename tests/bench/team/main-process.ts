import { monitorEventLoopDelay } from 'node:perf_hooks';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import type { Id } from '../../../src-main/contract/domain.ts';
import { createProse } from '../../fixtures/large-library/made-up-prose.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';
import type { Meanwhile } from './rows.ts';

/** As often as somebody who types quickly has something kept. */
const writeEveryMs = 50;
const resolutionMs = 1;
const words = 400;

/** The main process with a library open, in which somebody is writing. */
interface MainProcess {
  /** Keeps what is typed and saves versions while `work` goes on elsewhere. */
  whileWriting(work: () => Promise<unknown>): Promise<Meanwhile>;
  close(): void;
}

const somebody: Id = '01900000-0000-7000-8000-000000000001';

/** Of an open library, where nobody has to sign; of a new one where there is none. */
export function openMainProcess(directory: string): MainProcess {
  const store = openStore({ directory, logger: silentLogger });
  const author = { id: store.users.first()?.id ?? somebody };
  let body = createProse(seededNumbers(1)).text(words);
  const { document, version } = store.write(author, (t) =>
    t.createDocument({ document_name: 'Written meanwhile', document_body: body }),
  );
  let last: Id = version.id;

  function write(count: number): number {
    body += ' word';
    const start = performance.now();
    if (count % 2 === 0) {
      const entry = { document_id: document.id, document_body: body, base_version_ids: [last] };
      store.journal.put(document.id, entry);
    } else {
      last = store.write(author, (t) => t.saveBody(document.id, body, [last])).id;
    }
    return performance.now() - start;
  }

  return {
    async whileWriting(work) {
      let [count, writeMs] = [0, 0];
      const timer = setInterval(() => {
        writeMs = Math.max(writeMs, write((count += 1)));
      }, writeEveryMs);
      const delays = monitorEventLoopDelay({ resolution: resolutionMs });
      delays.enable();
      try {
        await work();
        delays.disable();
        return { delayMs: Math.max(0, delays.max / 1e6 - resolutionMs), writeMs };
      } finally {
        clearInterval(timer);
      }
    },
    close: () => store.close(),
  };
}
