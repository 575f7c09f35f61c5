import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixture.ts';
import { kill, Writer } from './writer.ts';

test('autosave keeps what is typed and drafts nothing; a kill loses none of it', async ({
  launch,
}) => {
  const app = await launch();
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.write('Diary', 'Today I wrote this.\nAnd a second line.');
  await writer.kept();
  await expect(writer.cards).toHaveCount(0);
  await kill(app);

  const again = await Writer.at(await launch());
  await again.expectText('Today I wrote this.\nAnd a second line.');
  await expect(again.page.getByText('as autosave kept it')).toBeVisible();
  await again.save();
  await again.drafted();
});

test('closing the window hands over the last words, as a version', async ({ launch }) => {
  const app = await launch();
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.write('Diary', 'Last words.');
  await app.close();

  const again = await Writer.at(await launch());
  await again.expectText('Last words.');
  await expect(again.page.getByText('as autosave kept it')).toHaveCount(0);
  const { id } = await again.onlyDocument();
  const versions = await again.ask('versions:list', { document_id: id });
  expect(versions).toHaveLength(2);
  await again.drafted();
});

test('the caret stands where the text is', async ({ window: page }) => {
  const writer = new Writer(page);
  await writer.startAlone();
  await writer.write('Caret', 'Grass.\n');
  const caret = await page.locator('.cm-cursor').first().boundingBox();
  const lines = page.locator('.cm-line');
  const textStart = await lines.first().evaluate((line) => {
    const range = document.createRange();
    range.selectNodeContents(line);
    return range.getBoundingClientRect().left;
  });
  const last = await lines.last().boundingBox();
  expect(Math.abs(caret!.x - textStart)).toBeLessThan(2);
  expect(caret!.y).toBeGreaterThanOrEqual(last!.y - 1);
});

test('a document goes to the trash and comes back as it was', async ({ app }) => {
  const writer = await Writer.at(app);
  const { page } = writer;
  await writer.startAlone();
  await writer.write('Kept', 'This one stays.');
  await writer.newDocument('Thrown', 'This one goes.');
  await writer.kept();

  await writer.row('Thrown').press('Delete');
  await expect(writer.messages).toContainText('“Thrown” is in the trash.');
  await expect(writer.row('Thrown')).toHaveCount(0);
  await page.getByRole('button', { name: 'Trash', exact: true }).click();
  await page.getByRole('button', { name: 'Actions for Thrown' }).click();
  await page.getByRole('menuitem', { name: 'Restore' }).click();
  await expect(writer.row('Thrown')).toHaveCount(0);

  await page.getByRole('button', { name: 'Back to the library' }).click();
  await writer.row('Thrown').click();
  await writer.expectText('This one goes.');
});

test('the trash’s message takes it back', async ({ app }) => {
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.write('Precious', 'Every word.');
  await writer.kept();
  await writer.row('Precious').press('Delete');
  await writer.messages.getByRole('button', { name: 'Undo' }).click();
  await writer.expectText('Every word.');
  await expect(writer.row('Precious')).toBeVisible();
});

test('an earlier version comes back as a new one, and nothing is lost', async ({ app }) => {
  const writer = await Writer.at(app);
  const { page } = writer;
  await writer.startAlone();
  await writer.write('Poem', 'Roses are red.');
  await writer.save();
  await writer.drafted();
  await writer.goOn(' Violets are blue.');
  await writer.save();
  await writer.kept();

  await page.getByRole('tab', { name: 'Versions' }).click();
  const versions = page.getByRole('region', { name: 'Versions' });
  await expect(versions.getByRole('listitem')).toHaveCount(3);
  await versions.getByRole('listitem').nth(1).getByRole('button').click();
  await expect(versions.locator('ins').last()).toContainText('Violets are blue.');
  await versions.getByRole('button', { name: 'Restore this version' }).click();

  await writer.expectText('Roses are red.');
  await expect(versions.getByRole('listitem')).toHaveCount(4);
  const { id } = await writer.onlyDocument();
  const [, before] = await writer.ask('versions:list', { document_id: id });
  expect(await writer.ask('versions:show', { version_id: before!.id })).toMatchObject({
    document_body: 'Roses are red. Violets are blue.',
  });
});

test('the search finds names, texts and drafts', async ({ app }) => {
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.write('Kitchen', 'Flour and water.');
  await writer.ask('documents:create', {
    document_name: 'Garden',
    document_body: 'Tomatoes need sun.',
    draft: false,
  });
  await expect(writer.rows).toHaveCount(2);
  await writer.save();
  const draft = await writer.drafted();
  const word = /\p{L}{5,}/u.exec((await draft.locator('p').first().textContent()) ?? '')?.[0];

  const search = writer.page.getByRole('searchbox', { name: 'Search all documents' });
  await writer.page.keyboard.press('ControlOrMeta+Shift+f');
  await expect(search).toBeFocused();
  for (const [query, found] of [
    ['garden', 'Garden'],
    ['flour', 'Kitchen'],
    ['tomat', 'Garden'],
    [word ?? 'no long word', 'Kitchen'],
  ] as const) {
    await search.fill(query);
    await expect(writer.rows).toHaveText([new RegExp(found)]);
  }
  await search.fill('nowhere to be found');
  await expect(writer.library).toContainText('Nothing found');
  await search.press('Escape');
  await expect(writer.rows).toHaveCount(2);
});

test('a name is changed at its place, and from the keyboard', async ({ app }) => {
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.write('First name', 'Text.');
  await writer.page.keyboard.press('F2');
  await expect(writer.name).toBeFocused();
  await writer.page.keyboard.type('Second name');
  await writer.page.keyboard.press('Enter');
  await expect(writer.row('Second name')).toBeVisible();
  await expect(writer.page).toHaveTitle('Second name – Autodoc');
});

test('the whole way without a mouse', async ({ app }) => {
  const writer = await Writer.at(app);
  const { page } = writer;
  const { keyboard } = page;
  await page.getByRole('button', { name: 'Start writing' }).waitFor();
  await keyboard.press('Tab');
  await expect(page.getByRole('textbox', { name: 'Your name' })).toBeFocused();
  await keyboard.type('Ada');
  await keyboard.press('Enter');
  await writer.write('One', 'How do I mow my lawn? I');
  await keyboard.press('ControlOrMeta+s');
  const draft = await writer.drafted();
  // Drafting never takes the keyboard away.
  await expect(writer.text).toBeFocused();

  // To the draft's button, forward only.
  const append = draft.getByRole('button', { name: 'Append' });
  for (let stops = 0; stops < 40 && !(await isFocused(append)); stops++)
    await keyboard.press('Tab');
  await expect(append).toBeFocused();
  await keyboard.press('Enter');
  await expect(writer.text).toBeFocused();
  await expect(writer.text).not.toHaveText('How do I mow my lawn? I');
  await keyboard.press('ControlOrMeta+z');
  await writer.expectText('How do I mow my lawn? I');

  // The list: arrows move, Enter opens and writes, F2 names, Delete throws away.
  await writer.newDocument('Two', 'Second text.');
  await expect(writer.rows.first()).toContainText('Two');
  await keyboard.press('ControlOrMeta+Shift+f');
  await keyboard.press('ArrowDown');
  await expect(writer.row('Two')).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(writer.row('One')).toBeFocused();
  await keyboard.press('Enter');
  await expect(writer.text).toBeFocused();
  await writer.expectText('How do I mow my lawn? I');

  // Views and back again.
  await keyboard.press('ControlOrMeta+2');
  await expect(page.getByRole('region', { name: 'Versions' })).toBeVisible();
  await keyboard.press('ControlOrMeta+1');
  await expect(writer.drafts).toBeVisible();
  await keyboard.press('ControlOrMeta+,');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await keyboard.press('Escape');
  await expect(writer.text).toBeFocused();
  await keyboard.press('F1');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any screen, ${theme}`, async ({ app }) => {
    // A dozen screens, each looked at whole.
    test.slow();
    const writer = await Writer.at(app);
    const { page } = writer;
    await writer.startAlone();
    await writer.ask('settings:set', { theme });
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [red = 0] = (/\d+/.exec(background) ?? []).map(Number);
    expect(red > 128).toBe(theme === 'light');

    await test.step('an empty document', () => expectAccessible(page));
    await writer.write('Lawn', '# Lawn\n\nHow do I mow my *lawn*? I [go](https://example.com)');
    await writer.save();
    const draft = await writer.drafted();
    await writer.goOn(' out.');
    await writer.save();
    await expect(writer.cards).toHaveCount(2);
    await writer.drafted();
    await test.step('a document with drafts', async () => {
      await draft.getByText('How it was made').click();
      await expectAccessible(page);
    });
    await test.step('find and replace', async () => {
      await writer.text.press('ControlOrMeta+h');
      await expectAccessible(page);
      await page.keyboard.press('Escape');
    });
    await test.step('versions', async () => {
      await page.keyboard.press('ControlOrMeta+2');
      const versions = page.getByRole('region', { name: 'Versions' });
      await expect(versions.getByRole('listitem')).toHaveCount(3);
      await expectAccessible(page);
      await versions.getByRole('listitem').last().getByRole('button').click();
      await expect(versions.getByRole('button', { name: 'Restore this version' })).toBeVisible();
      await expectAccessible(page);
    });
    await test.step('side by side', async () => {
      await page.keyboard.press('ControlOrMeta+3');
      await expect(page.getByRole('heading', { name: 'Side by side' })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('ControlOrMeta+3');
    });
    await test.step('the shortcuts', async () => {
      await page.keyboard.press('F1');
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
    });
    await test.step('the trash', async () => {
      await page.getByRole('button', { name: 'Trash', exact: true }).click();
      await expect(writer.library).toContainText('The trash is empty');
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Back to the library' }).click();
    });
    await test.step('the settings', async () => {
      await page.keyboard.press('ControlOrMeta+,');
      const sections = page.getByRole('navigation', { name: 'Settings' });
      for (const section of ['Drafting', 'Models', 'Application']) {
        await sections.getByRole('button', { name: section }).click();
        await expect(page.getByRole('heading', { level: 2, name: section })).toBeVisible();
        await expectAccessible(page);
      }
    });
  });
}

const isFocused = (locator: ReturnType<Writer['row']>) =>
  locator.evaluate((element) => element === document.activeElement);
