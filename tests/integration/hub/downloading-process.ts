import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { composeFakeApplication } from '../services/fake-application.ts';
import { pieceBytes, repository } from './fetching.ts';

/*
 * A process to be killed: downloads from the hub in HF_ENDPOINT, says on standard output that it
 * has begun, and in the end what was offered for import.
 * `node downloading-process.ts DIRECTORY`.
 */

const application = composeFakeApplication({
  directory: process.argv[2]!,
  hub: { environment: process.env, pieceBytes },
});
const say = (word: string): boolean => process.stdout.write(`${word}\n`);
application.engine.onPrepare = async ({ source }) => {
  const names = (await readdir(source)).sort();
  for (const name of names) {
    const content = await readFile(path.join(source, name));
    say(`${createHash('sha256').update(content).digest('hex')} ${name}`);
  }
};
const { services } = application;
const fetching = services.downloads.fetch(
  services.principal(),
  { repository, revision: null, name: null },
  { signal: new AbortController().signal },
);
say('begun');
await fetching;
say('done');
await application.close();
