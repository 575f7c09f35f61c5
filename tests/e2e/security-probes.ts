import type { ElectronApplication, Page } from '@playwright/test';

/* What the security specs ask and note, from both sides of the wall. */

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

export const startUrl = 'app://autodoc/index.html';
export const foreignUrl =
  'data:text/html,<title>Foreign</title><a href="https://example.com/">link</a>';

export const currentUrl = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getURL());

/** What the window's page really got. Not in Electron's documentation, and the only way to see it. */
export const webPreferences = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    return (
      webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
    ).getLastWebPreferences();
  });

/** Opens a URL in the application's window, as only the main process can. Null, or why not. */
export const open = (app: ElectronApplication, url: string) =>
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

/** Asks over the bridge for anything at all. */
export const ask = (page: Page, channel: string, input?: unknown) =>
  page.evaluate(([name, argument]) => window.autodoc.invoke(name as never, argument as never), [
    channel,
    input,
  ] as const);

/** Keeps in `noted` which links the application hands to the system, instead of doing so. */
export const noteLinks = (app: ElectronApplication) =>
  app.evaluate(({ shell }) => {
    globalThis.noted = [];
    shell.openExternal = (url) => {
      globalThis.noted.push(url);
      return Promise.resolve();
    };
  });

export const noted = (app: ElectronApplication) => app.evaluate(() => globalThis.noted);
