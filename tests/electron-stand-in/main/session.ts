import type { OnBeforeRequestListenerDetails } from 'electron';
import { loud, LoudEmitter } from '../loud.ts';
import { isReady } from './readiness.ts';

type PermissionRequestHandler = (
  contents: unknown,
  permission: string,
  decide: (isGranted: boolean) => void,
  details: object,
) => void;
type PermissionCheckHandler = (
  contents: unknown,
  permission: string,
  origin: string,
  details: object,
) => boolean;
export type RequestDetails = Pick<
  OnBeforeRequestListenerDetails,
  'url' | 'method' | 'resourceType'
>;
type BeforeRequest = (
  details: RequestDetails,
  decide: (response: { cancel?: boolean }) => void,
) => void;

class Session extends LoudEmitter {
  readonly webRequest = loud('session.webRequest', {
    onBeforeRequest: (listener: BeforeRequest | null): void => {
      this.#beforeRequest = listener;
    },
  });
  #beforeRequest: BeforeRequest | null = null;
  #permissionRequest: PermissionRequestHandler | null = null;
  #permissionCheck: PermissionCheckHandler | null = null;

  constructor() {
    super(['will-download']);
  }

  setPermissionRequestHandler(handler: PermissionRequestHandler | null): void {
    this.#permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: PermissionCheckHandler | null): void {
    this.#permissionCheck = handler;
  }

  /** Chromium without a person in front of it offers a page no device: there is nothing to ask about. */
  setDevicePermissionHandler(): void {
    // See above.
  }

  /** Chromium's spell checker has no dictionaries here. */
  setSpellCheckerEnabled(): void {
    // See above.
  }

  /** The stand-in's own: whether a page of this origin has a permission. Electron grants by default. */
  async isPermitted(contents: unknown, permission: string, origin: string): Promise<boolean> {
    const details = { isMainFrame: true, requestingUrl: `${origin}/` };
    if (this.#permissionCheck?.(contents, permission, origin, details) === false) return false;
    const ask = this.#permissionRequest;
    if (ask === null) return true;
    return new Promise((resolve) => ask(contents, permission, resolve, details));
  }

  /** The stand-in's own: whether a request may go on. */
  async isAllowed(details: RequestDetails): Promise<boolean> {
    const ask = this.#beforeRequest;
    if (ask === null) return true;
    return new Promise((resolve) => ask(details, ({ cancel }) => resolve(cancel !== true)));
  }

  /** The stand-in's own: whether a download may begin. */
  mayDownload(url: string, contents: unknown): boolean {
    const item = loud('downloadItem', { getURL: () => url });
    return this.emitPreventable('will-download', {}, item, contents);
  }
}

/** The one session there is. */
export const theSession = new Session();

export const session = loud('session', {
  get defaultSession(): Session {
    if (!isReady()) throw new Error('Session can only be received when app is ready');
    return theSession;
  },
});
