import { isPackaged } from './executable.ts';
import { expect, test } from './fixture.ts';
import { ask, currentUrl, noted, startUrl, webPreferences } from './security-probes.ts';

/*
 * Electron's security checklist, rule by rule, against the application as it runs: what the page
 * is and what it may do. Each test fails when its rule is broken: `security-mutations.ts` breaks
 * them one by one.
 */

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
  const preferences = await webPreferences(app);
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
  expect(await app.evaluate((it) => it.webContents.getAllWebContents().length)).toBe(1);
  expect(app.windows()).toHaveLength(1);
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

test('a frame inside the page has no bridge', async ({ window: page }) => {
  const found = await page.evaluate(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    return [typeof frame.contentWindow, typeof frame.contentWindow?.autodoc];
  });
  expect(found).toEqual(['object', 'undefined']);
});
