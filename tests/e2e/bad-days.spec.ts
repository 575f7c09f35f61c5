import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { ElectronApplication } from '@playwright/test';
import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixture.ts';
import { Writer } from './writer.ts';

/* A library that cannot be opened: the window says so, and touches nothing. */

type Launch = () => Promise<ElectronApplication>;

/** Begins a library with a document, and ends. */
async function writeOnce(launch: Launch): Promise<void> {
  const app = await launch();
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.write('Precious', 'Every word.');
  await writer.kept();
  await app.close();
}

/** The window of an application whose library cannot be opened, when it says so. */
async function expectRefusal(launch: Launch, reason: RegExp): Promise<Writer> {
  const writer = await Writer.at(await launch());
  const refusal = writer.page.getByRole('alert');
  await expect(refusal).toContainText('The library could not be opened');
  await expect(refusal).toContainText(reason);
  await expectAccessible(writer.page);
  return writer;
}

const libraryOf = (userData: string) => path.join(userData, 'libraries', 'mine');

async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

test('a library of a newer version is refused and left as it is', async ({ launch, userData }) => {
  await writeOnce(launch);
  const file = path.join(libraryOf(userData), 'replica.db');
  const database = new Database(file);
  const version = database.pragma('user_version', { simple: true }) as number;
  database.pragma(`user_version = ${version + 1_000}`);
  database.close();
  const before = [await hashOf(file), await readdir(libraryOf(userData))];

  await expectRefusal(launch, /newer/i);
  expect([await hashOf(file), await readdir(libraryOf(userData))]).toEqual(before);
});

test('a damaged library is refused and left as it is', async ({ launch, userData }) => {
  await writeOnce(launch);
  const file = path.join(libraryOf(userData), 'replica.db');
  const bytes = await readFile(file);
  bytes.fill(0x5a, 0, 4_096);
  await writeFile(file, bytes);
  const before = await hashOf(file);

  await expectRefusal(launch, /damaged|not a library|not a database/i);
  expect(await hashOf(file)).toBe(before);
});

test('once the reason is gone, trying again opens the library', async ({ launch, userData }) => {
  await writeOnce(launch);
  const file = path.join(libraryOf(userData), 'replica.db');
  const aside = path.join(userData, 'aside.db');
  await rename(file, aside);
  await writeFile(file, 'not a database, and longer than a header of a hundred bytes '.repeat(5));
  const writer = await expectRefusal(launch, /./);

  await rm(file);
  await rename(aside, file);
  await writer.page.getByRole('button', { name: 'Try again' }).click();
  await writer.expectText('Every word.');
  // The work that waited for the library goes on too.
  await writer.drafted();
});

test('a place that cannot be written is named', async ({ launch, userData }) => {
  // A file where the folder should be: even root cannot write into it.
  await mkdir(path.join(userData, 'libraries'), { recursive: true });
  await writeFile(libraryOf(userData), '');
  const writer = await expectRefusal(launch, /./);
  await expect(writer.page.getByRole('alert')).toContainText(libraryOf(userData));
});

test('a model that cannot be imported says why and leaves no trace', async ({ app, userData }) => {
  const folder = path.join(userData, 'broken-model');
  await mkdir(folder);
  await writeFile(path.join(folder, 'config.json'), '{"model_type":"gpt2"');
  const writer = await Writer.at(app);
  const { page } = writer;
  await writer.startAlone();
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, folder);
  await writer.openSettings('Models');
  await page.getByRole('button', { name: 'Import a folder…' }).click();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'config.json' })).toContainText(
    'was not imported',
  );
  const models = await writer.ask('models:list');
  expect(models.map(({ name }) => name)).toEqual(['starter']);
});
