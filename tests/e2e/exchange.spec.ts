import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixture.ts';
import { answerWith, fromMenu } from './menu-and-dialogs.ts';
import { Writer } from './writer.ts';

test('prompts come in from a CSV file, and the library goes out and in again', async ({
  app,
  userData,
}) => {
  const writer = await Writer.at(app);
  await writer.startAlone();
  const { page } = writer;

  const prompts = path.join(userData, 'prompts.csv');
  const rows = [
    'title;prompt',
    'A ferry;The ferry was late again',
    'Nothing;',
    'A lawn;"Grass; high"',
  ];
  writeFileSync(prompts, `\ufeff${rows.join('\r\n')}\r\n`);
  await answerWith(app, prompts);
  await fromMenu(app, 'exchange:prompts');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('2 of 3 rows become documents');
  await expect(dialog.getByRole('combobox', { name: 'Separator' })).toContainText('Semicolon');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog).toContainText('Prompts were imported');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(writer.row('A ferry')).toBeVisible();
  await expect(writer.row('A lawn')).toBeVisible();

  const exported = path.join(userData, 'out.json');
  await answerWith(app, exported);
  await fromMenu(app, 'exchange:export');
  await page.getByRole('dialog').getByRole('button', { name: 'Choose a file…' }).click();
  await expect(writer.messages).toContainText('out.json');
  const { format, documents } = JSON.parse(readFileSync(exported, 'utf8')) as {
    format: string;
    documents: { document_name: string; document_body: string }[];
  };
  expect(format).toBe('autodoc-export');
  expect(documents.map(({ document_body }) => document_body)).toContain('Grass; high');

  // What is there already is not there twice.
  await fromMenu(app, 'exchange:import');
  await expect(writer.messages).toContainText(/nothing|already/i);
  await expect(writer.row('A ferry')).toHaveCount(1);
});
