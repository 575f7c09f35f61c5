import type { ElectronApplication, Page } from '@playwright/test';
import path from 'node:path';
import { channelNames, eventNames } from '../../src-main/contract/channel-names.ts';
import { isPackaged } from './executable.ts';
import { expect, test } from './fixture.ts';
import { misfits } from './security-rules.ts';

/*
 * Electron's security checklist, rule by rule, against the application as it runs. Each test
 * fails when its rule is broken: `security-mutations.ts` breaks them one by one.
 */

declare global {
  /** What a test has the main process keep for it. */
  var noted: unknown[];
  interface Window {
    /** Which directives of the policy a test has seen enforced. */
    violated: string[];
    /** Not in TypeScript's library yet. */
    readonly trustedTypes: { createPolicy(name: string, rules: object): void };
  }
}

const startUrl = 'app://autodoc/index.html';
const foreignUrl = 'data:text/html,<title>Foreign</title><a href="https://example.com/">link</a>';

const currentUrl = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getURL());

const contentsCount = (app: ElectronApplication) =>
  app.evaluate(({ webContents }) => webContents.getAllWebContents().length);

/** Opens a URL in the application's window, as only the main process can. Null, or why not. */
const open = (app: ElectronApplication, url: string) =>
  app.evaluate(
    ({ BrowserWindow }, target) =>
      BrowserWindow.getAllWindows()[0]!
        .loadURL(target)
        .then(
          () => null,
          (error: unknown) => String(error),
        ),
    url,
  );

const ask = (page: Page, channel: string, input?: unknown) =>
  page.evaluate(([name, argument]) => window.autodoc.invoke(name as never, argument as never), [
    channel,
    input,
  ] as const);

/** Keeps in `noted` which links the application hands to the system, instead of doing so. */
const noteLinks = (app: ElectronApplication) =>
  app.evaluate(({ shell }) => {
    globalThis.noted = [];
    shell.openExternal = (url) => {
      globalThis.noted.push(url);
      return Promise.resolve();
    };
  });

const noted = (app: ElectronApplication) => app.evaluate(() => globalThis.noted);

test('the page has the bridge, and nothing of Node or Electron', async ({ window: page }) => {
  const found = await page.evaluate(() => {
    const names = ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'];
    return {
      globals: names.filter((name) => name in window),
      bridge: Object.keys(window.autodoc).sort(),
      isFrozen: Object.isFrozen(window.autodoc),
      isFixed: Object.getOwnPropertyDescriptor(window, 'autodoc')?.configurable === false,
    };
  });
  expect(found).toEqual({
    globals: [],
    bridge: ['invoke', 'on', 'platform'],
    isFrozen: true,
    isFixed: true,
  });
});

test('the window is isolated, sandboxed and without Node', async ({ app, window: page }) => {
  await expect(page).toHaveTitle(/./);
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    // Not in Electron's documentation, and the only way to see what a page really got.
    return (
      webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
    ).getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    devTools: !isPackaged,
  });
  const dangerous = [
    'nodeIntegrationInWorker',
    'nodeIntegrationInSubFrames',
    'allowRunningInsecureContent',
    'experimentalFeatures',
    'enableBlinkFeatures',
  ];
  expect(dangerous.filter((name) => Boolean(preferences[name]))).toEqual([]);
  expect(preferences.webSecurity).not.toBe(false);
});

test('every renderer is put into the sandbox', async ({ app }) => {
  expect(await app.evaluate(({ app: it }) => it.commandLine.hasSwitch('enable-sandbox'))).toBe(
    true,
  );
});

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

test('every response says what the page may do', async ({ window: page }) => {
  const policyOf = async () => {
    const response = await page.reload();
    const { 'content-security-policy': policy = '', ...headers } = response?.headers() ?? {};
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    return { policy: policy.replace(nonce, 'N').split('; '), nonce, headers };
  };
  const first = await policyOf();
  expect(first.policy).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'nonce-N'",
    "img-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html',
  ]);
  expect(first.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  expect(first.nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
  expect((await policyOf()).nonce).not.toBe(first.nonce);
});

test('the policy is enforced: nothing inline, nothing foreign, no strings as code', async ({
  window: page,
}) => {
  const outcome = await page.evaluate(async () => {
    window.violated = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
      window.violated.push(effectiveDirective);
    });
    const add = <Tag extends keyof HTMLElementTagNameMap>(
      tag: Tag,
      properties: Partial<HTMLElementTagNameMap[Tag]>,
    ) => document.body.appendChild(Object.assign(document.createElement(tag), properties));
    const thrown = (attempt: () => unknown) => {
      try {
        attempt();
        return 'nothing';
      } catch (error) {
        return (error as Error).constructor.name;
      }
    };
    const refused = [
      () => add('script', { textContent: 'window.pwned = 1' }),
      () => (add('div', {}).innerHTML = '<img src=x onerror="window.pwned = 1">'),
      () => add('script', { src: 'https://example.com/x.js' }),
      () => window.trustedTypes.createPolicy('own', {}),
    ].map(thrown);
    add('img', { src: 'https://example.com/x.png' });
    add('img', { src: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' });
    add('iframe', { src: 'https://example.com/' });
    add('link', { rel: 'stylesheet', href: 'https://example.com/x.css' });
    add('style', { textContent: 'body { color: red }' });
    add('base', { href: 'https://example.com/' });
    add('form', { action: 'https://example.com/' }).submit();
    const fetched = await fetch('https://example.com/').then(
      () => 'answered',
      () => 'blocked',
    );
    return { refused, fetched };
  });
  expect(outcome).toEqual({ refused: Array(4).fill('TypeError'), fetched: 'blocked' });
  await expect
    .poll(() => page.evaluate(() => [...new Set(window.violated)].sort()))
    .toEqual([
      'base-uri',
      'connect-src',
      'form-action',
      'frame-src',
      'img-src',
      'require-trusted-types-for',
      'style-src-elem',
      'trusted-types',
    ]);
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
});

test('the page stays where it is, whatever it tries', async ({ app, window: page }) => {
  await app.evaluate(({ BrowserWindow }) => {
    globalThis.noted = [];
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    webContents.on('will-frame-navigate', ({ url, defaultPrevented }) => {
      globalThis.noted.push([url, defaultPrevented]);
    });
  });
  await page.evaluate(() => void Object.assign(window, { isStillHere: true }));
  const targets = ['https://example.com/', 'http://example.com/', 'app://autodoc/other.html'];
  for (const target of targets) {
    // Chromium under the stand-in knows the application's origin by another name.
    await page.evaluate(
      (url) => location.assign(url.replace('app://autodoc', location.origin)),
      target,
    );
    await expect.poll(() => noted(app)).toContainEqual([target, true]);
  }
  expect(await page.evaluate(() => 'isStillHere' in window)).toBe(true);
  expect(await currentUrl(app)).toBe(startUrl);
});

test('redirects and embedded pages are refused', async ({ app, window: page }) => {
  await expect(page).toHaveTitle(/./);
  const prevented = await app.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    return ['will-redirect', 'will-attach-webview'].map((name) => {
      let isPrevented = false;
      const event = {
        url: 'https://example.com/',
        isMainFrame: true,
        preventDefault: () => {
          isPrevented = true;
        },
      };
      webContents.emit(name, event, {});
      return isPrevented;
    });
  });
  expect(prevented).toEqual([true, true]);
});

test('no second window opens', async ({ app, window: page }) => {
  expect(await page.evaluate(() => window.open('https://example.com/'))).toBeNull();
  expect(await page.evaluate(() => window.open('about:blank', '_blank', 'popup'))).toBeNull();
  await page.evaluate(() => {
    const link = document.createElement('a');
    Object.assign(link, { href: `${location.origin}/index.html`, target: '_blank', id: 'second' });
    link.textContent = 'second window';
    document.body.prepend(link);
  });
  await page.locator('#second').click();
  // The answer comes after the click's own message: by then a window would be there.
  expect(await ask(page, 'library:status')).toMatchObject({ ok: true });
  expect(await contentsCount(app)).toBe(1);
  expect(app.windows()).toHaveLength(1);
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

test('every permission is denied', async ({ window: page }) => {
  const names = [
    'geolocation',
    'notifications',
    'camera',
    'microphone',
    'midi',
    'clipboard-read',
    'clipboard-write',
  ];
  const states = await page.evaluate(
    (asked) =>
      Promise.all(
        asked.map(async (name) => {
          const { state } = await navigator.permissions.query({ name: name as PermissionName });
          return [name, state];
        }),
      ),
    names,
  );
  expect(states).toEqual(names.map((name) => [name, 'denied']));
});

test('nothing is downloaded', async ({ app, window: page }) => {
  await app.evaluate(({ session }) => {
    globalThis.noted = [];
    session.defaultSession.on('will-download', ({ defaultPrevented }) => {
      globalThis.noted.push(defaultPrevented);
    });
  });
  await page.evaluate(() => {
    const link = document.createElement('a');
    Object.assign(link, { href: 'data:text/plain,kept', download: 'kept.txt' });
    document.body.append(link);
    link.click();
  });
  await expect.poll(() => noted(app)).toEqual([true]);
});

test('nothing is fetched from the network', async ({ app, window: page }) => {
  await expect(page).toHaveTitle(/./);
  for (const url of ['https://example.com/', 'http://127.0.0.1:1/', 'app://other/index.html']) {
    expect(await open(app, url)).toContain('ERR_BLOCKED_BY_CLIENT');
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
  const [other] = await Promise.all([
    app.waitForEvent('window'),
    app.evaluate(({ BrowserWindow }, url) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!;
      const { preload } = (
        webContents as unknown as { getLastWebPreferences(): { preload: string } }
      ).getLastWebPreferences();
      return new BrowserWindow({ webPreferences: { preload, sandbox: true } }).loadURL(url);
    }, startUrl),
  ]);
  const answer = await ask(other, 'library:status');
  // The application knows nothing of this window and does not wait for it to close.
  await other.close();
  expect(answer).toMatchObject({ ok: false, error: { code: 'untrusted_sender' } });
});

test('a frame inside the page has no bridge', async ({ window: page }) => {
  const found = await page.evaluate(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    return [typeof frame.contentWindow, typeof frame.contentWindow?.autodoc];
  });
  expect(found).toEqual(['object', 'undefined']);
});

test('the rules can still be broken by the edits that security-mutations.ts makes', () => {
  expect(misfits(path.resolve(import.meta.dirname, '../..'))).toEqual([]);
});
