import path from 'node:path';
import { filesIn, startMisbehavingHub, type MisbehavingHub } from '../fixtures/misbehaving-hub.ts';
import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixture.ts';
import { Writer } from './writer.ts';

const repository = 'ada/smallest';
const checkpoint = path.resolve(import.meta.dirname, '../fixtures/reference/smallest');

test('the starter is measured anew, and a variant is chosen by its price', async ({ app }) => {
  // Every variant reads the sample text and writes a while, on two cores.
  test.setTimeout(180_000);
  const writer = await Writer.at(app);
  const { page } = writer;
  await writer.startAlone();
  await writer.openSettings('Models');
  const starter = page.getByRole('article', { name: /^starter/ });
  const [before] = await writer.ask('models:list');
  await expect(starter.getByRole('row')).toHaveCount(before!.variants.length + 1);

  await starter.getByRole('button', { name: 'Measure again: starter' }).click();
  await page.getByRole('menuitem', { name: 'On the text that comes with Autodoc' }).click();
  await expect(starter.getByRole('progressbar')).toBeVisible();
  await expect(starter.getByText(/^Measuring: /)).toBeVisible();
  await expect(starter.getByRole('button', { name: 'Measure again: starter' })).toBeVisible({
    timeout: 150_000,
  });
  await expect(starter.getByRole('alert')).toHaveCount(0);
  const [after] = await writer.ask('models:list');
  expect(after!.measurement?.measured_on).not.toBe(before!.measurement?.measured_on);
  const fp32 = after!.variants.find(({ variant }) => variant === 'fp32')!;
  expect(fp32.tokens_per_second).toBeGreaterThan(0);
  const row = starter.getByRole('row', { name: /^fp32/ });
  await expect(row).toContainText(fp32.perplexity.toFixed(2));
  await expect(starter.getByText(`auto takes ${after!.default_variant}`)).toBeVisible();
  await expectAccessible(page);

  await row.getByRole('button', { name: 'Use fp32' }).click();
  await expect(row).toContainText('In use');
  expect((await writer.ask('settings:get')).variant).toBe('fp32');
});

test.describe('from a hub', () => {
  let hub: MisbehavingHub;
  test.beforeEach(async () => {
    hub = await startMisbehavingHub();
    hub.publish(repository, filesIn(checkpoint));
  });
  test.afterEach(() => hub.close());

  test('a model comes by its name, and drafts; nothing comes unasked', async ({ launch }) => {
    const app = await launch({ env: { HF_ENDPOINT: hub.url } });
    const writer = await Writer.at(app);
    const { page } = writer;
    await writer.startAlone();
    await writer.openSettings('Models');
    const field = page.getByRole('textbox', { name: /^Repository on 127/ });
    await expect(field).toBeVisible();
    expect(hub.requests).toEqual([]);

    await field.fill('nobody/nothing');
    await page.getByRole('button', { name: 'Download' }).click();
    const refusal = page.getByRole('alert');
    await expect(refusal).toContainText('nobody/nothing');
    await page.getByRole('button', { name: 'Discard nothing' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).click();
    await expect(refusal).toBeHidden();

    await field.fill(repository);
    await field.press('Enter');
    const download = page.getByRole('article', { name: /“smallest”/ });
    await expect(download).toContainText('ready', { timeout: 60_000 });
    await expectAccessible(page);
    await download.getByRole('button', { name: 'Use this model' }).click();
    const model = page.getByRole('article', { name: /^smallest/ });
    await expect(model).toContainText('In use');

    await page.keyboard.press('Escape');
    await writer.draftWith({ strategy: 'greedy', max_new_tokens: 4 });
    // Its vocabulary has small letters alone.
    await writer.newDocument('Lawn', 'how do i mow');
    await writer.save();
    await writer.drafted();
    await writer.cards.first().getByText('How it was made').click();
    await expect(writer.cards.first()).toContainText('smallest');
  });

  test('a download pauses, outlives the application, and goes on where it was', async ({
    launch,
  }) => {
    hub.pace = { sliceBytes: 2_000, pauseMs: 100 };
    const env = { HF_ENDPOINT: hub.url };
    const writer = await Writer.at(await launch({ env }));
    await writer.startAlone();
    await writer.openSettings('Models');
    await writer.page.getByRole('textbox', { name: /^Repository on 127/ }).fill(repository);
    await writer.page.getByRole('button', { name: 'Download' }).click();
    const download = writer.page.getByRole('article', { name: /“smallest”/ });
    await expect(download).toContainText(/[1-9][\d.]* k?B of /);
    await download.getByRole('button', { name: 'Pause smallest' }).click();
    await expect(download).toContainText('Paused');
    await writer.page.close();

    hub.pace = null;
    const again = await Writer.at(await launch({ env }));
    await again.openSettings('Models');
    const kept = again.page.getByRole('article', { name: /“smallest”/ });
    await expect(kept).toContainText('Paused');
    const requests = hub.requests.length;
    await kept.getByRole('button', { name: 'Resume smallest' }).click();
    await expect(kept).toContainText('ready', { timeout: 60_000 });
    expect(hub.requests.slice(requests).some(({ headers }) => 'range' in headers)).toBe(true);
  });
});
