import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import type { LongWork } from '../../../src-main/sync/client-types.ts';
import { nodeDisk } from '../../../src-main/sync/disk.ts';
import { lookInto } from '../../../src-main/sync/making/look-into.ts';
import { joinLibrary } from '../../../src-main/sync/making/make-library.ts';
import { makeLibraryIn } from '../../../src-main/sync/making/new-folder.ts';
import { openLibrary, temporaryDirectory } from '../../fixtures/store/temporary-library.ts';
import { documentNames, machineOf, Team } from './shared-folder.ts';

const work: LongWork = { signal: new AbortController().signal, onProgress: () => undefined };

async function join(file: string) {
  const directory = path.join(temporaryDirectory(), 'joined');
  await joinLibrary({ directory, values: {}, file }, work, silentLogger);
  return openLibrary({ directory, create: false });
}

async function teamOfOne(documents: number) {
  const team = new Team();
  const ada = team.machine('ada');
  for (let count = 0; count < documents; count += 1) ada.write(`No. ${count}`, 'word '.repeat(500));
  await ada.round();
  return { team, ada };
}

/** The log that a program leaves which is killed while it works with the file. */
function logLeftBy(file: string, statement: string): Buffer {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('wal_autocheckpoint = 0');
  database.exec(statement);
  const log = fs.readFileSync(`${file}-wal`);
  database.close();
  return log;
}

const renaming = 'update documents set document_name = document_name || 1';

describe('joining by a team file with something beside it', () => {
  it('takes the file alone where the log is of one that is gone', async () => {
    const { team, ada } = await teamOfOne(40);
    const log = logLeftBy(team.file, renaming);
    fs.rmSync(team.file);
    ada.write('Later', 'word '.repeat(9_000));
    await ada.round();
    fs.writeFileSync(`${team.file}-wal`, log);
    const folder = path.join(temporaryDirectory(), 'looked');
    const looked = await lookInto(team.file, folder, silentLogger, work.signal);
    expect(looked).toMatchObject({ library_id: ada.store.libraryId, documents: 41 });
    const joined = await join(team.file);
    expect(documentNames(joined)).toEqual(documentNames(ada.store));
    // It is the team's: nothing was taken away beside it.
    expect(fs.readFileSync(`${team.file}-wal`).equals(log)).toBe(true);
    const ben = machineOf('ben', joined, team.file);
    ben.write('From Ben');
    expect(await ben.round()).toMatchObject({ published: true, problem: null });
    expect(team.names()).toEqual(['team.db']);
  });

  it('takes what its own log adds', async () => {
    const { team, ada } = await teamOfOne(1);
    const before = path.join(temporaryDirectory(), 'before.db');
    fs.copyFileSync(team.file, before);
    ada.write('Later');
    await ada.round();
    const later = path.join(temporaryDirectory(), 'later.db');
    fs.copyFileSync(team.file, later);
    fs.copyFileSync(before, team.file);
    const log = logLeftBy(
      ...([
        team.file,
        `attach '${later}' as later;
        insert or ignore into changes select * from later.changes`,
      ] as const),
    );
    fs.copyFileSync(before, team.file);
    const database = new Database(team.file);
    database.pragma('journal_mode = WAL');
    database.close();
    fs.writeFileSync(`${team.file}-wal`, log);
    expect(documentNames(await join(team.file))).toEqual(['Later', 'No. 0']);
  });

  it('takes the whole of the two where the file alone is torn', async () => {
    const { team, ada } = await teamOfOne(10);
    const whole = fs.readFileSync(team.file);
    const log = logLeftBy(team.file, `${renaming}; vacuum`);
    const torn = Buffer.from(whole).fill(0, 8_192, 16_384);
    // As that program had marked it.
    torn.fill(2, 18, 20);
    fs.writeFileSync(team.file, torn);
    await expect(join(team.file)).rejects.toMatchObject({ code: 'team_file_damaged' });
    fs.writeFileSync(`${team.file}-wal`, log);
    expect(documentNames(await join(team.file))).toEqual(documentNames(ada.store));
  });
});

describe('a library that is made', () => {
  /** The first moves are refused as where a scanner looks into the new files. */
  function holdFor(refusals: number, then: () => void = () => undefined) {
    const spy = vi.spyOn(nodeDisk, 'rename').mockImplementation((from, to) => {
      if (refusals-- <= 0) {
        fs.renameSync(from, to);
        return;
      }
      then();
      throw Object.assign(new Error('held'), { code: 'EBUSY' });
    });
    onTestFinished(() => spy.mockRestore());
  }

  const make = (directory: string) =>
    makeLibraryIn(directory, async (folder) => {
      for (const name of ['replica.db', 'state.db']) fs.writeFileSync(path.join(folder, name), 'x');
      return Promise.resolve();
    });

  it('takes its place once nobody holds it any more', async () => {
    holdFor(2);
    const parent = temporaryDirectory();
    await make(path.join(parent, 'new'));
    expect(fs.readdirSync(path.join(parent, 'new'))).toEqual(['replica.db', 'state.db']);
    holdFor(2);
    fs.mkdirSync(path.join(parent, 'there'));
    await make(path.join(parent, 'there'));
    expect(fs.readdirSync(path.join(parent, 'there'))).toEqual(['replica.db', 'state.db']);
    expect(fs.readdirSync(parent)).toEqual(['new', 'there']);
  });

  it('takes no place that somebody else took while it waited', async () => {
    const directory = temporaryDirectory();
    const file = path.join(directory, 'replica.db');
    holdFor(1, () => fs.writeFileSync(file, 'theirs'));
    await expect(make(directory)).rejects.toMatchObject({ code: 'already_exists' });
    expect(fs.readFileSync(file, 'utf8')).toBe('theirs');
  });
});
