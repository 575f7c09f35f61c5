import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Id } from '../../../src-main/contract/domain.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { createTeamSync } from '../../../src-main/sync/team-sync.ts';
import { changesOf } from '../../fixtures/store/replicas.ts';
import { ownerId } from '../../fixtures/store/temporary-library.ts';

/** A team that has worked for a while, to be copied for each case. */
export interface MadeTeam {
  /** Where cases may make their folders; whoever made the team removes it. */
  readonly workspace: string;
  /** A closed library that has shared by the older file. */
  readonly library: string;
  readonly libraryId: Id;
  /** What that library remembers of sharing. */
  readonly remembered: object;
  /** The team file as the library knows it, and as others have written on. */
  readonly older: Buffer;
  readonly newer: Buffer;
  /** The team file when nothing was in it. */
  readonly empty: Buffer;
  /** A whole team file of another team, which began with the same documents. */
  readonly foreign: Buffer;
  /** The ids of the library's changes. */
  readonly ofLibrary: readonly Id[];
  /** Every change that the team ever wrote: its hash by its id. */
  readonly known: Map<Id, string>;
}

/** In memory where there is such a place: every case writes a library's worth of files. */
function workspace(): string {
  const inMemory = '/dev/shm';
  const parent = fs.existsSync(inMemory) ? inMemory : os.tmpdir();
  return fs.mkdtempSync(path.join(parent, 'autodoc-damaged-'));
}

export async function makeTeam(): Promise<MadeTeam> {
  const place = workspace();
  const folder = path.join(place, 'team');
  fs.mkdirSync(folder);
  const file = path.join(folder, 'team.db');
  const library = path.join(place, 'ada');
  const ada = openStore({ directory: library, logger: silentLogger });
  const { libraryId } = ada;
  const ben = openStore({ directory: path.join(place, 'ben'), libraryId, logger: silentLogger });
  const eve = openStore({ directory: path.join(place, 'eve'), logger: silentLogger });
  const share = (store: LibraryStore, by: string) =>
    createTeamSync({
      ...{ store, file: by, settleMs: 0, retryMs: 0, logger: silentLogger },
    }).round();

  await share(ada, file);
  const empty = fs.readFileSync(file);
  write(ada, 'From Ada', 12);
  await share(ada, file);
  await share(ben, file);
  const older = fs.readFileSync(file);
  const remembered = ada.values.get('team rounds') as object;
  write(ben, 'From Ben', 12);
  await share(ben, file);
  const newer = fs.readFileSync(file);

  // Documents that were copied have the same changes in both libraries.
  eve.exchange.take({ id: ownerId }, ada.exchange.changesOf(null));
  write(eve, 'From Eve', 6);
  const foreignFile = path.join(place, 'foreign.db');
  await share(eve, foreignFile);

  const hashes = [...changesOf(ada), ...changesOf(ben)].map(
    ({ id, sha256 }) => [id, Buffer.from(sha256).toString('hex')] as const,
  );
  const ofLibrary = changesOf(ada).map(({ id }) => id);
  for (const store of [ada, ben, eve]) store.close();
  return {
    ...{ workspace: place, library, libraryId, remembered, older, newer, empty, ofLibrary },
    foreign: fs.readFileSync(foreignFile),
    known: new Map(hashes),
  };
}

/** Documents with a few versions each, some of them long. */
function write(store: LibraryStore, name: string, documents: number): void {
  for (let at = 0; at < documents; at++) {
    store.write({ id: ownerId }, (t) => {
      let body = `${name} no. ${at}. `.repeat(1 + at * 20);
      const { document, version } = t.createDocument({
        ...{ document_name: `${name} no. ${at}`, document_body: body },
      });
      let last = version.id;
      for (let count = 0; count < 3; count++) {
        body += `Then came ${count}. `;
        last = t.saveBody(document.id, body, [last]).id;
      }
    });
  }
}
