import type { ElectronApplication, Page } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DocumentSummary } from '../../src-main/contract/domain.ts';
import { commandLineAt } from './command-line.ts';
import { expect, loadedWindow, test } from './fixture.ts';
import { answerWith, fromMenu } from './menu-and-dialogs.ts';
import { Person } from './person.ts';
import { Writer } from './writer.ts';

/*
 * Walks through the application as a writer does and takes a picture of each screen: in both
 * themes at both sizes into test-results/, and those of the README into resources/.
 */

const root = path.resolve(import.meta.dirname, '../..');
const schemes = ['light', 'dark'] as const;
const sizes = [
  { name: '1280x800', width: 1280, height: 800 },
  { name: '1920x1080', width: 1920, height: 1080 },
] as const;
const readme = new Set([
  'team-decide-light',
  'team-settings-light',
  'first-start-light',
  'writing-light',
  'writing-dark',
  'versions-light',
  'side-by-side-light',
  'candidates-light',
  'settings-light',
  'models-light',
  'sign-in-light',
  'sponsor-home-light',
  'editor-home-dark',
  'commission-light',
  'in-review-light',
  'users-light',
  'audit-light',
  'prompts-light',
]);

const lawn = `## Before breakfast

The grass had grown past the second step before anyone thought of the mower. It stood in the shed behind the bicycles, with a **dry tank** and a bird's nest in the handle.

> Leave it till Sunday, my father said. The rain will think about it for us.

We waited for the rain, and the rain waited for us. On the third morning I carried the nest to the hedge, filled the tank, and pulled the cord.
`;
const ending = `\nNothing happened, twice. Then the engine coughed, and the whole street looked up from breakfast.\n`;
const texts = [
  ['Letters from the coast', 'The harbour is smaller than I remembered, and louder.\n'],
  ['Notes for the talk', '- Why drafts are proposals\n- What stays on your machine\n'],
  ['The locksmith', 'She opened the door with a hairpin and an apology.\n'],
  ['A lawn in July', lawn],
] as const;

test('screens', async ({ app, window }) => {
  const take = (name: string) => photograph(app, window, name);
  const writer = new Writer(window);

  await expect(window.getByRole('button', { name: 'Start writing' })).toBeVisible();
  await take('first-start');
  await window.getByRole('textbox', { name: 'Your name (optional)' }).fill('Ada');
  await window.getByRole('button', { name: 'Start writing' }).click();

  // A new library opens on an empty page; the others are asked for.
  for (const [index, [name, text]] of texts.entries()) {
    if (index > 0) await window.keyboard.press('ControlOrMeta+n');
    await write(window, name, text);
  }
  const drafts = window.getByRole('region', { name: 'Drafts' });
  await expect(drafts.getByRole('article')).toHaveCount(1);
  const text = window.getByRole('textbox', { name: 'Document text' });
  await text.press('ControlOrMeta+End');
  await window.keyboard.insertText(ending);
  await window.keyboard.press('ControlOrMeta+s');
  await expect(drafts.getByRole('article')).toHaveCount(2);
  await writer.drafted();
  await expect(window.getByText(/^Reads all \d+ tokens$/)).toBeVisible();
  await take('writing');

  await window.getByRole('tab', { name: 'Versions' }).click();
  await window.getByRole('region', { name: 'Versions' }).getByRole('button').nth(1).click();
  await take('versions');

  await window.getByRole('tab', { name: 'Drafts' }).click();
  await drafts.getByRole('button', { name: 'Side by side' }).first().click();
  await take('side-by-side');
  await window.keyboard.press('Escape');

  await writer.draftWith({
    strategy: 'sample',
    seed: 11,
    num_return_sequences: 4,
    max_new_tokens: 40,
    rerank: true,
  });
  await window.keyboard.press('ControlOrMeta+Enter');
  await expect(drafts.getByRole('article')).toHaveCount(3);
  await writer.drafted();
  await drafts.getByRole('button', { name: 'Show probabilities' }).click();
  await drafts
    .getByRole('group', { name: /^Tokens/ })
    .getByRole('button')
    .nth(4)
    .focus();
  await take('candidates');
  await drafts.getByRole('button', { name: 'Compare' }).click();
  await take('compare');
  await window.keyboard.press('Escape');

  await window.keyboard.press('F1');
  await take('shortcuts');
  await window.keyboard.press('Escape');

  await window.keyboard.press('ControlOrMeta+,');
  await take('settings');
  await window.getByText('Words that stay out').scrollIntoViewIfNeeded();
  await take('ban-list');
  const sections = window.getByRole('navigation', { name: 'Settings' });
  await sections.getByText('Models').click();
  await expect(window.getByRole('table')).toBeVisible();
  await take('models');
  await window.getByText('About this model').click();
  await take('model');
  await window.getByText('How it was trained').click();
  await window.getByText('Configuration').scrollIntoViewIfNeeded();
  await take('training');
  await sections.getByText('Application').click();
  await take('application');
});

test('people and their work', async ({ userData, launch }) => {
  test.setTimeout(600_000);
  seedDemo(path.join(userData, 'libraries/mine'));
  const app = await launch();
  const window = await loadedWindow(app);
  const person = new Person(window);
  const take = (name: string) => photograph(app, window, name);
  const inAs = async (name: string): Promise<void> => {
    await person.signIn(`${name}@demo.example`, 'a-demo-password');
    await expect(person.account).toBeVisible();
  };

  await expect(window.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await take('sign-in');
  await window.getByRole('button', { name: 'Register' }).click();
  await take('register');
  await window.getByRole('button', { name: 'Back to signing in' }).click();

  await inAs('jonas');
  await expect(window.getByRole('row').nth(3)).toBeVisible();
  await take('sponsor-home');
  await window.getByRole('button', { name: /^New commission/ }).click();
  await take('commission');
  await window.keyboard.press('Escape');
  await window
    .getByRole('row', { name: /In review/ })
    .first()
    .press('Enter');
  await expect(person.standing).toContainText('In review');
  await window.getByRole('tab', { name: 'Comments' }).click();
  await take('in-review');
  await window.getByRole('tab', { name: 'Brief' }).click();
  await take('brief');
  await person.standing.getByRole('button', { name: 'Request changes' }).click();
  await take('step');
  await window.keyboard.press('Escape');
  await window.getByRole('button', { name: /^Notices|notice/ }).click();
  await take('notices');
  await window.keyboard.press('Escape');
  const prompts = path.join(userData, 'prompts.csv');
  writeFileSync(
    prompts,
    'title;prompt;folder\nA spring morning;It was the first warm day of the year;Seasons\n' +
      'The ferry;The ferry was late again;Harbour\nEmpty;;Harbour\n',
  );
  await app.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] });
  }, prompts);
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.send('menu:command', {
      command: 'exchange:prompts',
    }),
  );
  await expect(window.getByRole('dialog')).toContainText('prompts.csv');
  await take('prompts');
  await window.keyboard.press('Escape');
  await person.fromAccountMenu('Profile and password…');
  await take('account-settings');
  await window.keyboard.press('Escape');
  await person.signOut();

  await inAs('theo');
  await expect(window.getByRole('row').nth(2)).toBeVisible();
  await take('editor-home');
  await person.signOut();

  await inAs('miriam');
  await expect(window.getByRole('row').nth(3)).toBeVisible();
  await take('admin-home');
  await person.fromAccountMenu('Users…');
  await expect(window.getByRole('row').nth(3)).toBeVisible();
  await take('users');
  await window.keyboard.press('Escape');
  await person.fromAccountMenu('Audit log…');
  await expect(window.getByRole('row').nth(3)).toBeVisible();
  await take('audit');
  await window.keyboard.press('Escape');
  await person.fromAccountMenu('Lock');
  await expect(window.getByRole('button', { name: 'Unlock' })).toBeVisible();
  await take('locked');
});

test('a team file', async ({ userData, app, window }) => {
  test.setTimeout(600_000);
  const writer = new Writer(window);
  const take = (name: string) => photograph(app, window, name);
  const file = path.join(userData, 'Catalogue 2027.db');
  const other = commandLineAt(path.join(userData, 'other'), userData);
  await answerWith(app, file);

  await expect(window.getByRole('button', { name: 'Start writing' })).toBeVisible();
  await take('first-start');
  await window.getByRole('textbox', { name: 'Your name (optional)' }).fill('Ada');
  await writer.startAlone();
  for (const [document_name, document_body] of texts) {
    await writer.ask('documents:create', { document_name, document_body, draft: false });
  }
  await fromMenu(app, 'team:create');
  const dialog = window.getByRole('dialog');
  await dialog.getByLabel('Title of the team’s library').fill('Catalogue 2027');
  for (const [name] of texts.slice(2)) await dialog.getByRole('checkbox', { name }).check();
  await take('team-create');
  await dialog.getByRole('button', { name: 'Choose where it lies…' }).click();
  await expect(window.getByRole('button', { name: 'Library: Catalogue 2027' })).toBeVisible();
  const sharing = writer.status.getByRole('button', { name: /^Team file: Shared/ });
  await expect(sharing).toBeVisible();

  other('team', 'join', '--file', file, '--name', 'Maria');
  const documents = other('documents', 'list') as DocumentSummary[];
  const { id } = documents.find(({ document_name }) => document_name === 'A lawn in July')!;
  const saveThere = (body: string): void => {
    const bodyFile = path.join(userData, 'body.md');
    writeFileSync(bodyFile, body);
    other('documents', 'save', id, '--body-file', bodyFile, '--no-draft');
  };
  saveThere(
    lawn
      .replace(
        'The rain will think about it for us.',
        'It will rain by then, and nobody mows in the rain.',
      )
      .replace('pulled the cord', 'pulled the cord twice'),
  );
  await writer.row('A lawn in July').click();
  await writer.text.click();
  await window.keyboard.press('ControlOrMeta+a');
  await window.keyboard.insertText(
    lawn
      .replace('The rain will think about it for us.', 'By then the rain has seen to it.')
      .replace('On the third morning', 'On the fourth morning')
      .replace('the second step', 'the third step'),
  );
  await writer.save();
  await writer.kept();
  other('team', 'sync');
  await fromMenu(app, 'team:sync');
  const decide = window.getByRole('button', { name: 'Decide…' });
  await expect(decide).toBeVisible();
  await take('team-conflict');
  await window.keyboard.press('ControlOrMeta+0');
  await expect(window.getByRole('row').nth(2)).toBeVisible();
  await take('team-home');
  await window.getByRole('row', { name: /A lawn in July/ }).click();
  await decide.click();
  await window
    .getByRole('button', { name: /^Take (their|your)s$/ })
    .first()
    .click();
  await take('team-decide');
  await window.keyboard.press('Escape');

  await window.getByRole('button', { name: 'Library: Catalogue 2027' }).click();
  await expect(window.getByRole('menu')).toBeVisible();
  await take('team-libraries');
  await window.keyboard.press('Escape');
  await sharing.click();
  await expect(window.getByRole('heading', { name: 'Earlier files' })).toBeVisible();
  await take('team-settings');
  await window.keyboard.press('Escape');

  const copy = path.join(userData, 'A copy.db');
  copyFileSync(file, copy);
  const foreignFile = path.join(userData, 'Theirs.db');
  commandLineAt(path.join(userData, 'foreign'), userData)('team', 'create', '--file', foreignFile);
  copyFileSync(foreignFile, file);
  await fromMenu(app, 'team:sync');
  const problem = writer.status.getByRole('button', { name: /^Team file: Another library/ });
  await expect(problem).toBeVisible();
  await problem.click();
  await take('team-problem');
  await window.keyboard.press('Escape');

  await writer.ask('documents:trash', { document_id: id });
  await writer.library.getByRole('button', { name: 'Trash' }).click();
  await writer.row('A lawn in July').click({ button: 'right' });
  await window.getByRole('menuitem', { name: 'Purge for good…' }).click();
  await take('team-purge');
  await window.getByLabel(/^Type/).fill('purge');
  await window.getByRole('button', { name: 'Purge for good' }).click();
  await expect(window.getByRole('button', { name: 'Done' })).toBeVisible();
  await take('team-purged');
  await window.keyboard.press('Escape');

  await fromMenu(app, 'team:join');
  await answerWith(app, copy);
  await window.getByRole('button', { name: 'Choose the team file…' }).click();
  await expect(window.getByRole('button', { name: 'Join', exact: true })).toBeVisible();
  await take('team-join');
});

/** Fills a library with people and documents in every state, as `autodoc seed --demo` does. */
function seedDemo(library: string): void {
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      path.join(root, 'src-main/launch/run.cjs'),
      path.join(root, 'src-main/launch/autodoc.ts'),
      ...['seed', '--demo', '--store', library],
    ],
    { encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
}

/** Names the document at hand, writes it and waits for its draft. */
async function write(window: Page, name: string, text: string): Promise<void> {
  const title = window.getByRole('textbox', { name: 'Document name' });
  await expect(title).toBeFocused();
  await title.fill(name);
  await title.press('Enter');
  await window.getByRole('textbox', { name: 'Document text' }).click();
  await window.keyboard.insertText(text);
  await window.keyboard.press('ControlOrMeta+s');
  await expect(
    window.getByRole('region', { name: 'Drafts' }).getByRole('button', { name: 'Insert' }),
  ).toHaveCount(1);
}

/** Once colours of another theme are painted: `light-dark()` reaches inherited colours a frame late. */
async function settled(window: Page): Promise<void> {
  await window.evaluate(
    () =>
      new Promise((resolve) => {
        setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(resolve)), 100);
      }),
  );
}

async function photograph(app: ElectronApplication, window: Page, name: string): Promise<void> {
  for (const { name: sizeName, width, height } of sizes) {
    await app.evaluate(
      ({ BrowserWindow }, size) =>
        BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
      { width, height },
    );
    await expect.poll(() => window.evaluate(() => innerWidth)).toBe(width);
    for (const colorScheme of schemes) {
      await window.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await settled(window);
      const picture = `${name}-${colorScheme}`;
      await window.screenshot({
        path: path.join(root, `screens/${sizeName}/${picture}.png`),
      });
      if (sizeName === '1280x800' && readme.has(picture)) {
        await window.screenshot({ path: path.join(root, `resources/screenshots/${picture}.png`) });
      }
    }
  }
  await app.evaluate(
    ({ BrowserWindow }, size) =>
      BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
    { width: sizes[0].width, height: sizes[0].height },
  );
}
