import { execFileSync } from 'node:child_process';
import { expect, test } from './fixture.ts';
import { kill, slowly, Writer } from './writer.ts';

const prompt = 'How do I mow my lawn? I';

test('a draft is seen as it is written', async ({ app }) => {
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.draftWith(slowly);
  await writer.write('Lawn', prompt);
  await writer.save();

  const card = writer.cards.first();
  await expect(card).toContainText('Being written');
  await expect(card.getByRole('progressbar')).toBeVisible();
  const seen = new Set<string>();
  await expect
    .poll(async () => seen.add((await card.locator('p').first().textContent()) ?? '').size, {
      intervals: [50],
    })
    .toBeGreaterThan(3);
  await expect(writer.status).toContainText('tokens/s');
  // Writing goes on meanwhile.
  await writer.goOn(' wait');
  await writer.expectText(`${prompt} wait`);
});

test('Escape and Cancel stop a draft and keep what was written', async ({ app }) => {
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.draftWith(slowly);
  await writer.write('Lawn', prompt);
  for (const stop of [
    () => writer.page.keyboard.press('Escape'),
    () => writer.cards.first().getByRole('button', { name: 'Cancel' }).click(),
    () => writer.status.getByRole('button', { name: 'Cancel' }).click(),
  ]) {
    await writer.page.keyboard.press('ControlOrMeta+Enter');
    const card = writer.cards.first();
    await expect(card).toContainText(/[1-9]\d* of 180 tokens/);
    await stop();
    await expect(card).toContainText('Cancelled');
    await expect(card.getByRole('button', { name: 'Append' })).toBeVisible();
  }
  const drafts = await writer.ask('autodocs:list', {
    document_id: (await writer.onlyDocument()).id,
  });
  expect(drafts.map(({ autodoc_state }) => autodoc_state)).toEqual(Array(3).fill('cancelled'));
  for (const { autodoc_body, tokens } of drafts) {
    expect(autodoc_body).not.toBe('');
    // Far from its end: it stopped when it was told to.
    expect(tokens).toBeLessThan(180);
  }
});

test('the queue goes on after a kill, and earlier drafts stay', async ({ launch }) => {
  const app = await launch();
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.write('Lawn', prompt);
  await writer.save();
  await writer.drafted();
  await writer.draftWith(slowly);
  await writer.goOn(' wait');
  await writer.save();
  await expect(writer.cards.first()).toContainText('Being written');
  await writer.goOn(' longer');
  await writer.save();
  await expect(writer.cards).toHaveCount(3);
  await expect(writer.cards.first()).toContainText('Waiting');
  await kill(app);

  const again = await Writer.at(await launch());
  await expect(again.cards).toHaveCount(3);
  const { id } = await again.onlyDocument();
  // Two drafts of some seconds each.
  await expect
    .poll(
      async () =>
        (await again.ask('autodocs:list', { document_id: id })).map(
          ({ autodoc_state }) => autodoc_state,
        ),
      { timeout: 60_000 },
    )
    .toEqual(['done', 'done', 'done']);
  await again.expectText(`${prompt} wait longer`);
});

test('an earlier draft says how it came about', async ({ app }) => {
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.draftWith({ strategy: 'sample', seed: 42, temperature: 0.8, max_new_tokens: 12 });
  await writer.write('Lawn', prompt);
  await writer.save();
  const card = await writer.drafted();
  await card.getByText('How it was made').click();
  for (const fact of ['starter', 'Sampling', '42', '0.8', 'CPU', '12']) {
    await expect(card).toContainText(fact);
  }
});

test('append and use as text are one step each', async ({ app }) => {
  const writer = await Writer.at(app);
  const { page } = writer;
  await writer.startAlone();
  await writer.write('Lawn', prompt);
  await writer.save();
  const card = await writer.drafted();
  const { id } = await writer.onlyDocument();
  const [autodoc] = await writer.ask('autodocs:list', { document_id: id });
  const draft = autodoc!.autodoc_body;

  await writer.text.click();
  await page.keyboard.press('ControlOrMeta+Home');
  await card.getByRole('button', { name: 'Append' }).click();
  await expect(writer.text.locator('.cm-line').first()).toHaveText(
    new RegExp(`^${escaped(prompt)}.`),
  );
  await page.keyboard.press('ControlOrMeta+z');
  await writer.expectText(prompt);

  await card.getByRole('button', { name: 'Use as text' }).click();
  await expect(writer.text).not.toContainText(prompt);
  await writer.kept();
  const { journal } = await writer.ask('documents:open', { document_id: id });
  expect(journal?.document_body.trim()).toBe(draft.trim());
  await page.keyboard.press('ControlOrMeta+z');
  await writer.expectText(prompt);
});

test('document and draft stand side by side, and a draft begins a document', async ({ app }) => {
  const writer = await Writer.at(app);
  const { page } = writer;
  await writer.startAlone();
  await writer.write('Lawn', prompt);
  await writer.save();
  const card = await writer.drafted();
  await card.getByRole('button', { name: 'Side by side with the document' }).click();
  await expect(page.getByRole('article', { name: 'Document' })).toContainText(prompt);
  await expect(page.getByRole('article', { name: 'Draft' })).toBeVisible();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(writer.text).toBeFocused();

  await card.getByRole('button', { name: 'New document from this draft' }).click();
  await expect(writer.name).toHaveValue('Lawn (from a draft)');
  await expect(writer.text).toContainText(prompt);
  await expect(writer.rows).toHaveCount(2);
});

test('a crash of the engine fails one draft with its reason, and the next is written', async ({
  app,
}) => {
  test.skip(process.platform !== 'linux', 'finds the engine in /proc');
  const writer = await Writer.at(app);
  await writer.startAlone();
  await writer.draftWith(slowly);
  await writer.write('Lawn', prompt);
  await writer.save();
  const card = writer.cards.first();
  await expect(card).toContainText(/[1-9]\d* of 180 tokens/);
  process.kill(engineOf(app.process().pid!), 'SIGKILL');

  // Tried again from the beginning, or failed with a reason: never silently gone.
  await expect(writer.status).toContainText(/restart|again|ended|crash/i);
  await writer.draftWith({ strategy: 'beam', max_new_tokens: 5 });
  await writer.page.keyboard.press('ControlOrMeta+Enter');
  await expect(writer.cards).toHaveCount(2);
  await writer.drafted();
  await writer.expectText(prompt);
});

/** The process id of the engine that an application started. */
function engineOf(applicationPid: number): number {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const processes = table
    .trim()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .map(([, pid, parent, args = '']) => ({ pid: Number(pid), parent: Number(parent), args }));
  const descendants = new Set([applicationPid]);
  // Parents come before their children often, but not always.
  for (let size = 0; size !== descendants.size;) {
    size = descendants.size;
    for (const { pid, parent } of processes) if (descendants.has(parent)) descendants.add(pid);
  }
  const engine = processes.find(
    ({ pid, args }) => descendants.has(pid) && /inference-worker|Autodoc engine/.test(args),
  );
  if (engine === undefined) throw new Error('The application has no engine running.');
  return engine.pid;
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

test('drafts are written as the model recommends, and as the original did by one click', async ({
  app,
}) => {
  const writer = await Writer.at(app);
  const { page } = writer;
  await writer.startAlone();
  await writer.write('Lawn', prompt);
  await writer.save();
  await (await writer.drafted()).getByText('How it was made').click();
  await expect(writer.cards.first()).toContainText('Sampling');

  await writer.openSettings('Drafting');
  await page.getByRole('radio', { name: 'As the original drafts' }).click();
  await page.getByRole('button', { name: 'Close settings' }).click();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(writer.cards).toHaveCount(2);
  await (await writer.drafted()).getByText('How it was made').click();
  await expect(writer.cards.first()).toContainText('Beam search');
});

test('a word put on the list of those that stay out is in no draft from then on', async ({
  app,
}) => {
  const writer = await Writer.at(app);
  const { page } = writer;
  await writer.startAlone();
  // The same every time, but for what is banned.
  await writer.draftWith({ strategy: 'greedy', max_new_tokens: 24 });
  await writer.write('Lawn', prompt);
  await writer.save();
  await writer.drafted();
  const { id } = await writer.onlyDocument();
  const newestWords = async (): Promise<string[]> => {
    const [autodoc] = await writer.ask('autodocs:list', { document_id: id });
    return autodoc!.autodoc_body.toLowerCase().match(/[a-z]+/g) ?? [];
  };
  const [, word] = await newestWords();

  await writer.openSettings('Drafting');
  await page.getByRole('button', { name: /^Show and change the list/ }).click();
  const field = page.getByRole('textbox', { name: 'Words that stay out of drafts: add' });
  await field.fill(word!);
  await field.press('Enter');
  await expect(page.getByRole('button', { name: 'Back to the list of Autodoc' })).toBeVisible();
  await page.getByRole('button', { name: 'Close settings' }).click();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(writer.cards).toHaveCount(2);
  await writer.drafted();
  expect(await newestWords()).not.toContain(word);
});
