import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { openTeamFile } from '../../../src-main/store/team-file/open-team-file.ts';
import type { LibraryStore } from '../../../src-main/store/types.ts';
import { nodeDisk, type Disk } from '../../../src-main/sync/disk.ts';
import { createTeamSync } from '../../../src-main/sync/team-sync.ts';
import type { RoundOutcome } from '../../../src-main/sync/types.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';
import { changesOf } from '../../fixtures/store/replicas.ts';
import { ownerId } from '../../fixtures/store/temporary-library.ts';
import { makeTeam, type MadeTeam } from './made-team.ts';
import { kinds, type Damage, type Scene } from './damages.ts';

const seed = testSeed();
let team: MadeTeam;
beforeAll(async () => {
  team = await makeTeam();
});
afterAll(() => fs.rmSync(team.workspace, { recursive: true, force: true }));

const perKind = Math.ceil(largeCount(2_400) / kinds.length);

/** A case's own library and folder, made like the team's. */
function scene(name: string): Scene & { readonly directory: string } {
  const place = path.join(team.workspace, name);
  const folder = path.join(place, 'folder');
  fs.mkdirSync(folder, { recursive: true });
  const directory = path.join(place, 'library');
  fs.cpSync(team.library, directory, { recursive: true });
  return { team, folder, file: path.join(folder, 'team.db'), directory };
}

function open(directory: string): LibraryStore {
  return openStore({ directory, logger: silentLogger });
}

async function rounds(
  store: LibraryStore,
  { file }: Scene,
  disk: Disk,
  count: number,
): Promise<RoundOutcome[]> {
  // The library has shared by this file before.
  store.values.set('team rounds', { ...team.remembered, file });
  const outcomes: RoundOutcome[] = [];
  const sync = createTeamSync({
    ...{ store, file, disk, settleMs: 0, retryMs: 0, logger: silentLogger },
    breathe: () => Promise.resolve(),
  });
  for (let at = 0; at < count; at++) outcomes.push(await sync.round());
  return outcomes;
}

/** Nothing is in the library but what the team has written, each as it was written. */
function expectNothingWrong(store: LibraryStore, what: string): void {
  expect(store.verify().problems, what).toEqual([]);
  const changes = changesOf(store);
  for (const change of changes) {
    expect(team.known.get(change.id), what).toBe(Buffer.from(change.sha256).toString('hex'));
  }
  const ids = new Set(changes.map(({ id }) => id));
  for (const id of team.ofLibrary) expect(ids.has(id), what).toBe(true);
}

/** Somebody's edit, after which everything must go on as ever. */
function writeMore(store: LibraryStore): void {
  const { document } = store.write({ id: ownerId }, (t) =>
    t.createDocument({ document_name: 'Afterwards', document_body: 'Written afterwards' }),
  );
  for (const { id, entity_id, sha256 } of changesOf(store)) {
    if (entity_id === document.id) team.known.set(id, Buffer.from(sha256).toString('hex'));
  }
}

/** The team file is whole, ours, and has all that the library has. */
function expectShared({ file }: Scene, store: LibraryStore, what: string): void {
  const copy = path.join(store.directory, 'looked-at.db');
  fs.copyFileSync(file, copy);
  const found = openTeamFile({ file: copy, libraryId: team.libraryId, logger: silentLogger });
  expect(found.kind, what).toBe('sound');
  if (found.kind !== 'sound') return;
  expect(store.team.standingTo(found.source).is_ahead, what).toBe(false);
  found.close();
  fs.rmSync(copy);
}

async function run(damage: Damage, at: number): Promise<void> {
  const random = seededNumbers(seed + at * 7_919);
  const what = `${damage.name} no. ${at}, AUTODOC_SEED=${seed}`;
  const here = scene(`${damage.name.replaceAll(/\W+/g, '-')}-${at}`);
  const disk = damage.apply(here, random) ?? nodeDisk;
  const before = damage.isOthers ? damage.look(here) : null;
  let store = open(here.directory);
  try {
    const outcomes = await rounds(store, here, disk, 3);
    expectNothingWrong(store, what);
    if (before !== null) {
      expect(damage.look(here), what).toBe(before);
      expect(outcomes.at(-1)?.problem, what).not.toBeNull();
      expect(
        outcomes.some(({ published }) => published),
        what,
      ).toBe(false);
    }
    store.close();
    // Once whatever was wrong with the place is gone, everything is shared.
    store = open(here.directory);
    damage.undo?.(here);
    writeMore(store);
    const after = await rounds(store, here, nodeDisk, 3);
    expect(after.at(-1), what).toMatchObject({ is_settled: true, problem: null });
    expectNothingWrong(store, what);
    expectShared(here, store, what);
    expect(
      fs.readdirSync(here.folder).filter((name) => name.endsWith('.tmp')),
      what,
    ).toEqual([]);
    expect(fs.readdirSync(path.join(here.directory, 'team', 'tmp')), what).toEqual([]);
  } finally {
    store.close();
    fs.rmSync(path.dirname(here.directory), { recursive: true, force: true });
  }
}

describe('a damaged team file', () => {
  it.each(kinds.map((kind) => [kind.name, kind] as const))(
    '%s: nothing wrong is taken, nothing of others is written over',
    { timeout: 1_200_000 },
    async (_name, kind) => {
      for (let at = 0; at < perKind; at++) await run(kind, at);
    },
  );

  it('whose journal names another file does not have it deleted', async () => {
    const here = scene('journal');
    const precious = path.join(here.folder, 'precious.txt');
    fs.writeFileSync(precious, '');
    fs.writeFileSync(here.file, team.newer);
    const name = Buffer.from(precious);
    const tail = Buffer.alloc(16);
    tail.writeUInt32BE(name.length, 0);
    tail.writeUInt32BE(
      name.reduce((sum, byte) => sum + byte, 0),
      4,
    );
    Buffer.from('d9d505f920a163d7', 'hex').copy(tail, 8);
    const page = Buffer.alloc(4);
    page.writeUInt32BE(1, 0);
    fs.writeFileSync(
      `${here.file}-journal`,
      Buffer.concat([journalHead(team.newer), page, name, tail]),
    );
    const store = open(here.directory);
    await rounds(store, here, nodeDisk, 2);
    expect(fs.existsSync(precious)).toBe(true);
    store.close();
  });
});

function journalHead(file: Buffer): Buffer {
  const pageSize = file.readUInt16BE(16);
  const head = Buffer.alloc(512);
  Buffer.from('d9d505f920a163d7', 'hex').copy(head);
  head.writeUInt32BE(0, 8);
  head.writeUInt32BE(1, 12);
  head.writeUInt32BE(file.length / pageSize, 16);
  head.writeUInt32BE(512, 20);
  head.writeUInt32BE(pageSize, 24);
  return head;
}

describe('a file that only looks like a team file', () => {
  const stand = (sql: string) => async () => {
    const here = scene(`stand-in-${Math.random().toString(36).slice(2)}`);
    fs.writeFileSync(here.file, team.newer);
    const forged = new Database(here.file);
    forged.exec(sql);
    forged.close();
    const store = open(here.directory);
    await rounds(store, here, nodeDisk, 1);
    expectNothingWrong(store, sql);
    expect(changesOf(store)).toHaveLength(team.ofLibrary.length);
    await rounds(store, here, nodeDisk, 2);
    expectNothingWrong(store, sql);
    store.close();
  };

  it('by a view', stand('alter table changes rename to c; create view changes as select * from c'));
  it(
    'by columns that are computed',
    stand(
      `alter table changes rename to c;
      create table changes(id text primary key, replica_id text, seq integer, hlc text, actor_id text,
        entity text, entity_id text, field text, parents text,
        value as ((select 1)), base_id text, value_sha256 blob, sha256 blob, signature blob)`.replace(
        '((select 1))',
        "('x')",
      ),
    ),
  );
  it(
    'by a virtual table',
    stand('drop table changes; create virtual table changes using fts5(id, value)'),
  );
});
