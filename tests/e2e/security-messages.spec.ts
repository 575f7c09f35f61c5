import path from 'node:path';
import { channelNames, eventNames } from '../../src-main/contract/channel-names.ts';
import { expect, test } from './fixture.ts';
import {
  ask,
  currentUrl,
  foreignUrl,
  noted,
  noteLinks,
  open,
  startUrl,
  webPreferences,
} from './security-probes.ts';
import { misfits } from './security-rules.ts';

/*
 * Electron's security checklist, rule by rule, against the application as it runs: who may say
 * what to the main process, and what the page can fetch. Each test fails when its rule is broken:
 * `security-mutations.ts` breaks them one by one.
 */

test('the bridge lets through the contract’s channels and no other', async ({ window: page }) => {
  const refused = await page.evaluate(() => {
    const attempts = [
      () => window.autodoc.invoke('links:open' as never, 'https://example.com' as never),
      () => window.autodoc.invoke('toString' as never, undefined as never),
      () => window.autodoc.invoke('store:changed' as never, undefined as never),
      () => window.autodoc.on('library:status' as never, () => undefined),
      () => window.autodoc.on('__proto__' as never, () => undefined),
    ];
    return attempts.map((attempt) => {
      try {
        void attempt();
        return 'let through';
      } catch (error) {
        return (error as Error).message.split(':')[0];
      }
    });
  });
  expect(refused).toEqual([
    ...Array<string>(3).fill('No such channel'),
    ...Array<string>(2).fill('No such event'),
  ]);
  const audible = await page.evaluate(
    (names) => names.map((name) => typeof window.autodoc.on(name, () => undefined)),
    eventNames,
  );
  expect(audible).toEqual(eventNames.map(() => 'function'));
});

test('every channel refuses what its schema does not allow', async ({ window: page }) => {
  const wrong = [{ unexpected: true }, [1, 2, 3], 'text', new Array(2_000).fill(0)];
  for (const channel of channelNames) {
    for (const input of wrong) {
      expect(await ask(page, channel, input), channel).toMatchObject({
        ok: false,
        error: { code: 'invalid_input' },
      });
    }
  }
});

test('messages from a foreign document are refused', async ({ app, window: page }) => {
  await noteLinks(app);
  expect(await open(app, foreignUrl)).toBeNull();
  await expect(page).toHaveTitle('Foreign');
  for (const channel of ['library:status', 'window:ready-to-close'] as const) {
    expect(await ask(page, channel)).toMatchObject({
      ok: false,
      error: { code: 'untrusted_sender' },
    });
  }
  await page.getByRole('link').click();
  expect(await ask(page, 'library:status')).toMatchObject({ ok: false });
  expect(await noted(app)).toEqual([]);
});

test('messages from a window that the application did not open are refused', async ({
  app,
  window: page,
}) => {
  expect(await ask(page, 'library:status')).toMatchObject({ ok: true });
  const { preload } = (await webPreferences(app)) as { preload: string };
  const [other] = await Promise.all([
    app.waitForEvent('window'),
    app.evaluate(
      ({ BrowserWindow }, { preload, url }) =>
        new BrowserWindow({ webPreferences: { preload, sandbox: true } }).loadURL(url),
      { preload, url: startUrl },
    ),
  ]);
  const answer = await ask(other, 'library:status');
  // The application knows nothing of this window and does not wait for it to close.
  await other.close();
  expect(answer).toMatchObject({ ok: false, error: { code: 'untrusted_sender' } });
});

test('only a person’s click opens a link, and only by https', async ({ app, window: page }) => {
  await noteLinks(app);
  await page.evaluate(() => {
    for (const href of [
      'https://example.com/by-script',
      'http://example.com/',
      'https://user:secret@example.com/',
      'file:///etc/passwd',
      'mailto:somebody@example.com',
      'https://example.com/by-person',
    ]) {
      const link = document.createElement('a');
      Object.assign(link, { href, textContent: href, className: 'probe' });
      document.body.prepend(link);
      if (href.endsWith('by-script')) {
        link.click();
        link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
        link.remove();
      }
    }
  });
  // From the last to the first: the one that may open is on top, and is clicked at the end.
  for (const link of (await page.locator('a.probe').all()).reverse()) {
    await link.click({ noWaitAfter: true });
  }
  await expect.poll(() => noted(app)).toContain('https://example.com/by-person');
  expect(await noted(app)).toEqual(['https://example.com/by-person']);
  expect(await currentUrl(app)).toBe(startUrl);
});

test('nothing is fetched from the network', async ({ app, window: page }) => {
  await expect(page).toHaveTitle(/./);
  for (const url of ['https://example.com/', 'http://127.0.0.1:1/', 'app://other/index.html']) {
    const failures: (string | null)[] = [];
    // Chromium's own page about the failure before may still be on its way, and ends this one.
    await expect
      .poll(async () => failures[failures.push(await open(app, url)) - 1])
      .toContain('ERR_BLOCKED_BY_CLIENT');
    expect(failures).not.toContain(null);
  }
});

test('the application’s protocol serves the window’s files and nothing else', async ({
  app,
  window: page,
}) => {
  await expect(page).toHaveTitle(/./);
  const outside = [
    'app://autodoc/..%2fmain%2fmain.js',
    'app://autodoc/..%2f..%2fpackage.json',
    'app://autodoc/%2e%2e%2fpreload%2fpreload.cjs',
    'app://autodoc/..%5cmain%5cmain.js',
    'app://autodoc/%2fetc%2fpasswd',
    'app://autodoc/index.html%00.js',
    'app://autodoc/%ff',
    'app://autodoc/.fingerprint',
  ];
  for (const url of outside) {
    const [response, failure] = await Promise.all([
      page.waitForEvent('response', (it) => it.request().isNavigationRequest()),
      open(app, url),
    ]);
    expect([url, failure, response.status()]).toEqual([url, null, 404]);
  }
});

test('the rules can still be broken by the edits that security-mutations.ts makes', () => {
  expect(misfits(path.resolve(import.meta.dirname, '../..'))).toEqual([]);
});
