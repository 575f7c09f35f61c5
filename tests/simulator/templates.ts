import fs from 'node:fs';
import path from 'node:path';
import { silentLogger } from '../../src-main/logging/logger.ts';
import { openStore } from '../../src-main/store/open-store.ts';
import type { LibraryStore } from '../../src-main/store/types.ts';
import { reproducibly } from './dice.ts';
import { authorOf, people } from './people.ts';

/** When every schedule begins. */
export const startMs = Date.parse('2026-11-20T10:00:00.000Z');
/** Machines that a template is made for. */
export const mostMachines = 7;

/** Libraries as they are when a team begins, made once and copied: making one takes longer. */
export interface Template {
  /** The library's folder on a machine that nobody has worked at yet. */
  libraryOf(machine: number): string;
}

export interface Templates {
  readonly open: Template;
  readonly withAccounts: Template;
  /** A file of another team. */
  readonly foreignFile: string;
}

/** Makes them in `folder`. */
export async function makeTemplates(folder: string): Promise<Templates> {
  return reproducibly({ seed: 1, fromMs: startMs }, () => {
    const foreignFile = path.join(folder, 'foreign.db');
    fs.mkdirSync(folder, { recursive: true });
    const foreign = openAt(path.join(folder, 'foreign'));
    begin(foreign, false);
    foreign.team.writeCopy(foreignFile);
    foreign.close();
    return Promise.resolve({
      open: makeTemplate(path.join(folder, 'open'), false),
      withAccounts: makeTemplate(path.join(folder, 'accounts'), true),
      foreignFile,
    });
  });
}

function makeTemplate(folder: string, accountsAreOn: boolean): Template {
  const first = path.join(folder, 'first');
  // Two machines wrote it: of a library that one alone wrote, each copy would believe it was its own.
  const store = openAt(first);
  begin(store, accountsAreOn);
  store.close();
  forgetMachine(first);
  const second = openAt(first);
  second.write(authorOf(people[0]!, accountsAreOn), (t) => {
    t.createDocument({ document_name: 'Plan', document_body: 'What we are about to write.' });
  });
  second.close();
  forgetMachine(first);

  const libraryOf = (machine: number): string => path.join(folder, `machine-${machine}`);
  for (let machine = 0; machine < mostMachines; machine += 1) {
    fs.mkdirSync(libraryOf(machine), { recursive: true });
    fs.copyFileSync(path.join(first, 'replica.db'), path.join(libraryOf(machine), 'replica.db'));
    openAt(libraryOf(machine)).close();
  }
  return { libraryOf };
}

function begin(store: LibraryStore, accountsAreOn: boolean): void {
  store.write(authorOf(people[0]!, accountsAreOn), (t) => {
    for (const { id, name, user_type, deviceId, signer } of people) {
      const email = `${name.toLowerCase()}@example.org`;
      t.createUser({ id, name, email, organization: '', user_type, user_status: 'approved' });
      if (!accountsAreOn) continue;
      const { public_key } = signer;
      t.addUserDevice({ id: deviceId, user_id: id, device_name: 'A machine', public_key });
      t.setDeviceStatus(deviceId, 'approved');
    }
    if (accountsAreOn) t.switchAccountsOn();
  });
}

function openAt(directory: string): LibraryStore {
  let nowMs = startMs - 60_000;
  return openStore({ directory, logger: silentLogger, now: () => (nowMs += 1) });
}

function forgetMachine(directory: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    fs.rmSync(path.join(directory, `state.db${suffix}`), { force: true });
  }
}
