import type { DocumentSummary } from '../../src-main/contract/domain.ts';
import { expectAccessible } from './accessibility.ts';
import { commandLine } from './command-line.ts';
import { expect, loadedWindow, test } from './fixture.ts';
import { emailOf, Person } from './person.ts';

const demoPassword = 'a-demo-password';

test('a team takes a document from commission to approval', async ({ app }) => {
  test.slow();
  const page = await loadedWindow(app);
  const person = new Person(page);
  await person.startTeam('Ada');
  await person.signOut();
  await person.register('Sam', 'Sponsor');
  await person.register('Ed', 'Editor');

  // Nobody gets in before an admin says so.
  await person.signIn(emailOf('Ed'));
  await expect(page.getByText(/waits until an admin/)).toBeVisible();
  await page.getByRole('button', { name: 'Back to signing in' }).click();
  await person.signedIn('Ada');
  await person.fromAccountMenu('Users…');
  for (const name of ['Sam', 'Ed']) {
    await page.getByRole('button', { name: `Approve ${name}` }).click();
    await expect(page.getByRole('button', { name: `Approve ${name}` })).toBeHidden();
  }
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await person.signOut();

  await person.signedIn('Sam');
  await expectAccessible(page);
  await page
    .getByRole('button', { name: /commission/i })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: 'New commission' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('The locksmith');
  await dialog.getByRole('textbox', { name: 'Brief' }).fill('One page, calm.');
  await dialog.getByRole('combobox', { name: 'Editor' }).fill('Ed');
  await page.getByRole('option', { name: /Ed/ }).click();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Commission' }).click();
  await expect(person.standing).toContainText('Assigned');
  await person.drafted();
  await person.signOut();

  await person.signedIn('Ed');
  await page
    .getByRole('row', { name: /The locksmith/ })
    .first()
    .press('Enter');
  await expect(person.standing).toContainText('Assigned');
  await person.goOn('She opened the door with a hairpin and an apology.');
  await person.save();
  await expect(person.standing).toContainText('In edit');
  await expectAccessible(page);
  await person.step('Submit for review', 'Tell me about the ending.');
  await expect(person.standing).toContainText('In review');
  await expect(page.getByText(/being reviewed|in review/i).first()).toBeVisible();
  await person.signOut();

  await person.signedIn('Sam');
  await page.getByRole('button', { name: /notice/i }).click();
  await expect(page.getByText(/Ed submitted/)).toBeVisible();
  await page.keyboard.press('Escape');
  await page
    .getByRole('row', { name: /The locksmith/ })
    .first()
    .press('Enter');
  await person.step('Approve');
  await expect(person.standing).toContainText('Approved');
});

test('what others do is told by the system while the window is in the background', async ({
  launch,
  userData,
}) => {
  test.slow();
  commandLine(userData)('seed', '--demo', '--no-draft');
  const app = await launch();
  const page = await loadedWindow(app);
  const person = new Person(page);
  await person.signIn('jonas@demo.example', demoPassword);
  await expect(person.account).toContainText('Jonas');
  await app.evaluate(({ BrowserWindow, Notification }) => {
    const shown: Electron.Notification[] = [];
    Object.assign(globalThis, { shown });
    Notification.prototype.show = function show() {
      shown.push(this);
    };
    BrowserWindow.getAllWindows()[0]?.blur();
  });

  const asKenji = commandLine(userData, { email: 'kenji@demo.example', password: demoPassword });
  const inEdit = asKenji('documents', 'list', '--state', 'in_edit') as DocumentSummary[];
  const document = inEdit.find(({ sponsor_name }) => sponsor_name.startsWith('Jonas'))!;
  asKenji('documents', 'submit', document.id, '--note', 'Please look at the last line.');

  const told = () =>
    app.evaluate(() =>
      (globalThis as unknown as { shown: Electron.Notification[] }).shown.map(
        ({ title, body }) => `${title}: ${body}`,
      ),
    );
  await expect
    .poll(told)
    .toEqual([`${document.document_name}: Kenji Watanabe submitted it for review`]);
  await app.evaluate(() => {
    (globalThis as unknown as { shown: Electron.Notification[] }).shown[0]?.emit('click');
  });
  await expect(person.name).toHaveValue(document.document_name);
  await expect(person.standing).toContainText('In review');
  await page.getByRole('tab', { name: /^Comments/ }).click();
  await expect(page.getByText('Please look at the last line.')).toBeVisible();
});
