import fs from 'node:fs';
import { createInterface } from 'node:readline';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { createTeamSync } from '../../../src-main/sync/team-sync.ts';

/*
 * Writes to a library and shares it until it is killed, from outside or by itself at a step of a
 * round. It is told on standard input what to do, one JSON line, once it has loaded; each edit and
 * each publish is told on standard output after it was acknowledged.
 */

export interface Orders {
  readonly directory: string;
  readonly file: string;
  readonly name: string;
  /** Dies at the n-th time that a round comes to this step; null: is killed from outside. */
  readonly step: string | null;
  readonly times: number;
}

export type Told = { readonly version: string } | { readonly published: true };

const actor = '01900000-0000-7000-8000-000000000001';

function tell(told: Told): void {
  fs.writeSync(1, `${JSON.stringify(told)}\n`);
}

async function work({ directory, file, name, step, times }: Orders): Promise<void> {
  const store = openStore({ directory, logger: silentLogger });
  let left = times;
  const sync = createTeamSync({
    ...{ store, file, settleMs: 0, retryMs: 200, logger: silentLogger },
    onStep(reached) {
      if (reached === step && --left <= 0) process.kill(process.pid, 'SIGKILL');
    },
  });
  for (let count = 0; ; count++) {
    const { version } = store.write({ id: actor }, (t) =>
      t.createDocument({
        document_name: `${name} ${count}`,
        document_body: `${name} wrote this. `.repeat(1 + ((count * 7_919) % 400)),
      }),
    );
    tell({ version: version.id });
    const outcome = await sync.round();
    if (outcome.published && outcome.is_settled) tell({ published: true });
  }
}

createInterface({ input: process.stdin }).once('line', (line) => {
  void work(JSON.parse(line) as Orders);
});
