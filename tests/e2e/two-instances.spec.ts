import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commandLine } from './command-line.ts';
import { appDirectory, findExecutable, isPackaged } from './executable.ts';
import { expect, test } from './fixture.ts';
import { Writer } from './writer.ts';

test('a second start brings the first window to the front', async ({ app, userData }) => {
  const writer = await Writer.at(app);
  await writer.startAlone();
  await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    window!.show = () => void asked.push('show');
    window!.focus = () => void asked.push('focus');
  });

  const { path: executable, isStandIn } = findExecutable();
  const second = spawn(
    executable,
    [
      `--user-data-dir=${userData}`,
      ...(isStandIn && isPackaged ? ['--stand-in-packaged'] : []),
      ...(process.getuid?.() === 0 && !isStandIn ? ['--no-sandbox'] : []),
      appDirectory,
    ],
    { stdio: 'ignore' },
  );
  const [status] = (await once(second, 'exit')) as [number | null];
  expect(status).toBe(0);
  await expect
    .poll(() => app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked))
    .toEqual(['show', 'focus']);
  expect(app.windows()).toHaveLength(1);
});

test('what the command line writes appears in the window, and the other way round', async ({
  app,
  userData,
}) => {
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.write('Ours', 'From the window.');
  await writer.save();
  const { id } = await writer.onlyDocument();
  const autodoc = commandLine(userData);

  expect(autodoc('documents', 'show', id)).toMatchObject({ document_body: 'From the window.' });

  const bodyFile = path.join(userData, 'theirs.md');
  await writeFile(bodyFile, 'From the command line.');
  autodoc('documents', 'new', '--name', 'Theirs', '--body-file', bodyFile, '--no-draft');
  await expect(writer.row('Theirs')).toBeVisible();
  await writer.row('Theirs').click();
  await writer.expectText('From the command line.');

  // The open document, saved elsewhere: the window shows the new text where nothing was typed.
  await writeFile(bodyFile, 'From the command line, again.');
  const theirs = (await writer.row('Theirs').getAttribute('data-document')) ?? '';
  autodoc('documents', 'save', theirs, '--body-file', bodyFile, '--no-draft');
  await writer.expectText('From the command line, again.');
});

test('what both wrote at once is kept from both', async ({ app, userData }) => {
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.write('Shared', 'The beginning.');
  await writer.save();
  await writer.kept();
  const { id } = await writer.onlyDocument();

  await writer.goOn(' And my end.');
  const bodyFile = path.join(userData, 'theirs.md');
  await writeFile(bodyFile, 'The beginning. And their end.');
  commandLine(userData)('documents', 'save', id, '--body-file', bodyFile, '--no-draft');
  await writer.save();
  await writer.kept();

  const versions = await writer.ask('versions:list', { document_id: id });
  const bodies = await Promise.all(
    versions.map(async (version) => {
      const { document_body } = await writer.ask('versions:show', { version_id: version.id });
      return document_body;
    }),
  );
  expect(bodies).toContain('The beginning. And my end.');
  expect(bodies).toContain('The beginning. And their end.');
  await expect(
    writer.page.getByText(/^Another version was saved at the same time as yours. One passage/),
  ).toBeVisible();
});
