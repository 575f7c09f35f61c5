import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixture.ts';
import { Writer } from './writer.ts';

test('from the first start to a draft in the text', async ({ app }) => {
  const writer = await Writer.at(app);
  const { page } = writer;
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada');
  await writer.startAlone();
  await writer.write('Lawn', 'How do I mow my lawn? I');
  await writer.save();

  const draft = await writer.drafted();
  const [autodoc] = await writer.ask('autodocs:list', {
    document_id: (await writer.onlyDocument()).id,
  });
  expect(autodoc).toMatchObject({ autodoc_state: 'done', model_name: 'starter', device: 'cpu' });
  const firstLine = autodoc!.autodoc_body.trim().split('\n')[0]!;
  expect(firstLine).not.toBe('');
  await draft.getByRole('button', { name: 'Insert' }).click();
  await expect(writer.text).toBeFocused();
  await expect(writer.text).toContainText(firstLine);

  // One step back, and one forth.
  await page.keyboard.press('ControlOrMeta+z');
  await writer.expectText('How do I mow my lawn? I');
  await page.keyboard.press('ControlOrMeta+Shift+Z');
  await expect(writer.text).toContainText(firstLine);
});

test('the first start says what the model is worth and keeps a place for a team', async ({
  window: page,
}) => {
  await expect(page.getByRole('heading', { name: 'Just me' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'A team', exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Join a team file' })).toBeVisible();
  await expect(page.getByText('small and weak')).toBeVisible();
  await expect(page.getByText(/import\s+GPT.2/)).toBeVisible();
});

test('nobody is asked twice', async ({ launch }) => {
  const first = await launch();
  const writer = await Writer.at(first);
  await writer.startAlone();
  await writer.write('Kept', 'Text.');
  await writer.kept();
  await first.close();

  const again = await Writer.at(await launch());
  await expect(again.name).toHaveValue('Kept');
  await again.expectText('Text.');
});

test('the window opens where it was closed', async ({ launch }) => {
  const first = await launch();
  await (await Writer.at(first)).startAlone();
  const place = { x: 40, y: 60, width: 900, height: 700 };
  await first.evaluate(({ BrowserWindow }, bounds) => {
    BrowserWindow.getAllWindows()[0]!.setBounds(bounds);
  }, place);
  await first.close();

  const second = await launch();
  await Writer.at(second);
  expect(
    await second.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds()),
  ).toEqual(place);
});

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing at the first start, ${theme}`, async ({ app, window: page }) => {
    await app.evaluate(({ nativeTheme }, source) => {
      nativeTheme.themeSource = source;
    }, theme);
    await expect(page.getByRole('heading', { name: 'Welcome to Autodoc' })).toBeVisible();
    await expectAccessible(page);
  });
}
