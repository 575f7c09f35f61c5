import type { DevToolsSession } from '../chromium/devtools.ts';
import { answer } from './protocol.ts';
import { fromChromium, isRegistered } from './schemes.ts';
import { theSession, type RequestDetails } from './session.ts';

/*
 * Every request of a page stops here: navigations ask the web contents, all ask the session's
 * web request handler, and those of an application's own scheme are answered by it.
 */

/** A request for a document, as Electron's navigation events describe it. */
export interface Navigation {
  readonly url: string;
  readonly isMainFrame: boolean;
  readonly isRedirect: boolean;
}

export interface Navigable {
  /** The main frame's id. */
  readonly frameId: string;
  /** Whether the application lets this navigation happen. */
  mayNavigate(navigation: Navigation): boolean;
}

/** The parts of the protocol's `Fetch.requestPaused` that matter here. */
interface PausedRequest {
  readonly requestId: string;
  readonly redirectedRequestId?: string;
  readonly frameId: string;
  readonly resourceType: string;
  readonly request: {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly postData?: string;
  };
}

export async function watchRequests(page: DevToolsSession, navigable: Navigable): Promise<void> {
  page.on('Fetch.requestPaused', (paused) => {
    decide(page, navigable, paused).catch(() => {
      // The page is gone, and the request with it.
    });
  });
  await page.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] });
}

async function decide(
  page: DevToolsSession,
  navigable: Navigable,
  { requestId, redirectedRequestId, frameId, resourceType, request }: PausedRequest,
): Promise<void> {
  const url = fromChromium(request.url);
  const isMainFrame = frameId === navigable.frameId;
  if (resourceType === 'Document') {
    const isRedirect = redirectedRequestId !== undefined;
    if (!navigable.mayNavigate({ url, isMainFrame, isRedirect })) {
      await page.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
      return;
    }
  }
  if (isFavicon(resourceType, url)) {
    await page.send('Fetch.fulfillRequest', { requestId, responseCode: 204 });
    return;
  }
  const details = { url, method: request.method, resourceType: typeOf(resourceType, isMainFrame) };
  if (!(await theSession.isAllowed(details))) {
    await page.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
    return;
  }
  if (!isRegistered(url)) {
    await page.send('Fetch.continueRequest', { requestId });
    return;
  }
  const response = await answer(
    new Request(url, {
      method: request.method,
      headers: request.headers,
      ...(request.postData !== undefined && { body: request.postData }),
    }),
  );
  if (response === null) {
    await page.send('Fetch.failRequest', { requestId, errorReason: 'Failed' });
    return;
  }
  await page.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  });
}

/** Chromium looks for a picture to put on its tab; Electron has no tabs and never asks. */
function isFavicon(resourceType: string, url: string): boolean {
  return resourceType === 'Other' && new URL(url).pathname === '/favicon.ico';
}

/** Electron's names of the kinds that an application might tell apart. */
function typeOf(resourceType: string, isMainFrame: boolean): RequestDetails['resourceType'] {
  switch (resourceType) {
    case 'Document':
      return isMainFrame ? 'mainFrame' : 'subFrame';
    case 'Script':
      return 'script';
    case 'Stylesheet':
      return 'stylesheet';
    default:
      return 'other';
  }
}
