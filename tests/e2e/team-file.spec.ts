import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DocumentSummary } from '../../src-main/contract/domain.ts';
import { expectAccessible } from './accessibility.ts';
import { commandLineAt } from './command-line.ts';
import { expect, test } from './fixture.ts';
import { answerWith, fromMenu } from './menu-and-dialogs.ts';
import { Writer } from './writer.ts';

const lawn = 'The grass is tall.\n\nThe mower is old.\n\nIt rains.';

test('a window and the command line share a file', async ({ app, userData }) => {
  test.slow();
  const writer = await Writer.at(app);
  const { page } = writer;
  await writer.startAlone();
  await writer.write('Lawn', lawn);
  await writer.save();
  await writer.newDocument('Diary', 'Private.');
  await writer.save();
  await writer.kept();

  // A library of its own, with the one document that was chosen.
  const file = path.join(userData, 'Catalogue.db');
  await answerWith(app, file);
  await fromMenu(app, 'team:create');
  const dialog = page.getByRole('dialog', { name: 'Create a team file' });
  await dialog.getByLabel('Title of the team’s library').fill('Catalogue');
  await dialog.getByLabel('Your name').fill('Ada');
  await dialog.getByRole('checkbox', { name: 'Lawn' }).check();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Choose where it lies…' }).click();
  await expect(page.getByRole('button', { name: 'Library: Catalogue' })).toBeVisible();
  await expect(writer.name).toHaveValue('Lawn');
  await writer.expectText(lawn);
  await expect(writer.rows).toHaveCount(1);
  const sharing = writer.status.getByRole('button', { name: /^Team file:/ });
  await expect(sharing).toContainText(/Shared (just now|1 minute ago)/);

  // Another machine joins, and what it writes arrives here by itself.
  const other = commandLineAt(path.join(userData, 'other'), userData);
  other('team', 'join', '--file', file, '--name', 'Bo');
  const [shared] = other('documents', 'list') as DocumentSummary[];
  expect(shared).toMatchObject({ document_name: 'Lawn' });
  const { id } = shared!;
  const bodyFile = path.join(userData, 'body.md');
  const saveThere = (body: string): void => {
    writeFileSync(bodyFile, body);
    other('documents', 'save', id, '--body-file', bodyFile, '--no-draft');
  };
  const bodyThere = (): string =>
    (other('documents', 'show', id) as { document_body: string }).document_body;
  saveThere(lawn.replace('rains', 'rains on Bo'));
  other('team', 'sync');
  await writer.expectText(lawn.replace('rains', 'rains on Bo'));

  // Both write at the same time in different places: it merges on both machines.
  saveThere(lawn.replace('rains', 'rains on Bo').replace('old', 'very old'));
  await writer.text.click();
  await page.keyboard.press('ControlOrMeta+Home');
  await page.keyboard.insertText('Early. ');
  await writer.save();
  await writer.kept();
  await fromMenu(app, 'team:sync');
  await expect(sharing).toContainText('Shared just now');
  other('team', 'sync');
  const merged = `Early. ${lawn.replace('rains', 'rains on Bo').replace('old', 'very old')}`;
  await writer.expectText(merged);
  expect(bodyThere()).toBe(merged);

  // Both write the same words anew: they stand side by side until somebody decides.
  saveThere(merged.replace('tall', 'knee-high'));
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(merged.replace('tall', 'up to the step'));
  await writer.save();
  await writer.kept();
  await fromMenu(app, 'team:sync');
  await expect(sharing).toContainText('Shared just now');
  other('team', 'sync');
  await fromMenu(app, 'team:sync');
  await expect(page.getByText(/at the same time.* One passage stands side by side/)).toBeVisible();
  await expect(writer.row('Lawn')).toContainText('2 versions');
  const toDecide = page.getByRole('button', { name: '1 to decide' });
  await toDecide.click();
  await expect(toDecide).toHaveAttribute('aria-pressed', 'true');
  await expect(writer.row('Lawn')).toBeVisible();
  await expectAccessible(page);
  await toDecide.click();
  await page.getByRole('button', { name: 'Decide…' }).click();
  const passage = page.getByRole('region', { name: 'Passage 1 of 1' });
  await expect(passage).toContainText('knee-high');
  await expect(passage).toContainText('up to the step');
  await expectAccessible(page);
  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('4');
  await passage.getByRole('textbox').fill('high');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Both versions stay in the history.').last()).toBeVisible();
  await expect(writer.text).toContainText('is high');
  await expect(page.getByText(/passage stands side by side/)).toBeHidden();
  await fromMenu(app, 'team:sync');
  await expect(sharing).toContainText('Shared just now');
  other('team', 'sync');
  await expect.poll(() => bodyThere().includes('is high')).toBe(true);
  expect(bodyThere()).not.toContain('knee-high');

  // Another team's file in its place is told and left alone; with the right one it goes on.
  const kept = path.join(userData, 'kept.db');
  copyFileSync(file, kept);
  const foreign = commandLineAt(path.join(userData, 'foreign'), userData);
  const foreignFile = path.join(userData, 'foreign-file.db');
  foreign('team', 'create', '--file', foreignFile, '--name', 'Mallory');
  copyFileSync(foreignFile, file);
  await fromMenu(app, 'team:sync');
  await expect(sharing).toContainText('Another library’s file lies there');
  await sharing.click();
  const settings = page.getByRole('region', { name: 'Settings' });
  await expect(settings).toContainText(file);
  await expectAccessible(page);
  copyFileSync(kept, file);
  await settings.getByRole('button', { name: 'Sync now' }).click();
  await expect(settings).toContainText('Shared just now');
  await page.keyboard.press('Escape');

  // The first library is as it was.
  await page.getByRole('button', { name: 'Library: Catalogue' }).click();
  await page.getByRole('menuitem', { name: /^Mine|^My/ }).click();
  await expect(writer.row('Diary')).toBeVisible();
  await expect(sharing).toBeHidden();
});

test('a team file is a way to begin', async ({ app, userData }) => {
  const writer = await Writer.at(app);
  const { page } = writer;
  const file = path.join(userData, 'press.db');
  const other = commandLineAt(path.join(userData, 'other'), userData);
  other('team', 'create', '--file', file, '--name', 'Bo');
  const bodyFile = path.join(userData, 'body.md');
  writeFileSync(bodyFile, lawn);
  other('documents', 'new', '--name', 'Lawn', '--body-file', bodyFile, '--no-draft');
  other('team', 'sync');

  await answerWith(app, file);
  await page.getByRole('button', { name: 'Join a team file…' }).click();
  await page.getByRole('button', { name: 'Choose the team file…' }).click();
  await expect(page.getByText('Bo', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Title of the library').fill('The press');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Library: The press' })).toBeVisible();
  await writer.row('Lawn').click();
  await writer.expectText(lawn);
});
