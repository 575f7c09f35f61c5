import { chromium, type ElectronApplication, type Page } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, makeUserData, openDisplay, run, selfTest } from './run-self-test.ts';

declare global {
  /** What the small application saw happen, in its main process. */
  var seen: string[];
  /** Its utility process. */
  var worker: { postMessage(message: unknown): void };
  interface Window {
    /** What its preload exposes. */
    readonly bridge: {
      readonly platform: string;
      invoke(channel: string, ...args: unknown[]): Promise<unknown>;
      say(text: string): void;
      throws(): void;
      on(channel: string, listener: (...args: unknown[]) => void): () => void;
    };
    heard: unknown[];
  }
}

describe('the stand-in for Electron', () => {
  const userData = makeUserData();
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    app = await launch(userData.folder, { args: ['one'] });
    page = await app.firstWindow();
    await page.getByRole('heading').waitFor();
  });
  afterAll(async () => {
    await app.close();
    userData.remove();
  });

  const seen = () => app.evaluate(() => globalThis.seen);
  const waitUntilSeen = (event: string) => expect.poll(seen, { timeout: 10_000 }).toContain(event);

  it('runs an application from its folder', async () => {
    expect(
      await app.evaluate(({ app }) => ({
        name: app.getName(),
        version: app.getVersion(),
        path: app.getAppPath(),
        userData: app.getPath('userData'),
        isPackaged: app.isPackaged,
        type: (process as { type?: string }).type,
        argv: process.argv.slice(-2),
      })),
    ).toEqual({
      name: 'Self Test',
      version: '1.2.3',
      path: selfTest,
      userData: userData.folder,
      isPackaged: false,
      type: 'browser',
      argv: [selfTest, 'one'],
    });
  });

  it('shows a page of the application’s own scheme', async () => {
    const url = await app.evaluate(({ webContents }) =>
      webContents.getAllWebContents().map((contents) => contents.getURL()),
    );
    expect(url).toEqual(['self://test/page.html']);
    expect(
      await page.evaluate(() =>
        fetch('/page.html').then((answer) => answer.headers.get('x-asked-for')),
      ),
    ).toBe('self://test/page.html');
    expect(await page.evaluate(() => fetch('/other').then((answer) => answer.status))).toBe(404);
  });

  it('gives a window’s content the size that was asked for, and another later', async () => {
    const size = () => page.evaluate(() => [innerWidth, innerHeight]);
    expect(await size()).toEqual([1280, 800]);
    const resize = (width: number, height: number) =>
      app.evaluate(
        ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]!.setBounds(bounds),
        { width, height },
      );
    await resize(1920, 1080);
    await expect.poll(size).toEqual([1920, 1080]);
    expect(
      await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getSize()),
    ).toEqual([1920, 1080]);
    await resize(1280, 800);
    await expect.poll(size).toEqual([1280, 800]);
  });

  it('carries values over the bridge and the messages as structured clones', async () => {
    const answer = await page.evaluate(async () => {
      const [map, date, bytes, nothing, zero, text] = (await window.bridge.invoke(
        'echo',
        new Map([[1, new Set(['a'])]]),
        new Date(86_400_000),
        new Uint8Array([0, 127, 255]),
        undefined,
        -0,
        'half \ud800 a pair, a \0 and 😀',
      )) as [Map<number, Set<string>>, Date, Uint8Array, unknown, number, string];
      return [
        [...map.get(1)!],
        date.toISOString(),
        [...bytes],
        nothing === undefined,
        Object.is(zero, -0),
        text === 'half \ud800 a pair, a \0 and 😀',
      ];
    });
    expect(answer).toEqual([['a'], '1970-01-02T00:00:00.000Z', [0, 127, 255], true, true, true]);
  });

  it('refuses what a structured clone refuses', async () => {
    const refused = await page.evaluate(() =>
      [() => new Proxy({}, {}), () => ({ f: () => 1 }), () => Symbol('s')].map((make) => {
        try {
          void window.bridge.invoke('echo', make());
          return 'sent';
        } catch (error) {
          return (error as Error).message;
        }
      }),
    );
    expect(refused).toEqual(Array(3).fill('An object could not be cloned.'));
  });

  it('lets an error’s message alone over each boundary', async () => {
    const messages = await page.evaluate(async () => {
      const ofHandler = await window.bridge.invoke('fail').catch(String);
      const ofMissing = await window.bridge.invoke('none').catch(String);
      try {
        window.bridge.throws();
        return [];
      } catch (error) {
        return [ofHandler, ofMissing, (error as Error).message, error instanceof TypeError];
      }
    });
    expect(messages).toEqual([
      "Error: Error invoking remote method 'fail': RangeError: as asked",
      "Error: Error invoking remote method 'none': Error: No handler registered for 'none'",
      'thrown in the preload',
      false,
    ]);
  });

  it('tells a handler who sent a message', async () => {
    expect(await page.evaluate(() => window.bridge.invoke('sender'))).toEqual([
      1,
      'self://test/page.html',
      'self://test',
      null,
    ]);
  });

  it('sends events to the page until it stops listening', async () => {
    const heard = await page.evaluate(async () => {
      window.heard = [];
      const next = Promise.withResolvers<unknown>();
      const stop = window.bridge.on('heard', (text) => {
        window.heard.push(text);
        next.resolve(text);
      });
      window.bridge.say('once');
      await next.promise;
      stop();
      window.bridge.say('twice');
      await window.bridge.invoke('echo');
      return window.heard;
    });
    expect(heard).toEqual(['once']);
  });

  it('keeps the preload’s world apart and what it exposes frozen', async () => {
    expect(
      await page.evaluate(() => {
        const attempts = [
          () => Object.assign(window, { bridge: 1 }),
          () => Object.assign(window.bridge, { platform: 1 }),
        ].map((attempt) => {
          try {
            attempt();
            return 'changed';
          } catch {
            return 'refused';
          }
        });
        const names = ['onlyInTheIsolatedWorld', 'require', 'process', 'module', 'ipcRenderer'];
        return [...attempts, ...names.map((name) => typeof Reflect.get(window, name))];
      }),
    ).toEqual(['refused', 'refused', ...Array<string>(5).fill('undefined')]);
  });

  it('asks about navigation and windows, and heeds the answer', async () => {
    await page.getByRole('link', { name: 'away' }).click();
    await waitUntilSeen('will-navigate https://example.com/away');
    await page.getByRole('link', { name: 'new window' }).click();
    await waitUntilSeen('open https://example.com/window');
    expect(await page.evaluate(() => window.open('https://example.com/script'))).toBeNull();
    await waitUntilSeen('open https://example.com/script');
    await page.evaluate(() => {
      const frame = document.createElement('iframe');
      frame.src = 'self://test/frame.html'.replace('self://test', location.origin);
      document.body.append(frame);
    });
    await waitUntilSeen('will-frame-navigate self://test/frame.html');
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    await expect(
      app.evaluate(({ webContents }) => webContents.getAllWebContents()[0]!.getURL()),
    ).resolves.toBe('self://test/page.html');
  });

  it('has a frame inside the page without the bridge', async () => {
    expect(
      await page.evaluate(() => {
        const frame = document.createElement('iframe');
        document.body.append(frame);
        return typeof frame.contentWindow?.bridge;
      }),
    ).toBe('undefined');
  });

  it('stops requests and downloads that the session forbids', async () => {
    expect(
      await page.evaluate(() =>
        fetch('https://example.com/').then(
          () => 'answered',
          () => 'blocked',
        ),
      ),
    ).toBe('blocked');
    await page.getByRole('link', { name: 'download' }).click();
    await waitUntilSeen('will-download data:');
  });

  it('decides permissions by the session’s handlers', async () => {
    const states = await page.evaluate(() =>
      Promise.all(
        (['notifications', 'geolocation', 'camera'] as PermissionName[]).map(
          async (name) => (await navigator.permissions.query({ name })).state,
        ),
      ),
    );
    // The small application's two handlers disagree about the camera.
    expect(states).toEqual(['granted', 'denied', 'prompt']);
  });

  it('follows the theme that the application or Playwright asks for', async () => {
    const isDark = () => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
    const ask = (source: 'system' | 'dark') =>
      app.evaluate(({ nativeTheme }, theme) => {
        nativeTheme.themeSource = theme;
        return nativeTheme.shouldUseDarkColors;
      }, source);
    expect([await isDark(), await ask('dark')]).toEqual([false, true]);
    await expect.poll(isDark).toBe(true);
    expect(await ask('system')).toBe(false);
    await expect.poll(isDark).toBe(false);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await isDark()).toBe(true);
    await page.emulateMedia({ colorScheme: null });
  });

  it('presses keys of the menu that the page left alone', async () => {
    await app.evaluate(({ Menu }) => {
      const item = (label: string, accelerator: string) => ({
        label,
        accelerator,
        click: () => void globalThis.seen.push(`menu ${label}`),
      });
      Menu.setApplicationMenu(
        Menu.buildFromTemplate([
          { label: 'File', submenu: [item('left alone', 'Ctrl+Shift+F'), item('taken', 'F2')] },
        ]),
      );
    });
    await page.evaluate(() => {
      window.addEventListener('keydown', (event) => {
        if (event.key === 'F2') event.preventDefault();
      });
    });
    await page.keyboard.press('F2');
    await page.keyboard.press('Control+Shift+F');
    await waitUntilSeen('menu left alone');
    expect(await seen()).not.toContain('menu taken');
  });

  it('runs a utility process and reports its end', async () => {
    await waitUntilSeen('worker {"sum":6,"args":["argument"],"type":"utility"}');
    await app.evaluate(() => globalThis.worker.postMessage('crash'));
    await waitUntilSeen('worker exit 7');
  });

  it.each([
    ['a member', 'The stand-in for Electron has no App.getGPUInfo.', 'getGPUInfo'],
    ['an event', "The stand-in for Electron has no event 'login' of App.", 'login'],
  ])('throws for %s that it lacks', async (_what, message, name) => {
    const thrown = await app.evaluate(({ app }, wanted) => {
      try {
        if (wanted === 'login') app.on(wanted, () => undefined);
        else void Reflect.get(app, wanted);
        return 'nothing';
      } catch (error) {
        return (error as Error).message;
      }
    }, name);
    expect(thrown).toContain(message);
  });

  it('asks no person where there is none', async () => {
    const thrown = await app.evaluate(async ({ dialog, shell }) => {
      const attempts = [dialog.showOpenDialog({}), shell.openExternal('https://example.com')];
      return (await Promise.allSettled(attempts)).map(({ status }) => status);
    });
    expect(thrown).toEqual(['rejected', 'rejected']);
  });
});

describe('the stand-in’s process', () => {
  it('keeps one instance for each user data folder and tells it of a second', async () => {
    const userData = makeUserData();
    const app = await launch(userData.folder, { args: ['first'] });
    const second = await run([`--user-data-dir=${userData.folder}`, selfTest, 'second']);
    await expect.poll(() => app.evaluate(() => globalThis.seen)).toContain('from second');
    expect(second.status).toBe(0);
    expect(second.stdout).toBe('before-quit\nwill-quit\nquit\n');

    app.process().kill('SIGKILL');
    await new Promise((resolve) => app.process().once('close', resolve));
    const third = await launch(userData.folder, { args: ['third'] });
    expect(await third.evaluate(({ app }) => app.hasSingleInstanceLock())).toBe(true);
    await third.close();
    userData.remove();
  });

  it('closes the window and quits in Electron’s order', async () => {
    const userData = makeUserData();
    const closing = await launch(userData.folder);
    await closing.firstWindow();
    const ended = new Promise((resolve) => closing.process().once('close', resolve));
    let traced = '';
    closing
      .process()
      .stdout?.setEncoding('utf8')
      .on('data', (text: string) => (traced += text));
    await closing.evaluate(() => {
      globalThis.seen.push = (event: string) => {
        process.stdout.write(`${event}\n`);
        return 0;
      };
    });
    await closing
      .evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close())
      // The application is gone before it could answer.
      .catch(() => undefined);
    await ended;
    expect(traced.split('\n').filter((event) => !event.startsWith('worker'))).toEqual([
      'close',
      'closed',
      'window-all-closed',
      'before-quit',
      'will-quit',
      'quit',
      '',
    ]);
    userData.remove();
  });

  it('quits when the system asks', async () => {
    const userData = makeUserData();
    const { status, stdout } = await run(
      [`--user-data-dir=${userData.folder}`, selfTest],
      async ({ said, kill }) => {
        await said(/^worker \{/m);
        kill('SIGTERM');
      },
    );
    expect(status).toBe(0);
    expect(stdout.split('\n').filter((event) => !event.startsWith('worker'))).toEqual([
      'before-quit',
      'close',
      'closed',
      'will-quit',
      'quit',
      '',
    ]);
    userData.remove();
  });

  it('shows its window to a person and lets the application answer when they close it', async ({
    skip,
  }) => {
    const display = await openDisplay();
    if (display.name === null) return skip('no display, and no Xvfb');
    const userData = makeUserData();
    const { status, stdout } = await run(
      [
        '--stand-in-window',
        '--remote-debugging-port=0',
        `--user-data-dir=${userData.folder}`,
        selfTest,
      ],
      async ({ said }) => {
        const [, address] = await said(/DevTools listening on (ws:\S+)/);
        const browser = await chromium.connectOverCDP(address!);
        const [page] = browser.contexts().flatMap((context) => context.pages());
        await page!.waitForURL(/page\.html$/);
        expect(await page!.evaluate(() => [outerWidth, outerHeight])).toEqual([1280, 800]);
        // Chromium asks a page about closing once somebody has touched it.
        await page!.getByRole('heading').click();
        await page!.close({ runBeforeUnload: true });
      },
      { DISPLAY: display.name },
    );
    display.close();
    userData.remove();
    expect(status).toBe(0);
    expect(stdout.split('\n').filter((event) => !event.startsWith('worker'))).toEqual([
      'close',
      'closed',
      'window-all-closed',
      'before-quit',
      'will-quit',
      'quit',
      '',
    ]);
  });

  it('says how it is used', async () => {
    const { status, stderr } = await run([]);
    expect(status).toBe(2);
    expect(stderr).toBe(
      'usage: electron [switches] <folder or file of the application> [arguments]\n',
    );
  });

  it('fails to load an application that imports what it lacks', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'stand-in-tray-'));
    const file = path.join(folder, 'main.mjs');
    writeFileSync(file, "import { Tray } from 'electron';\nconsole.log(Tray);\n");
    const { status, stderr } = await run([file]);
    expect(status).toBe(1);
    expect(stderr).toContain("does not provide an export named 'Tray'");
    rmSync(folder, { recursive: true });
  });
});
