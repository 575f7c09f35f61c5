import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { ownerId, temporaryDirectory } from '../../fixtures/store/temporary-library.ts';
import { documentNames, keptIn, machineOf, Team } from './shared-folder.ts';

async function teamOfTwo() {
  const team = new Team();
  const [ada, ben] = [team.machine('ada'), team.machine('ben')];
  for (let count = 0; count < 40; count++) ada.write(`No. ${count}`, 'Some words. '.repeat(40));
  await ada.round();
  await ben.round();
  return { team, ada, ben };
}

describe('a damaged team file', () => {
  it('is kept aside, taken from as far as it goes, and replaced once it stays so', async () => {
    const { team, ada, ben } = await teamOfTwo();
    ben.write('From Ben');
    await ben.round();
    const damaged = fs.readFileSync(team.file);
    damaged.fill(0, damaged.length - 4_096);
    fs.writeFileSync(team.file, damaged);

    const first = await ada.round();
    expect(first).toMatchObject({ published: false, is_settled: false });
    expect(first.problem?.code).toBe('file_damaged');
    expect(first.problem?.message).toMatch(/kept aside, \d+ of \d+ changes recovered\./);
    expect(ada.notices[0]).toMatch(/^The team file was damaged: a copy was kept aside, \d+ of \d+/);
    const [kept = ''] = keptIn(ada.store, 'quarantine');
    expect(
      fs.readFileSync(path.join(ada.store.directory, 'team', 'quarantine', kept)).equals(damaged),
    ).toBe(true);
    expect(fs.readFileSync(team.file).equals(damaged)).toBe(true);

    expect(await ada.round()).toMatchObject({ published: true, is_settled: true, problem: null });
    expect(ada.notices.at(-1)).toBe('A whole team file was put in the place of the damaged one.');
    expect(keptIn(ada.store, 'quarantine')).toHaveLength(1);
    await ben.round();
    await ada.round();
    expect(documentNames(ada.store)).toEqual(documentNames(ben.store));
  });

  it('that was cut off is read up to its end', async () => {
    const { team, ada, ben } = await teamOfTwo();
    for (let count = 0; count < 400; count++) ben.write(`More ${count}`);
    await ben.round();
    const cut = fs.readFileSync(team.file);
    const damaged = cut.subarray(0, Math.floor(cut.length * 0.4));
    fs.writeFileSync(team.file, damaged);

    const { problem, taken } = await ada.round();
    expect(problem?.message).toMatch(/ [4-8]\d\d changes recovered from what is left of it\./);
    expect(taken).toBeGreaterThan(200);
    expect(ada.store.verify().problems).toEqual([]);
    const [kept = ''] = keptIn(ada.store, 'quarantine');
    const aside = path.join(ada.store.directory, 'team', 'quarantine', kept);
    expect(fs.readFileSync(aside).equals(damaged)).toBe(true);
    for (const one of [ada, ben, ada]) await one.round();
    expect(documentNames(ada.store)).toEqual(documentNames(ben.store));
  });

  it('of which every change could be read is said to be so', async () => {
    const { team, ada, ben } = await teamOfTwo();
    ben.write('From Ben');
    await ben.round();
    // Damage that costs no change: in the tables that are derived from them.
    const file = new Database(team.file, { readonly: true });
    const page = file
      .prepare("select rootpage from sqlite_schema where name = 'document_summaries'")
      .pluck()
      .get() as number;
    const changes = Number(file.prepare('select count(*) from changes').pluck().get());
    file.close();
    const bytes = fs.readFileSync(team.file);
    bytes.fill(0xff, (page - 1) * 4_096, page * 4_096);
    fs.writeFileSync(team.file, bytes);
    const { problem, taken } = await ada.round();
    expect(problem?.message).toContain(`${changes} of ${changes} changes recovered`);
    expect(taken).toBe(2);
    expect(documentNames(ada.store)).toContain('From Ben');
  });

  it('that is kept aside after a purge is said to have such words, perhaps', async () => {
    const { team, ada, ben } = await teamOfTwo();
    const secret = ben.write('Secret');
    ben.store.write({ id: ownerId }, (t) => t.purgeDocument(secret));
    await ben.round();
    await ada.round();
    fs.truncateSync(team.file, fs.statSync(team.file).size - 4_096);
    await ada.round();
    expect(ada.notices.at(-1)).toMatch(/\. It may have words in it that were purged/);
  });

  it('that goes on changing is a download that is under way, and is let alone', async () => {
    const { team, ada, ben } = await teamOfTwo();
    ben.write('From Ben');
    await ben.round();
    const whole = fs.readFileSync(team.file);
    for (const part of [0.3, 0.6, 0.9]) {
      fs.writeFileSync(team.file, whole.subarray(0, Math.floor(whole.length * part)));
      expect(await ada.round()).toMatchObject({ published: false });
    }
    fs.writeFileSync(team.file, whole);
    expect(await ada.round()).toMatchObject({ published: false, is_settled: true, problem: null });
    expect(documentNames(ada.store)).toContain('From Ben');
  });

  it('with one flipped bit in the library’s id is no other team’s', async () => {
    const { team, ada, ben } = await teamOfTwo();
    ben.write('From Ben');
    await ben.round();
    const bytes = fs.readFileSync(team.file);
    const at = bytes.indexOf(ada.store.libraryId) + 9;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    fs.writeFileSync(team.file, bytes);
    expect(await ada.round()).toMatchObject({ taken: 2, problem: { code: 'file_damaged' } });
    expect(await ada.round()).toMatchObject({ published: true, is_settled: true, problem: null });
  });

  it('whose row was changed without SQLite noticing is damaged, too', async () => {
    const { team, ada, ben } = await teamOfTwo();
    ben.write('From Ben', 'What Ben wrote');
    await ben.round();
    const forged = new Database(team.file);
    forged.exec(`update changes set value = '"What Eve wrote"' where value = '"What Ben wrote"'`);
    forged.close();
    expect((await ada.round()).problem?.code).toBe('file_damaged');
    expect(await ada.round()).toMatchObject({ published: true, problem: null });
    await ben.round();
    await ada.round();
    const { documents } = ada.store.documents.list({
      ...{ query: 'Ben', visible_to: null, place: 'library', offset: 0, limit: 1 },
    });
    expect(documents[0]?.excerpt).toBe('What Ben wrote');
  });
});

describe('a team file that changed and brings nothing', () => {
  it('is damaged where a row of it, which every library has, was changed', async () => {
    const { team, ada, ben } = await teamOfTwo();
    await ada.round();
    const file = new Database(team.file);
    const changes = file.prepare('select count(*) from changes').pluck().get() as number;
    file.exec(`update changes set value = replace(value, 'S', 'R')
      where id = (select max(id) from changes where field = 'document_body')`);
    file.close();
    const first = await ada.round();
    expect(first).toMatchObject({ taken: 0, published: false, is_settled: false });
    expect(first.problem?.code).toBe('file_damaged');
    expect(first.problem?.message).toContain(`${changes} of ${changes} changes recovered`);
    expect(await ada.round()).toMatchObject({ published: true, is_settled: true, problem: null });
    expect(await ben.round()).toMatchObject({ taken: 0, published: false, problem: null });
  });

  it('is read to its last value once', async () => {
    const { team, ada } = await teamOfTwo();
    await ada.round();
    fs.utimesSync(team.file, new Date(), new Date());
    for (let times = 0; times < 2; times++) {
      expect(await ada.round()).toMatchObject({ taken: 0, published: false, is_settled: true });
    }
    expect(ada.steps.filter((step) => step === 'read all')).toHaveLength(1);
  });
});

describe('what keeps from sharing', () => {
  it('is another library’s file, which is never written over', async () => {
    const team = new Team();
    const others = new Team();
    const eve = others.machine('eve');
    eve.write('Not ours');
    await eve.round();
    fs.copyFileSync(others.file, team.file);
    const before = fs.readFileSync(team.file);
    const ada = team.machine('ada');
    ada.write('One');
    const { problem } = await ada.round();
    expect(problem).toMatchObject({ code: 'file_foreign' });
    expect(problem?.message).toContain('Nothing of it was taken');
    await ada.round();
    expect(fs.readFileSync(team.file).equals(before)).toBe(true);
    expect(documentNames(ada.store)).toEqual(['One']);
    ada.steps.length = 0;
    expect(await ada.round()).toMatchObject({ problem: { code: 'file_foreign' } });
    expect(ada.steps).toEqual(['sweep']);
  });

  it('is a file of a format that a newer version made', async () => {
    const { team, ada } = await teamOfTwo();
    const { libraryId } = ada.store;
    const hash = createHash('sha256')
      .update(JSON.stringify(['autodoc-identity-1', libraryId, 2, 2]))
      .digest('hex');
    const newer = new Database(team.file);
    newer
      .prepare("update meta set value = ? where key = 'identity'")
      .run(JSON.stringify({ library_id: libraryId, format: 2, min_reader: 2, sha256: hash }));
    newer.close();
    const before = fs.readFileSync(team.file);
    ada.write('Two');
    for (let count = 0; count < 3; count++) {
      expect((await ada.round()).problem).toMatchObject({ code: 'file_newer' });
    }
    expect(fs.readFileSync(team.file).equals(before)).toBe(true);
  });

  it('is not a newer version’s tables and columns, which may say more', async () => {
    const { team, ada, ben } = await teamOfTwo();
    ben.write('From Ben');
    await ben.round();
    const newer = new Database(team.file);
    newer.exec(`alter table changes add column more text; create table things(x);
      pragma user_version = 99`);
    newer.close();
    expect(await ada.round()).toMatchObject({ taken: 2, published: false, is_settled: true });
  });

  it('is a folder that is not there', async () => {
    const { team, ada } = await teamOfTwo();
    const away = `${team.folder}-away`;
    fs.renameSync(team.folder, away);
    onTestFinished(() => fs.rmSync(away, { recursive: true, force: true }));
    expect((await ada.round()).problem).toMatchObject({ code: 'file_missing' });
    expect(fs.existsSync(team.folder)).toBe(false);
    fs.renameSync(away, team.folder);
    expect(await ada.round()).toMatchObject({ is_settled: true, problem: null });
  });

  it('is a file that the service has not fetched yet', async () => {
    const { team, ada, ben } = await teamOfTwo();
    const { size } = fs.statSync(team.file);
    fs.rmSync(team.file);
    fs.writeFileSync(team.file, '');
    fs.truncateSync(team.file, size);
    ada.write('Two');
    expect((await ada.round()).problem).toMatchObject({ code: 'file_not_downloaded' });
    expect((await ada.round()).problem).toMatchObject({ code: 'file_not_downloaded' });
    fs.rmSync(team.file);
    fs.writeFileSync(path.join(team.folder, '.team.db.icloud'), 'what iCloud leaves');
    expect((await ben.round()).problem).toMatchObject({ code: 'file_not_downloaded' });
    expect(fs.existsSync(team.file)).toBe(false);
  });

  it('is a disk without room for what comes', async () => {
    const { team } = await teamOfTwo();
    const directory = path.join(temporaryDirectory(), 'cy');
    const { libraryId } = team.machine('dee').store;
    openStore({ directory, libraryId, logger: silentLogger }).close();
    const store = openStore({ directory, libraryId, logger: silentLogger, maxPageCount: 45 });
    onTestFinished(() => store.close());
    const cy = machineOf('cy', store, team.file);
    const outcome = await cy.round();
    expect(outcome).toMatchObject({ published: false, is_settled: false });
    expect(outcome.problem).toMatchObject({ code: 'disk_full' });
    expect(store.verify().problems).toEqual([]);
  });

  it('does not keep anybody from writing', async () => {
    const { team, ada } = await teamOfTwo();
    fs.rmSync(team.file);
    fs.mkdirSync(team.file);
    ada.write('Written all the same');
    const { problem } = await ada.round();
    expect(problem).toMatchObject({ code: 'file_unreachable' });
    expect(problem?.message).toContain('Your work is kept on this machine');
    expect(ada.sync.unshared()).toBe(1);
    fs.rmdirSync(team.file);
    expect(await ada.round()).toMatchObject({ published: true, problem: null });
    expect(ada.sync.unshared()).toBe(0);
  });
});
