import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixture.ts';
import { Writer } from './writer.ts';

const prompt = 'How do I mow my lawn? I';

test('several candidates are drafted, compared, and the second one is inserted', async ({
  app,
}) => {
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.draftWith({
    strategy: 'beam',
    num_beams: 4,
    num_return_sequences: 3,
    max_new_tokens: 8,
    rerank: true,
  });
  await writer.write('Lawn', prompt);
  await writer.save();
  await writer.drafted();
  const second = writer.candidate(2);
  const [autodoc] = await writer.ask('autodocs:list', {
    document_id: (await writer.onlyDocument()).id,
  });
  const { candidates, autodoc_body } = autodoc!;
  expect(candidates).toHaveLength(3);
  expect(candidates[0]!.autodoc_body).toBe(autodoc_body);
  expect(candidates[1]!.autodoc_body).not.toBe(autodoc_body);
  await expect(writer.candidate(1)).toContainText(/Likely\s*\d+%\s*Varied\s*\d+%\s*Fit/);
  await expectAccessible(writer.page);

  await writer.drafts.getByRole('button', { name: 'Compare' }).click();
  const dialog = writer.page.getByRole('dialog', { name: 'Compare the candidates' });
  await expect(dialog.getByRole('listitem')).toHaveCount(3);
  await expectAccessible(writer.page);
  await writer.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await second.getByRole('button', { name: 'Insert candidate 2' }).click();
  await writer.expectText(prompt + candidates[1]!.autodoc_body);
  await writer.page.keyboard.press('ControlOrMeta+z');
  await writer.expectText(prompt);
});

test('each token of a draft tells how likely it was and what else there was', async ({ app }) => {
  const writer = await Writer.at(app);
  const { page } = writer;
  await writer.startAlone();
  await writer.draftWith({ strategy: 'greedy', max_new_tokens: 8 });
  await writer.write('Lawn', prompt);
  await writer.save();
  const card = await writer.drafted();
  const [autodoc] = await writer.ask('autodocs:list', {
    document_id: (await writer.onlyDocument()).id,
  });
  await card.getByRole('button', { name: 'Show probabilities' }).click();
  const group = card.getByRole('group', { name: /^Tokens/ });
  const tokens = group.getByRole('button');
  await expect(tokens).toHaveCount(autodoc!.tokens ?? 0);
  await expect(group).toHaveText(autodoc!.autodoc_body.trim());
  await expectAccessible(page);

  // Greedy takes the likeliest token: the first of the alternatives is the one that was taken.
  await tokens.nth(2).hover();
  const taken = card.locator('.alternatives li').first();
  await expect(taken).toHaveClass(/taken/);
  await tokens.first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(tokens.nth(1)).toBeFocused();
  await expect(tokens.nth(1)).toHaveAccessibleName(/\d%\. Instead: /);
  await card.getByRole('button', { name: 'Hide probabilities' }).click();
  await expect(group).toBeHidden();
});

test('a banned word that is typed into the settings is not written', async ({ app }) => {
  const writer = await Writer.at(app);
  const { page } = writer;
  await writer.startAlone();
  await writer.draftWith({ strategy: 'greedy', max_new_tokens: 12 });
  await writer.write('Lawn', prompt);
  await writer.save();
  await writer.drafted();
  const { id } = await writer.onlyDocument();
  const bodies = async () =>
    (await writer.ask('autodocs:list', { document_id: id })).map(
      ({ autodoc_body }) => autodoc_body,
    );
  const [free] = await bodies();
  const word = /[a-z]+/i.exec(free!)![0];

  await writer.openSettings('Drafting');
  const field = page.getByRole('textbox', { name: 'Banned words: add' });
  await field.fill(word);
  await field.press('Enter');
  await expect(page.getByRole('button', { name: `Remove “${word}”` })).toBeVisible();
  await expectAccessible(page);
  // Only panels scroll, never the window, whatever takes the focus far down in one.
  expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBe(0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(writer.cards).toHaveCount(2);
  await writer.drafted();
  const [banned] = await bodies();
  expect(banned).not.toBe(free);
  expect(banned!.toLowerCase().match(/[a-z]+/g)).not.toContain(word.toLowerCase());
});
