import type { Session, WebContents } from 'electron';
import type { DevelopmentSources } from './content-security-policy.ts';
import { appOrigin, startUrl } from './origin.ts';

/** What a session must refuse; every window of ours has the default session. */
type HardenableSession = Pick<
  Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setSpellCheckerEnabled'
  | 'on'
> & { readonly webRequest: Pick<Session['webRequest'], 'onBeforeRequest'> };

/**
 * The window needs no permission, no download and no network: it has its own files and the
 * bridge. Chromium's spell checker is off where it would fetch its dictionaries from the web.
 */
export function hardenSession(
  session: HardenableSession,
  platform: NodeJS.Platform,
  development?: DevelopmentSources,
): void {
  // Developer tools load from a scheme of their own.
  const own = [`${appOrigin}/`, 'devtools://', ...(development ? [development.connect] : [])];
  session.setPermissionRequestHandler((_contents, _permission, decide) => {
    decide(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(platform === 'darwin');
  session.on('will-download', (event) => {
    event.preventDefault();
  });
  session.webRequest.onBeforeRequest((details, decide) => {
    decide({ cancel: !own.some((prefix) => details.url.startsWith(prefix)) });
  });
}

/** Pins a page to where it was opened: no navigation but its own reload, no second window, no embedded page. */
export function hardenContents(contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>): void {
  const stay = (event: { url: string; isMainFrame: boolean; preventDefault(): void }) => {
    const isReload = event.isMainFrame && event.url === startUrl;
    if (!isReload) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  // Links to the web go through `openLinkChannel`, which a script cannot reach.
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
